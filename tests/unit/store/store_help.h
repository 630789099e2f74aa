/* Shared by the tests of this room: a workspace in a fresh folder, and questions with one answer.
 */
#ifndef STORE_HELP_H
#define STORE_HELP_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "store/files.h"
#include "store/store.h"

#define OK(call)                                                                     \
    do {                                                                             \
        rsift_error e_ = {0};                                                        \
        rsift_error *err = &e_;                                                      \
        if ((call) != RSIFT_OK) fail_msg("%s: %s: %s", #call, e_.where, e_.message); \
    } while (0)

/* Expects `status` and a message with `part` in it. */
#define FAILS(status, part, call)                                             \
    do {                                                                      \
        rsift_error e_ = {0};                                                 \
        rsift_error *err = &e_;                                               \
        assert_int_equal((call), (status));                                   \
        if (rs_str_find(rs_str_of(e_.message), rs_str_of(part)) == RS_NPOS)   \
            fail_msg("\"%s\" is not in: %s: %s", part, e_.where, e_.message); \
    } while (0)

static inline const char *fresh_folder(char out[64])
{
    snprintf(out, 64, "/tmp/rsift-store-XXXXXX");
    assert_non_null(mkdtemp(out));
    return out;
}

static inline void remove_folder(const char *path)
{
    OK(rs_store_remove_tree(path, err));
}

static inline rs_store *open_store(const char *dir, rs_store_mode mode)
{
    rs_store *store = NULL;
    const rs_store_options options = {.memory_limit_mb = 256, .threads = 1};
    OK(rs_store_open(rs_str_of(dir), mode, true, &options, &store, err));
    return store;
}

static inline int64_t ask(rs_store *store, const char *sql)
{
    rs_result *result = NULL;
    OK(rs_store_query(store, rs_str_of(sql), NULL, 0, &result, err));
    OK(rs_result_next(result, err));
    int64_t v = rs_result_i64(result, 0);
    rs_result_close(result);
    return v;
}

static inline rs_id id_of(uint64_t i)
{
    return (rs_id){i * UINT64_C(0x9e3779b97f4a7c15), ~i};
}

static inline void put_turn(rs_rows *rows, uint64_t sample, int64_t i, rs_str text)
{
    rs_put_id(rows, RS_TURN_sample_id, id_of(sample));
    rs_put_i64(rows, RS_TURN_i, i);
    rs_put_str(rows, RS_TURN_role, i % 2 ? RS_STR("assistant") : RS_STR("user"));
    rs_put_str(rows, RS_TURN_text, text);
    rs_put_i64(rows, RS_TURN_text_hash, (int64_t)rs_hash64(text.ptr, text.len));
    rs_put_end(rows);
}

/* A part of n turns, uncommitted. */
static inline rs_part *turn_part(rs_store *store, const char *release, const char *name, int64_t n)
{
    rs_part *part = NULL;
    OK(rs_part_new(store, rs_str_of(release), rs_str_of(name), &part, err));
    for (int64_t i = 0; i < n; i++) {
        char text[64];
        int len = snprintf(text, sizeof text, "turn %lld of a part", (long long)i);
        put_turn(rs_part_rows(part, RS_T_TURN), (uint64_t)i / 2, i % 2,
                 rs_str_make(text, (size_t)len));
    }
    return part;
}

static inline int64_t count_entries(const char *dir, const char *sub)
{
    char command[256];
    snprintf(command, sizeof command, "ls '%s/%s' | wc -l", dir, sub);
    FILE *pipe = popen(command, "r");
    assert_non_null(pipe);
    long n = -1;
    assert_int_equal(fscanf(pipe, "%ld", &n), 1);
    pclose(pipe);
    return n;
}

#endif
