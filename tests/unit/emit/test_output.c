/* The output folder: what is accepted, what is refused and left alone; and the report. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "emit/output.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char root[] = "/tmp/rsift-output-XXXXXX";

static int make_root(void **state)
{
    (void)state;
    return mkdtemp(root) ? 0 : -1;
}

static int remove_root(void **state)
{
    (void)state;
    return rs_io_remove_tree(rs_str_of(root), NULL) == RSIFT_OK ? 0 : -1;
}

static const char *in_root(const char *name)
{
    static char paths[4][128];
    static int next;
    char *path = paths[next++ % 4];
    snprintf(path, sizeof paths[0], "%s/%s", root, name);
    return path;
}

static void put_file(const char *name, const char *text)
{
    FILE *file = fopen(in_root(name), "wb");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static bool is_there(const char *name)
{
    struct stat st;
    return stat(in_root(name), &st) == 0;
}

static rsift_status begin(const char *name, rsift_error *err)
{
    *err = (rsift_error){0};
    return rs_emit_output_begin(rs_str_of(in_root(name)), err);
}

static void test_accepted(void **state)
{
    (void)state;
    rsift_error err;
    assert_int_equal(begin("new/deep", &err), RSIFT_OK);
    assert_true(is_there("new/deep/.rsift-output"));
    put_file("new/deep/train.json", "[]");
    put_file("new/deep/manifest.json", "{}");
    assert_int_equal(begin("new/deep", &err), RSIFT_OK); /* its own */
    assert_true(is_there("new/deep/train.json"));
    assert_false(is_there("new/deep/manifest.json")); /* not finished any more */
    mkdir(in_root("empty"), 0700);
    assert_int_equal(begin("empty", &err), RSIFT_OK);
    mkdir(in_root("killed"), 0700);
    put_file("killed/.rsift-output.partial-123", "");
    assert_int_equal(begin("killed", &err), RSIFT_OK);
    mkdir(in_root("older"), 0700);
    put_file("older/train.json", "[]");
    put_file("older/manifest.json", "{\"schema\":\"rsift.manifest/1\"}");
    assert_int_equal(begin("older", &err), RSIFT_OK);
    assert_true(is_there("older/.rsift-output"));
}

static void test_refused(void **state)
{
    (void)state;
    static const char *const manifests[] = {
        NULL, "", "{", "[]", "{\"schema\":1}", "{\"schema\":\"rsift.emit/1\"}", "{\"schema\":\"\"}",
    };
    rsift_error err;
    for (size_t i = 0; i < sizeof manifests / sizeof *manifests; i++) {
        char name[32], file[64], mark[64];
        snprintf(name, sizeof name, "other%zu", i);
        snprintf(file, sizeof file, "%s/%s", name, i % 2 ? "manifest.json" : "train.json");
        snprintf(mark, sizeof mark, "%s/.rsift-output", name);
        mkdir(in_root(name), 0700);
        put_file(file, manifests[i] ? manifests[i] : "[]");
        snprintf(file, sizeof file, "%s/manifest.json", name);
        if (manifests[i]) put_file(file, manifests[i]);
        assert_int_equal(begin(name, &err), RSIFT_E_ARG);
        assert_non_null(strstr(err.message, "is not an output of rsift emit"));
        assert_false(is_there(mark));
        assert_true(!manifests[i] || is_there(file));
    }
    put_file("file", "");
    assert_int_equal(begin("file", &err), RSIFT_E_IO);
}

static void test_report(void **state)
{
    (void)state;
    rs_emit_report report = {.out = rs_str_of(root), .n_records = 3};
    const rs_id id = {0, 5};
    rs_buf b = {0};
    static const char *const reasons[] = {"roles", "no-answer", "roles", "size-unknown"};
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(rs_emit_note_dropped(&report, id, reasons[i], NULL), RSIFT_OK);
    assert_int_equal(rs_emit_write_file(&report, RS_STR("sub/a.txt"), RS_STR("abc"), NULL),
                     RSIFT_OK);
    assert_int_equal(report.n_dropped, 4);
    assert_int_equal(report.n_files, 1);
    assert_int_equal(report.files[0].n_bytes, 3);
    assert_true(is_there("sub/a.txt"));
    assert_int_equal(
        rs_emit_report_json(&report, RS_STR("m1"), RS_STR("a"), RS_STR("now"), &b, NULL), RSIFT_OK);
    rs_buf_char(&b, '\0');
    assert_non_null(
        strstr(b.ptr, "\"mixture_id\":\"m1\",\"name\":\"a\",\"made_at\":\"now\",\"records\":3,"));
    assert_non_null(strstr(b.ptr, "\"dropped\":{\"no-answer\":1,\"roles\":2,\"size-unknown\":1},"));
    assert_non_null(strstr(b.ptr, "\"files\":[\"sub/a.txt\"]}"));
    rs_buf_char(&report.dropped, '\0');
    assert_non_null(strstr(
        report.dropped.ptr,
        "{\"sample_id\":\"00000000000000000000000000000005\",\"reason\":\"size-unknown\"}\n"));
    rs_buf_fini(&b);
    rs_emit_report_fini(&report);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_accepted),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_report),
    };
    return cmocka_run_group_tests(tests, make_root, remove_root);
}
