/* Descriptors of pictures made by hand: colours where they are, edges in their direction. */
#include "image/describe.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { SIDE = 128 };

/* Left half of one colour, right half of another. */
static void halves(rs_pixels *p, uint8_t left, uint8_t right)
{
    assert_int_equal(rs_pixels_init(p, SIDE, SIDE, NULL, NULL), RSIFT_OK);
    for (size_t i = 0; i < (size_t)SIDE * SIDE; i++) {
        p->rgb[3 * i] = i % SIDE < SIDE / 2 ? left : right;
        p->rgb[3 * i + 1] = 51;
    }
}

static void colours_and_edges(void **state)
{
    (void)state;
    rs_pixels p;
    float d[RS_IMAGE_DESCRIPTOR];
    halves(&p, 0, 255);
    assert_int_equal(rs_image_describe(&p, d, NULL), RSIFT_OK);
    rs_pixels_fini(&p);
    for (size_t cell = 0; cell < 16; cell++) {
        assert_true(fabsf(d[cell * 6] - (cell % 4 < 2 ? 0.0f : 1.0f)) < 1e-6f);
        assert_true(fabsf(d[cell * 6 + 1] - 0.2f) < 1e-6f);
        assert_true(d[cell * 6 + 3] < 1e-6f);
        /* brighter to the right: sector 0, in the two middle columns alone */
        assert_true((d[96 + cell * 8] > 0) == (cell % 4 == 1 || cell % 4 == 2));
        for (size_t k = 1; k < 8; k++) assert_true(d[96 + cell * 8 + k] == 0);
    }
}

static void other_sizes(void **state)
{
    (void)state;
    static const uint32_t sizes[][2] = {{1, 1}, {3, 2}, {64, 64}, {1000, 3}};
    float d[RS_IMAGE_DESCRIPTOR];
    for (size_t i = 0; i < 4; i++) {
        rs_pixels p;
        assert_int_equal(rs_pixels_init(&p, sizes[i][0], sizes[i][1], NULL, NULL), RSIFT_OK);
        assert_int_equal(rs_image_describe(&p, d, NULL), RSIFT_OK);
        for (size_t k = 0; k < RS_IMAGE_DESCRIPTOR; k++) assert_true(d[k] == 0);
        rs_pixels_fini(&p);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(colours_and_edges),
                                       cmocka_unit_test(other_sizes)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
