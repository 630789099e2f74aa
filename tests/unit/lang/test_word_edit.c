/* One edited word, against a plain comparison of word lists. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "base/rng.h"
#include "lang/word_edit.h"

static void expect(bool alike, const char *a, const char *b)
{
    if (rs_lang_one_word_apart(rs_str_of(a), rs_str_of(b)) != alike ||
        rs_lang_one_word_apart(rs_str_of(b), rs_str_of(a)) != alike)
        fail_msg("\"%s\" and \"%s\" %s", a, b, alike ? "are alike" : "are not");
}

static void test_one_word(void **state)
{
    (void)state;
    expect(true, "", "");
    expect(true, "yes", "yes");
    expect(false, "yes", "no");
    expect(false, "two planes on grass", "three planes on grass");
    expect(true, "two planes on green grass", "three planes on green grass");
    expect(true, "two planes on green grass", "two planes on green grass here");
    expect(true, "two planes on green grass", "the two planes on green grass");
    expect(true, "two planes on the green grass", "two planes on green grass");
    expect(false, "two planes on green grass", "planes on green grass");
    expect(false, "two planes on green grass", "three planes on brown grass");
    expect(false, "two planes on green grass", "planes two on green grass");
    expect(true, "a a a a a", "a a a a a a");
    expect(false, "a a a a a", "a a a a a a a");
    expect(true, "planes on green grass ab", "planes on green grass a");
}

/* The words of `a` with one taken out, as a list; 255 ends it. */
static bool equal_without(const uint8_t *a, size_t n, size_t i, const uint8_t *b, size_t m,
                          size_t k)
{
    size_t x = 0, y = 0;
    for (;;) {
        x += x == i;
        y += y == k;
        if (x >= n || y >= m) return x >= n && y >= m;
        if (a[x++] != b[y++]) return false;
    }
}

static bool apart_by_lists(const uint8_t *a, size_t n, const uint8_t *b, size_t m)
{
    /* exchanged: the same position; inserted: none of the shorter */
    for (size_t i = 0; n == m && i < n; i++)
        if (equal_without(a, n, i, b, m, i)) return true;
    for (size_t i = 0; i < n; i++)
        if (equal_without(a, n, i, b, m, SIZE_MAX)) return true;
    for (size_t k = 0; k < m; k++)
        if (equal_without(a, n, SIZE_MAX, b, m, k)) return true;
    return false;
}

static size_t spell(const uint8_t *words, size_t n, char *out)
{
    static const char *const names[] = {"a", "ab", "b", "aa"};
    size_t len = 0;
    for (size_t i = 0; i < n; i++)
        len += (size_t)snprintf(out + len, 64 - len, "%s%s", i ? " " : "", names[words[i]]);
    return len;
}

static void test_against_lists(void **state)
{
    (void)state;
    rs_rng rng = {11};
    size_t alike = 0;
    for (int round = 0; round < 20000; round++) {
        uint8_t a[8], b[8];
        char x[64], y[64];
        const size_t n = 5 + rs_rng_below(&rng, 3), m = 5 + rs_rng_below(&rng, 3);
        for (size_t i = 0; i < 8; i++) {
            a[i] = (uint8_t)rs_rng_below(&rng, 4);
            b[i] = rs_rng_below(&rng, 4) ? a[i] : (uint8_t)rs_rng_below(&rng, 4);
        }
        const size_t x_len = spell(a, n, x), y_len = spell(b, m, y);
        const bool expected = apart_by_lists(a, n, b, m);
        alike += expected;
        if (rs_lang_one_word_apart(rs_str_make(x, x_len), rs_str_make(y, y_len)) != expected)
            fail_msg("\"%s\" and \"%s\"", x, y);
    }
    assert_true(alike > 500);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_word),
        cmocka_unit_test(test_against_lists),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
