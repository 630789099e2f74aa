/* Texts of others are shown, not obeyed. */
#include "base/escape.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void check(rs_escape kind, const char *text, const char *expected)
{
    rs_arena arena = {0};
    rs_buf out = {0};
    rs_escape_put(&out, kind, rs_str_of(text));
    if (!rs_str_eq(rs_buf_view(&out), rs_str_of(expected)))
        fail_msg("expected %s, found %.*s", expected, RS_STR_ARG(rs_buf_view(&out)));
    const rs_str same = rs_escape_text(&arena, kind, rs_str_of(text));
    assert_true(rs_str_eq(same, rs_str_of(expected)));
    rs_buf_fini(&out);
    rs_arena_fini(&arena);
}

static void terminals_get_no_controls(void **state)
{
    (void)state;
    check(RS_ESCAPE_TEXT, "plain \xc3\xbc \xe6\xbc\xa2 \xf0\x9f\x9b\xb0 a\\b\n\tc",
          "plain \xc3\xbc \xe6\xbc\xa2 \xf0\x9f\x9b\xb0 a\\b\n\tc");
    check(RS_ESCAPE_TEXT, "x\x1b]0;PWN\x07y\x7f\r", "x\\x1b]0;PWN\\x07y\\x7f\\x0d");
    check(RS_ESCAPE_TEXT,
          "\xc2\x9b"
          "31m\xc2\x85",
          "\\u009b31m\\u0085");
    check(RS_ESCAPE_TEXT, "\xe2\x80\xae\xe2\x81\xa6\xe2\x80\xa8\xd8\x9c\xef\xbb\xbf",
          "\\u202e\\u2066\\u2028\\u061c\\ufeff");
    check(RS_ESCAPE_TEXT, "\xf3\xa0\x81\x81", "\\U0e0041");
    check(RS_ESCAPE_TEXT, "a\xff\xc3(\xed\xa0\x80\xc0\xaf",
          "a\\xff\\xc3(\\xed\\xa0\\x80\\xc0\\xaf");
    check(RS_ESCAPE_LINE, "a\nb\tc\x1b", "a b c\\x1b");
}

static void json_stays_json(void **state)
{
    (void)state;
    check(RS_ESCAPE_JSON,
          "{\"a\": \"b\xc2\x9b\\n\x7f\",\r\n\t\"\xe2\x80\xae\": \"\xf3\xa0\x81\x81\"}",
          "{\"a\": \"b\\u009b\\n\\u007f\",\r\n\t\"\\u202e\": \"\\udb40\\udc41\"}");
}

static void markdown_gets_no_markup(void **state)
{
    (void)state;
    check(RS_ESCAPE_MARKDOWN, "rsvqa_lr 0.5 (CC-BY-4.0), https", "rsvqa_lr 0.5 (CC-BY-4.0), https");
    check(RS_ESCAPE_MARKDOWN, "<img src=x onerror=alert(1)> | [x](javascript:alert(1))",
          "&lt;img src=x onerror=alert(1)&gt; \\| \\[x\\]\\(javascript:alert(1))");
    check(RS_ESCAPE_MARKDOWN, "a`b`\n# c\\|*d* _e_ ~f~ ![g](h) &lt;",
          "a\\`b\\` \\# c\\\\\\|\\*d\\* \\_e\\_ \\~f\\~ \\!\\[g\\]\\(h) &amp;lt;");
    check(RS_ESCAPE_MARKDOWN, "https://evil.example", "https\\://evil.example");
    check(RS_ESCAPE_MARKDOWN, "\x1b[0m\xff", "\\\\x1b\\[0m\\\\xff");
}

static void html_gets_no_tags(void **state)
{
    (void)state;
    check(RS_ESCAPE_HTML, "<b a=\"x\" c='y'>&\xe2\x80\xae",
          "&lt;b a=&quot;x&quot; c=&#39;y&#39;&gt;&amp;\\u202e");
}

static void what_does_not_fit_ends_at_a_character(void **state)
{
    (void)state;
    char out[8];
    assert_int_equal(rs_escape_into(out, sizeof out, RS_STR("abcdef\x1b")), 6);
    assert_string_equal(out, "abcdef");
    assert_int_equal(rs_escape_into(out, sizeof out, RS_STR("abcdef\xe6\xbc\xa2")), 6);
    assert_int_equal(rs_escape_into(out, sizeof out, RS_STR("abc\xe6\xbc")), 3); /* cut off */
    assert_string_equal(out, "abc");
    assert_int_equal(rs_escape_into(out, sizeof out, RS_STR("abc\xff")), 4);
    assert_string_equal(out, "abc\\xff");
    assert_int_equal(rs_escape_into(out, sizeof out, RS_STR("a\n  b")), 5); /* a second line */
    assert_string_equal(out, "a\n  b");
    assert_int_equal(rs_escape_into(out, sizeof out, RS_STR("a\nb")), 3); /* a name's */
    assert_string_equal(out, "a\\x0ab");
}

/* A stream that is escaped piece by piece gives the same as the whole. */
static void pieces_give_the_whole(void **state)
{
    (void)state;
    const rs_str text = RS_STR("a\xc2\x9b\xe2\x80\xae\xf0\x9f\x9b\xb0\xff\xe6\xbc\xa2z");
    rs_buf whole = {0};
    rs_escape_put(&whole, RS_ESCAPE_TEXT, text);
    for (size_t size = 1; size <= text.len; size++) {
        rs_buf out = {0}, open = {0};
        for (size_t at = 0; at < text.len; at += size) {
            rs_buf_str(&open, rs_str_sub(text, at, at + size < text.len ? at + size : text.len));
            const size_t rest = rs_escape_open_end(rs_buf_view(&open));
            rs_escape_put(&out, RS_ESCAPE_TEXT, rs_str_make(open.ptr, open.len - rest));
            memmove(open.ptr, open.ptr + open.len - rest, rest);
            open.len = rest;
        }
        assert_true(rs_str_eq(rs_buf_view(&out), rs_buf_view(&whole)));
        rs_buf_fini(&out);
        rs_buf_fini(&open);
    }
    rs_buf_fini(&whole);
}

/* Texts that are stored keep what they hold but for what no store can hold. */
static void bytes_are_spelled(void **state)
{
    (void)state;
    check(RS_ESCAPE_BYTES, "a\x1b\xff\\xcf", "a\x1b\\xff\\xcf");
}

static void paths_are_text(void **state)
{
    (void)state;
    rs_arena arena = {0};
    assert_true(
        rs_str_eq(rs_escape_path(&arena, RS_STR("a/\xc3\xbc.png")), RS_STR("a/\xc3\xbc.png")));
    assert_true(
        rs_str_eq(rs_escape_path(&arena, RS_STR("a/\xff\x1b.png")), RS_STR("a/\\xff\x1b.png")));
    /* two names never become one */
    assert_true(rs_str_eq(rs_escape_path(&arena, RS_STR("a/\\xff.png")), RS_STR("a/\\x5cxff.png")));
    rs_arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(terminals_get_no_controls),
        cmocka_unit_test(json_stays_json),
        cmocka_unit_test(markdown_gets_no_markup),
        cmocka_unit_test(html_gets_no_tags),
        cmocka_unit_test(what_does_not_fit_ends_at_a_character),
        cmocka_unit_test(pieces_give_the_whole),
        cmocka_unit_test(bytes_are_spelled),
        cmocka_unit_test(paths_are_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
