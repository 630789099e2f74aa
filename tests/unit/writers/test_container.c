/* Containers: frames around records, files that appear when they are complete, and none after a
 * failure. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "io/io.h"
#include "writers/container.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[] = "/tmp/rsift-container-XXXXXX";

static int make_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
    (void)state;
    return rs_io_remove_tree(rs_str_of(folder), NULL) == RSIFT_OK ? 0 : -1;
}

/* What the container told of its file. */
typedef struct noted {
    int n;
    int64_t n_bytes;
    rs_id hash;
    rsift_status answer;
} noted;

static rsift_status note(void *ctx, rs_str file, int64_t n_bytes, rs_id hash, rsift_error *err)
{
    (void)err;
    noted *seen = ctx;
    assert_true(rs_str_eq(file, RS_STR("out")));
    seen->n++;
    seen->n_bytes = n_bytes;
    seen->hash = hash;
    return seen->answer;
}

static const char *out_path(void)
{
    static char path[64];
    snprintf(path, sizeof path, "%s/out", folder);
    return path;
}

static bool is_there(void)
{
    struct stat st;
    return stat(out_path(), &st) == 0;
}

/* The folder holds no file at all, not even a partial one. */
static void assert_empty(void)
{
    assert_int_equal(rmdir(folder), 0);
    assert_int_equal(mkdir(folder, 0700), 0);
}

static rsift_status write_records(const rs_container *container, int n, noted *seen, bool complete)
{
    const rs_container_target target = {rs_str_of(folder), RS_STR("out"), seen, note};
    rs_container_run run;
    RS_TRY(rs_container_open(container, &target, &run, NULL));
    rsift_status status = RSIFT_OK;
    for (int i = 0; status == RSIFT_OK && i < n; i++) {
        const rs_container_record record = {{0, (uint64_t)i}, 0, RS_STR("{\"a\":1}")};
        status = rs_container_append(&run, &record, NULL);
    }
    assert_false(is_there());
    rsift_status ended = rs_container_close(&run, complete, NULL);
    return status == RSIFT_OK ? ended : status;
}

static void assert_file(const rs_container *container, int n, const char *want)
{
    noted seen = {0};
    assert_int_equal(write_records(container, n, &seen, true), RSIFT_OK);
    char text[256] = "";
    FILE *file = fopen(out_path(), "rb");
    assert_non_null(file);
    size_t got = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    assert_string_equal(text, want);
    assert_int_equal(seen.n, 1);
    assert_int_equal(seen.n_bytes, got);
    assert_true(rs_id_eq(seen.hash, rs_hash128(text, got)));
    assert_int_equal(unlink(out_path()), 0);
    assert_empty();
}

static void test_frames(void **state)
{
    (void)state;
    assert_file(&rs_container_json_array, 0, "[\n]\n");
    assert_file(&rs_container_json_array, 1, "[\n{\"a\":1}\n]\n");
    assert_file(&rs_container_json_array, 3, "[\n{\"a\":1},\n{\"a\":1},\n{\"a\":1}\n]\n");
    assert_file(&rs_container_json_lines, 0, "");
    assert_file(&rs_container_json_lines, 2, "{\"a\":1}\n{\"a\":1}\n");
}

static void test_given_up(void **state)
{
    (void)state;
    const rs_container *const all[] = {&rs_container_json_array, &rs_container_json_lines};
    for (size_t i = 0; i < 2; i++) {
        noted seen = {0};
        assert_int_equal(write_records(all[i], 5, &seen, false), RSIFT_OK);
        assert_int_equal(seen.n, 0);
        assert_empty();
        seen.answer = RSIFT_E_NOMEM; /* the file could not be noted: it must not appear */
        assert_int_equal(write_records(all[i], 5, &seen, true), RSIFT_E_NOMEM);
        assert_empty();
    }
    rs_container_run closed = {0};
    assert_int_equal(rs_container_close(&closed, true, NULL), RSIFT_OK);
}

static void test_no_folder(void **state)
{
    (void)state;
    noted seen = {0};
    const rs_container_target target = {RS_STR("/nowhere/at/all"), RS_STR("out"), &seen, note};
    rs_container_run run;
    assert_int_equal(rs_container_open(&rs_container_json_lines, &target, &run, NULL), RSIFT_E_IO);
    assert_null(run.state);
}

static void test_no_memory(void **state)
{
    (void)state;
    bool done = false;
    for (int64_t at = 1; !done && at < 50; at++) {
        noted seen = {0};
        rs_alloc_fail_at(at);
        rsift_status status = write_records(&rs_container_json_array, 2, &seen, true);
        rs_alloc_fail_at(0);
        assert_true(status == RSIFT_OK || status == RSIFT_E_NOMEM);
        done = status == RSIFT_OK;
        if (seen.n) (void)unlink(out_path()); /* complete, but its folder could not be synced */
        assert_empty();
    }
    assert_true(done);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_frames),
        cmocka_unit_test(test_given_up),
        cmocka_unit_test(test_no_folder),
        cmocka_unit_test(test_no_memory),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
