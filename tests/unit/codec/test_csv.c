/* Rows and lines: quoting, line ends, any size of read, limits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buf.h"
#include "codec/csv.h"
#include "codec/lines.h"

static void expect_rows(const char *text, const char *wanted)
{
    for (size_t step = 1; step < 30; step += 7) {
        rs_text_source f = {rs_str_of(text), step};
        rs_csv csv = {.source = rs_byte_source_of_text(&f)};
        rs_arena arena = {0};
        rs_buf out = {0};
        rs_str *fields;
        size_t n;
        int64_t offset;
        rsift_error err = {0};
        rsift_status status;
        while ((status = rs_csv_next(&csv, &arena, &fields, &n, &offset, &err)) == RSIFT_OK) {
            rs_buf_printf(&out, "%d:", (int)offset);
            for (size_t i = 0; i < n; i++) rs_buf_printf(&out, "[%.*s]", RS_STR_ARG(fields[i]));
            rs_buf_char(&out, ' ');
        }
        if (status != RSIFT_END) rs_buf_printf(&out, "!%s", err.where);
        rs_buf_char(&out, 0);
        assert_string_equal(out.ptr, wanted);
        rs_buf_fini(&out);
        rs_csv_fini(&csv);
        rs_arena_fini(&arena);
    }
}

static void reads_rows(void **unused)
{
    (void)unused;
    expect_rows("", "");
    expect_rows("a,b\r\n\r\n1,\n", "0:[a][b] 7:[1][] ");
    expect_rows("\xEF\xBB\xBF"
                "a\n\"x,\"\"y\"\"\nz\",2",
                "3:[a] 5:[x,\"y\"\nz][2] ");
    expect_rows("a\"b,\"\"\n", "0:[a\"b][] ");
    expect_rows("ImageId,EncodedPixels\n0a.jpg,\n", "0:[ImageId][EncodedPixels] 22:[0a.jpg][] ");
    expect_rows("\xEF\xBB\xBF"
                "\"a,\",b\n",
                "3:[a,][b] "); /* a quote right behind the mark */
    expect_rows("5\"\" tall,\"\"\"q\"\"\"\r\n\n\n1,\"\n\n\"\n2",
                "0:[5\"\" tall][\"q\"] 20:[1][\n\n] 27:[2] ");
    expect_rows("ok\n\"open,1\n2", "0:[ok] !line 2 > byte 3");
    expect_rows("ok\n1,\"x\"y\n", "0:[ok] !line 2 > byte 3");
}

static void reads_lines(void **unused)
{
    (void)unused;
    for (size_t step = 1; step < 9; step++) {
        rs_text_source f = {RS_STR("one\r\n\ntwo"), step};
        rs_lines lines = {.source = rs_byte_source_of_text(&f)};
        rs_str line;
        int64_t offset;
        assert_int_equal(rs_lines_next(&lines, &line, &offset, NULL), RSIFT_OK);
        assert_true(rs_str_eq(line, RS_STR("one")) && offset == 0);
        assert_int_equal(rs_lines_next(&lines, &line, &offset, NULL), RSIFT_OK);
        assert_true(line.len == 0 && offset == 5);
        assert_int_equal(rs_lines_next(&lines, &line, &offset, NULL), RSIFT_OK);
        assert_true(rs_str_eq(line, RS_STR("two")) && offset == 6);
        assert_int_equal(rs_lines_next(&lines, &line, &offset, NULL), RSIFT_END);
        rs_lines_fini(&lines);
    }
}

static void keeps_the_limit(void **unused)
{
    (void)unused;
    rs_buf text = {0};
    for (int i = 0; i < 2 << 20; i++) rs_buf_char(&text, 'x');
    rs_text_source f = {rs_buf_view(&text), 1 << 20};
    rs_lines lines = {.source = rs_byte_source_of_text(&f), .max_line = 1 << 20};
    rs_str line, *fields;
    int64_t offset;
    size_t n;
    assert_int_equal(rs_lines_next(&lines, &line, &offset, NULL), RSIFT_E_LIMIT);
    rs_lines_fini(&lines);
    f.rest = rs_buf_view(&text);
    rs_csv csv = {.source = rs_byte_source_of_text(&f), .max_row = 1 << 20};
    rs_arena arena = {0};
    assert_int_equal(rs_csv_next(&csv, &arena, &fields, &n, &offset, NULL), RSIFT_E_LIMIT);
    rs_csv_fini(&csv);
    rs_arena_fini(&arena);
    rs_buf_fini(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(reads_rows), cmocka_unit_test(reads_lines),
                                       cmocka_unit_test(keeps_the_limit)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
