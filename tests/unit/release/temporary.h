/* Shared by the tests of this folder: a folder of files that is removed at the end, a session over
 * it, and a plan of one's own data in it. */
#ifndef RS_TEST_RELEASE_TEMPORARY_H
#define RS_TEST_RELEASE_TEMPORARY_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "io/io.h"
#include "release/plan.h"

static char folder[64];
static rs_session *session;

static int make_folder(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/rsift-release-XXXXXX");
    return mkdtemp(folder) && rs_session_new(NULL, NULL, &session, NULL) == RSIFT_OK ? 0 : 1;
}

static int drop_folder(void **state)
{
    (void)state;
    rs_session_free(session);
    return rs_io_remove_tree(rs_str_of(folder), NULL) == RSIFT_OK ? 0 : 1;
}

static void put_bytes(const char *name, const void *bytes, size_t n)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    assert_int_equal(rs_io_make_dirs(rs_str_dirname(rs_str_of(path)), NULL), RSIFT_OK);
    FILE *out = fopen(path, "wb");
    assert_non_null(out);
    assert_int_equal(fwrite(bytes, 1, n, out), n);
    assert_int_equal(fclose(out), 0);
}

__attribute__((unused)) static void put_text(const char *name, const char *text)
{
    put_bytes(name, text, rs_str_of(text).len);
}

/* A plan of the file or folder `name`, read by `reader` with parameters separated by blanks. */
__attribute__((unused)) static rsift_status plan_of(const char *name, const char *reader,
                                                    const char *params, rs_plan **plan,
                                                    rsift_error *err)
{
    char path[256];
    rs_str list[8], left = rs_str_of(params), piece;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    rs_plan_choice choice = {.path = rs_str_of(path),
                             .reader = reader ? rs_str_of(reader) : (rs_str){NULL, 0},
                             .name = RS_STR("mine"),
                             .params = list};
    while (rs_str_split(&left, ' ', &piece))
        if (piece.len) list[choice.n_params++] = piece;
    *err = (rsift_error){0};
    return rs_plan_make(session, &choice, plan, err);
}

#endif
