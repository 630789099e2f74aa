/* Sums of PNG chunks, whatever the sizes of the reads. */
#include "image/png_sums.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static const uint8_t png[] = {0x89, 'P', 'N',  'G',  0x0d, 0x0a, 0x1a, 0x0a, 0,    0, 0, 13,
                              'I',  'H', 'D',  'R',  0,    0,    0,    1,    0,    0, 0, 1,
                              8,    0,   0,    0,    0,    0x3a, 0x7e, 0x9b, 0x55, 0, 0, 0,
                              10,   'I', 'D',  'A',  'T',  0x78, 0x9c, 0x63, 0x68, 0, 0, 0,
                              0x82, 0,   0x81, 0x77, 0xcd, 0x72, 0xb6, 0,    0,    0, 0, 'I',
                              'E',  'N', 'D',  0xae, 0x42, 0x60, 0x82};

static bool holds(const uint8_t *bytes, size_t n, size_t step)
{
    rs_png_sums sums = {0};
    for (size_t i = 0; i < n; i += step)
        rs_png_sums_add(&sums, bytes + i, n - i < step ? n - i : step);
    return rs_png_sums_hold(&sums);
}

static void test_sound(void **state)
{
    (void)state;
    for (size_t step = 1; step <= sizeof png; step++) assert_true(holds(png, sizeof png, step));
}

static void test_cut(void **state)
{
    (void)state;
    for (size_t n = 0; n < sizeof png; n++) assert_false(holds(png, n, 7));
}

/* Every byte behind the signature and in front of the end is under a sum. */
static void test_changed(void **state)
{
    (void)state;
    uint8_t other[sizeof png];
    for (size_t i = 8; i < sizeof png; i++) {
        memcpy(other, png, sizeof png);
        other[i] ^= 0x10;
        assert_false(holds(other, sizeof other, 5));
    }
}

static void test_behind_the_end(void **state)
{
    (void)state;
    uint8_t longer[sizeof png + 3] = {0};
    memcpy(longer, png, sizeof png);
    assert_true(holds(longer, sizeof longer, 4));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_sound), cmocka_unit_test(test_cut),
                                       cmocka_unit_test(test_changed),
                                       cmocka_unit_test(test_behind_the_end)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
