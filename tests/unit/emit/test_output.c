/* The report of an emit. */
#include "emit/output.h"

#include "temporary.h"

#include <unistd.h>

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
        cmocka_unit_test(test_report),
    };
    return cmocka_run_group_tests(tests, make_root, remove_root);
}
