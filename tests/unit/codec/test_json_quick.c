/* Values read from their text are those that the parser reads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/rng.h"
#include "codec/json.h"
#include "codec/json_quick.h"

#include <string.h>

/* A text of few kinds of characters, of which some are numbers. */
static rs_str put_random(char text[16], rs_rng *rng)
{
    static const char letters[] = "00123456789.-- e+E,]";
    const size_t n = 1 + (size_t)rs_rng_below(rng, 15);
    for (size_t i = 0; i < n; i++) {
        const bool digit = i && rs_rng_below(rng, 4);
        text[i] = letters[rs_rng_below(rng, digit ? 12 : sizeof letters - 1)];
    }
    return rs_str_make(text, n);
}

static void numbers_are_those_of_the_parser(void **unused)
{
    (void)unused;
    rs_rng rng = rs_rng_of(7, (rs_id){0});
    rs_arena arena = {0};
    size_t n_whole = 0, n_real = 0;
    for (size_t i = 0; i < 300000; i++) {
        char text[16];
        const rs_str number = put_random(text, &rng);
        const rs_json *value = NULL;
        rs_arena_reset(&arena);
        const bool valid = rs_json_parse(&arena, number, NULL, &value, NULL) == RSIFT_OK;
        int64_t whole, same_whole;
        double real, same_real;
        rs_json_quick q = rs_json_quick_of(number);
        if (rs_json_quick_i64(&q, &whole) && rs_json_quick_ends(&q)) {
            n_whole++;
            assert_true(valid && rs_json_i64(value, &same_whole) && same_whole == whole);
        }
        q = rs_json_quick_of(number);
        if (rs_json_quick_double(&q, &real) && rs_json_quick_ends(&q)) {
            n_real++;
            assert_true(valid && rs_json_double(value, &same_real));
            assert_memory_equal(&real, &same_real, sizeof real);
        }
        q = rs_json_quick_of(number);
        if (rs_json_quick_number(&q) && rs_json_quick_ends(&q))
            assert_true(valid && rs_json_double(value, &same_real));
    }
    assert_true(n_whole > 1000 && n_real > n_whole);
    rs_arena_fini(&arena);
}

static bool is_bbox(const char *text)
{
    rs_json_quick q = rs_json_quick_of(rs_str_of(text));
    return rs_json_quick_named(&q, RS_STR("bbox")) && rs_json_quick_ends(&q);
}

static void knows_names(void **unused)
{
    (void)unused;
    assert_true(is_bbox(" \n\"bbox\" "));
    static const char *const others[] = {"",     "\"",         "\"bbox",
                                         "bbox", "\"bboxes\"", "\"b\\u0062ox\""};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) assert_false(is_bbox(others[i]));
}

static bool is_whole(const char *text)
{
    int64_t value;
    rs_json_quick q = rs_json_quick_of(rs_str_of(text));
    return rs_json_quick_i64(&q, &value) && rs_json_quick_ends(&q);
}

static bool is_double(const char *text)
{
    double value;
    rs_json_quick q = rs_json_quick_of(rs_str_of(text));
    return rs_json_quick_double(&q, &value) && rs_json_quick_ends(&q);
}

static void declines_numbers(void **unused)
{
    (void)unused;
    static const char *const texts[] = {"1e2", "12345678901234567890",  "true",
                                        "01",  "0.1234567890123456789", "9007199254740993.1"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_false(is_whole(texts[i]) || is_double(texts[i]));
    assert_true(is_whole("-12") && !is_whole("1.0") && is_double("1.0") && !is_double("-0"));
    char digits[400];
    memset(digits, '9', sizeof digits); /* no finite number */
    rs_json_quick q = rs_json_quick_of(rs_str_make(digits, sizeof digits));
    assert_false(rs_json_quick_number(&q));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_those_of_the_parser),
        cmocka_unit_test(knows_names),
        cmocka_unit_test(declines_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
