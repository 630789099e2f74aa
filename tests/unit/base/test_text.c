/* Strings, buffers, UTF-8 and errors: edges. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/buf.h"
#include "base/num.h"
#include "base/ascii.h"
#include "base/rng.h"
#include "base/utf8.h"

static void splits_and_lines(void **state)
{
    (void)state;
    rs_str rest = RS_STR("a,,b"), piece;
    assert_true(rs_str_split(&rest, ',', &piece));
    assert_true(rs_str_eq(piece, RS_STR("a")));
    assert_true(rs_str_split(&rest, ',', &piece));
    assert_int_equal(piece.len, 0);
    assert_true(rs_str_split(&rest, ',', &piece));
    assert_true(rs_str_eq(piece, RS_STR("b")));
    assert_false(rs_str_split(&rest, ',', &piece));
    rest = RS_STR("x\r\n\ny");
    assert_true(rs_str_line(&rest, &piece));
    assert_true(rs_str_eq(piece, RS_STR("x")));
    assert_true(rs_str_line(&rest, &piece));
    assert_int_equal(piece.len, 0);
    assert_true(rs_str_line(&rest, &piece));
    assert_true(rs_str_eq(piece, RS_STR("y")));
    assert_false(rs_str_line(&rest, &piece));
}

static void paths(void **state)
{
    (void)state;
    assert_true(rs_str_eq(rs_str_basename(RS_STR("a/b.tar.gz")), RS_STR("b.tar.gz")));
    assert_true(rs_str_eq(rs_str_stem(RS_STR("a/b.tar.gz")), RS_STR("b.tar")));
    assert_true(rs_str_eq(rs_str_extension(RS_STR("a.b/c")), RS_STR("")));
    assert_true(rs_str_eq(rs_str_stem(RS_STR(".hidden")), RS_STR(".hidden")));
    assert_true(rs_str_eq(rs_str_dirname(RS_STR("a/b/c")), RS_STR("a/b")));
    assert_int_equal(rs_str_dirname(RS_STR("c")).len, 0);
    assert_int_equal(rs_str_find(RS_STR("ababac"), RS_STR("abac")), 2);
    assert_int_equal(rs_str_find(RS_STR("aba"), RS_STR("abac")), RS_NPOS);
}

static void utf8_is_strict(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t n, good;
    } cases[] = {
        {"abc", 3, 3},          {"a\0b", 3, 1},
        {"\xc3\xa9", 2, 2},     {"\xc0\x80", 2, 0},
        {"\xed\xa0\x80", 3, 0}, {"\xf4\x90\x80\x80", 4, 0},
        {"\xe2\x82", 2, 0},     {"\xf0\x9f\x9a\xa2", 4, 4},
        {"abcdefgh\xff", 9, 8}, {"abcdefg\0abcdefgh", 16, 7},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(rs_utf8_valid(rs_str_make(cases[i].bytes, cases[i].n)), cases[i].good);
    rs_arena arena = {0};
    size_t bad;
    rs_str clean = rs_utf8_clean(&arena,
                                 RS_STR("a\xff\xfe"
                                        "b"),
                                 &bad);
    assert_int_equal(bad, 2);
    assert_true(rs_str_eq(clean, RS_STR("a\xef\xbf\xbd\xef\xbf\xbd"
                                        "b")));
    assert_int_equal(rs_utf8_valid(clean), clean.len);
    rs_arena_fini(&arena);
}

static void folding(void **state)
{
    (void)state;
    rs_arena arena = {0};
    assert_true(
        rs_str_eq(rs_utf8_fold(&arena, RS_STR("  How  MANY ships\t? ")), RS_STR("how many ships")));
    assert_true(rs_str_eq(rs_utf8_fold(&arena, RS_STR("Yes.")), RS_STR("yes")));
    assert_true(rs_str_eq(rs_utf8_fold(&arena, RS_STR("[z]@{Z}")), RS_STR("[z]@{z}")));
    assert_int_equal(rs_utf8_fold(&arena, RS_STR(" .. ")).len, 0);
    /* full-width question mark and letters fold to ASCII */
    assert_true(rs_str_eq(rs_utf8_fold(&arena, RS_STR("\xef\xbc\xa1\xef\xbc\x9f")), RS_STR("a")));
    rs_arena_fini(&arena);
}

/* Several bytes at a time fold as one at a time does, wherever blanks, capitals, controls and other
 * bytes fall. */
static void folds_in_steps(void **state)
{
    (void)state;
    static const char set[] = "aZ@[`{ \t\n\v\r\x1f\x7f..!Q  b";
    rs_arena arena = {0};
    rs_rng rng = rs_rng_of(1, (rs_id){2, 3});
    for (int round = 0; round < 20000; round++) {
        char text[150], want[150];
        const size_t len = (size_t)rs_rng_below(&rng, sizeof text);
        for (size_t i = 0; i < len; i++) {
            text[i] = set[rs_rng_below(&rng, sizeof set - 1)];
            if (round % 2 && text[i] < '.') text[i] = rs_rng_below(&rng, 4) ? 'K' : ' ';
        }
        size_t n = 0;
        for (size_t i = 0; i < len; i++) {
            const bool blank = rs_ascii_is_space(text[i]);
            if (!blank) want[n++] = rs_ascii_lower(text[i]);
            else if (n && want[n - 1] != ' ') want[n++] = ' ';
        }
        while (n && memchr(" .!?", want[n - 1], 4)) n--;
        const rs_str folded = rs_utf8_fold(&arena, rs_str_make(text, len));
        assert_int_equal(folded.len, n);
        assert_memory_equal(folded.ptr, want, n);
        rs_arena_reset(&arena);
    }
    rs_arena_fini(&arena);
}

static void errors_nest(void **state)
{
    (void)state;
    rsift_error err;
    rs_err_set(&err, RSIFT_E_FORMAT, "expected %s", "a string");
    rs_err_within(&err, RSIFT_E_FORMAT, "byte %d", 7);
    rs_err_within(&err, RSIFT_E_FORMAT, "%s", "a.json");
    assert_string_equal(err.where, "a.json > byte 7");
    for (int i = 0; i < 200; i++) rs_err_within(&err, RSIFT_E_FORMAT, "frame %d", i);
    assert_true(strnlen(err.where, sizeof err.where) < sizeof err.where);
    char quoted[RS_QUOTE_SIZE];
    char long_text[100];
    memset(long_text, 1, sizeof long_text);
    rs_err_quote(quoted, rs_str_make(long_text, sizeof long_text));
    assert_true(rs_str_ends(rs_str_of(quoted), RS_STR("...")));
}

static void numbers_print_shortest(void **state)
{
    (void)state;
    rs_buf b = {0};
    static const double values[] = {0.1, 1, -0.0, 1e300, 123456.789, 1.0 / 3};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        b.len = 0;
        rs_buf_double(&b, values[i]);
        double back;
        assert_true(rs_num_double(rs_buf_view(&b), &back));
        assert_true(back == values[i]);
    }
    b.len = 0;
    rs_buf_i64(&b, INT64_MIN);
    int64_t back;
    assert_true(rs_num_i64(rs_buf_view(&b), &back));
    assert_true(back == INT64_MIN);
    assert_false(rs_num_i64(RS_STR("9223372036854775808"), &back));
    assert_false(rs_num_i64(RS_STR(""), &back));
    double real;
    assert_false(rs_num_double(RS_STR("nan"), &real));
    assert_false(rs_num_double(RS_STR("1e999"), &real));
    assert_false(rs_num_double(RS_STR("1 "), &real));
    rs_buf_fini(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(splits_and_lines),       cmocka_unit_test(paths),
        cmocka_unit_test(utf8_is_strict),         cmocka_unit_test(folding),
        cmocka_unit_test(folds_in_steps),         cmocka_unit_test(errors_nest),
        cmocka_unit_test(numbers_print_shortest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
