/* Shrinking, turning and drawing, against the slow way and by hand. */
#include "image/draw.h"
#include "image/resize.h"

#include "base/rng.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void noise(rs_pixels *p, uint32_t w, uint32_t h, uint64_t seed)
{
    rs_rng rng = rs_rng_of(seed, (rs_id){0});
    assert_int_equal(rs_pixels_init(p, w, h, NULL, NULL), RSIFT_OK);
    for (size_t i = 0; i < (size_t)w * h * 3; i++) p->rgb[i] = (uint8_t)rs_rng_below(&rng, 256);
}

/* One value of the area average in floating point. */
static double average(const rs_pixels *p, uint32_t w, uint32_t h, uint32_t x, uint32_t y,
                      unsigned b)
{
    double sx = (double)p->width / w, sy = (double)p->height / h, sum = 0;
    for (uint32_t j = 0; j < p->height; j++) {
        double wy = fmin(j + 1, (y + 1) * sy) - fmax(j, y * sy);
        for (uint32_t i = 0; wy > 0 && i < p->width; i++) {
            double wx = fmin(i + 1, (x + 1) * sx) - fmax(i, x * sx);
            if (wx > 0) sum += wx * wy * p->rgb[((size_t)j * p->width + i) * 3 + b];
        }
    }
    return sum / (sx * sy);
}

static void test_shrink_is_the_average(void **state)
{
    (void)state;
    static const uint32_t sizes[][4] = {{9, 7, 4, 3}, {10, 10, 5, 5},   {31, 5, 1, 1},
                                        {8, 8, 8, 8}, {13, 17, 12, 16}, {1, 9, 1, 2}};
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
        const uint32_t *s = sizes[k];
        rs_pixels big, less;
        noise(&big, s[0], s[1], k + 1);
        assert_int_equal(rs_image_shrink(&big, s[2], s[3], &less, NULL), RSIFT_OK);
        for (uint32_t y = 0; y < s[3]; y++)
            for (uint32_t x = 0; x < s[2]; x++)
                for (unsigned b = 0; b < 3; b++)
                    assert_true(fabs(average(&big, s[2], s[3], x, y, b) -
                                     less.rgb[(y * s[2] + x) * 3 + b]) < 0.5 + 1e-9);
        rs_pixels_fini(&big);
        rs_pixels_fini(&less);
    }
}

static void test_shrink_refuses(void **state)
{
    (void)state;
    rs_pixels p, less;
    noise(&p, 4, 4, 1);
    assert_int_equal(rs_image_shrink(&p, 5, 4, &less, NULL), RSIFT_E_ARG);
    assert_int_equal(rs_image_shrink(&p, 0, 4, &less, NULL), RSIFT_E_ARG);
    rs_pixels_fini(&p);
    assert_int_equal(rs_image_shrink(&p, 1, 1, &less, NULL), RSIFT_E_ARG);
}

static void test_fit(void **state)
{
    (void)state;
    uint32_t w, h;
    rs_image_fit(800, 600, 400, &w, &h);
    assert_true(w == 400 && h == 300);
    rs_image_fit(800, 600, 1000, &w, &h);
    assert_true(w == 800 && h == 600);
    rs_image_fit(10000, 3, 100, &w, &h);
    assert_true(w == 100 && h == 1);
    rs_image_fit(4294967295u, 4294967295u, 2, &w, &h);
    assert_true(w == 2 && h == 2);
}

/* The letter F, upright, must come out of each stored form. '#' = 1. */
static const char *const upright[4] = {"###", "#..", "##.", "#.."};

static bool ink(unsigned orientation, uint32_t x, uint32_t y) /* stored pixel (x, y) */
{
    switch (orientation) {
    case 1: return upright[y][x] == '#';
    case 2: return upright[y][2 - x] == '#';
    case 3: return upright[3 - y][2 - x] == '#';
    case 4: return upright[3 - y][x] == '#';
    case 5: return upright[x][y] == '#';
    case 6: return upright[x][2 - y] == '#'; /* first row is the right side */
    case 7: return upright[3 - x][2 - y] == '#';
    default: return upright[3 - x][y] == '#'; /* first row is the left side */
    }
}

static void test_orient(void **state)
{
    (void)state;
    for (unsigned o = 1; o <= 8; o++) {
        rs_pixels p;
        uint32_t w = o < 5 ? 3 : 4, h = o < 5 ? 4 : 3;
        assert_int_equal(rs_pixels_init(&p, w, h, NULL, NULL), RSIFT_OK);
        for (uint32_t y = 0; y < h; y++)
            for (uint32_t x = 0; x < w; x++) p.rgb[(y * w + x) * 3] = ink(o, x, y);
        assert_int_equal(rs_image_orient(&p, o, NULL), RSIFT_OK);
        assert_true(p.width == 3 && p.height == 4);
        for (uint32_t y = 0; y < 4; y++)
            for (uint32_t x = 0; x < 3; x++)
                assert_int_equal(p.rgb[(y * 3 + x) * 3], upright[y][x] == '#');
        rs_pixels_fini(&p);
    }
    rs_pixels none = {0};
    assert_int_equal(rs_image_orient(&none, 9, NULL), RSIFT_E_ARG);
    assert_int_equal(rs_image_orient(&none, 0, NULL), RSIFT_E_ARG);
}

static size_t n_marked(const rs_pixels *p)
{
    size_t n = 0;
    for (size_t i = 0; i < (size_t)p->width * p->height; i++) n += p->rgb[i * 3] == 0xff;
    return n;
}

static void test_draw(void **state)
{
    (void)state;
    rs_pixels p;
    assert_int_equal(rs_pixels_init(&p, 20, 10, NULL, NULL), RSIFT_OK);
    rs_draw_line(&p, (const double[]){2, 3, 11, 3}, 1, 0xff8040);
    assert_int_equal(n_marked(&p), 10);
    const uint8_t *at = p.rgb + (3 * 20 + 5) * 3;
    assert_true(at[0] == 0xff && at[1] == 0x80 && at[2] == 0x40);
    rs_draw_line(&p, (const double[]){2, 5, 11, 5}, 3, 0xff0000);
    assert_int_equal(p.rgb[(4 * 20 + 5) * 3], 0xff);
    assert_int_equal(p.rgb[(6 * 20 + 5) * 3], 0xff);
    assert_int_equal(p.rgb[(7 * 20 + 5) * 3], 0);
    rs_pixels_fini(&p);

    assert_int_equal(rs_pixels_init(&p, 20, 10, NULL, NULL), RSIFT_OK);
    const double box[] = {1, 1, 8, 1, 8, 6, 1, 6};
    rs_draw_polyline(&p, box, 4, true, 1, 0xff0000);
    assert_int_equal(n_marked(&p), 2 * 8 + 2 * 4);
    /* Far outside, not finite, of no pixels: nothing happens, and soon. */
    rs_draw_line(&p, (const double[]){-1e300, -1e300, 1e300, -1e300}, 2, 0xff0000);
    rs_draw_line(&p, (const double[]){NAN, 0, 5, 5}, 2, 0xff0000);
    rs_draw_line(&p, (const double[]){100, 100, 200, 300}, 2, 0xff0000);
    assert_int_equal(n_marked(&p), 2 * 8 + 2 * 4);
    rs_draw_line(&p, (const double[]){-1e9, 9, 1e9, 9}, 1, 0xff0000);
    assert_int_equal(n_marked(&p), 2 * 8 + 2 * 4 + 20);
    rs_pixels_fini(&p);
    rs_draw_line(&p, (const double[]){0, 0, 1, 1}, 1, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shrink_is_the_average),
        cmocka_unit_test(test_shrink_refuses),
        cmocka_unit_test(test_fit),
        cmocka_unit_test(test_orient),
        cmocka_unit_test(test_draw),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
