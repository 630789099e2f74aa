/* What a picture of 100 x 50 pixels shows of shapes, each beside one that differs a little. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/rng.h"
#include "geom/visible.h"

#include <math.h>

static rs_visible seen(const char *convention, size_t n, const double *coords, bool sized)
{
    const rs_convention *c = rs_geom_convention(rs_str_of(convention));
    assert_non_null(c);
    const rs_canvas canvas = {.width = sized ? 100 : 0, .height = sized ? 50 : 0};
    double px[16];
    size_t n_px = rs_geom_decode(c, &canvas, coords, n, px, 16);
    assert_true(n_px > 0);
    return rs_geom_visible(c, &canvas, px, n_px);
}

static void shapes(void **state)
{
    (void)state;
    static const struct {
        const char *convention;
        size_t n;
        double coords[8];
        rs_visible expected;
    } cases[] = {
        {"px", 4, {10, 10, 20, 20}, RS_VISIBLE_WHOLE},
        {"px", 4, {20, 20, 10, 10}, RS_VISIBLE_WHOLE}, /* swapped corners */
        {"px", 4, {0, 0, 100.4, 50.4}, RS_VISIBLE_WHOLE},
        {"px", 4, {90, 10, 101, 20}, RS_VISIBLE_PART},
        {"px", 4, {-50, -50, 200, 200}, RS_VISIBLE_PART},
        {"px", 4, {100, 10, 120, 20}, RS_VISIBLE_NONE}, /* touches only */
        {"px", 4, {-20, 10, 0, 20}, RS_VISIBLE_NONE},
        {"px", 4, {10, 60, 20, 70}, RS_VISIBLE_NONE},
        {"px", 4, {10, 10, 10, 20}, RS_VISIBLE_FLAT},
        {"px", 4, {0, 0, 0, 0}, RS_VISIBLE_FLAT}, /* a placeholder is no box outside */
        {"px", 4, {300, 10, 300, 20}, RS_VISIBLE_FLAT},
        {"px-xywh", 4, {10, 10, 5, 0}, RS_VISIBLE_FLAT},
        {"px-xywh", 4, {50, 40, -10, -20}, RS_VISIBLE_FLAT},
        {"px-quad", 8, {10, 10, 30, 10, 30, 30, 10, 30}, RS_VISIBLE_WHOLE},
        {"px-quad", 8, {10, 10, 30, 30, 30, 10, 10, 30}, RS_VISIBLE_WHOLE}, /* crossed */
        {"px-quad", 8, {10, 10, 20, 20, 30, 30, 15, 15}, RS_VISIBLE_FLAT},  /* one line */
        {"px-quad", 8, {10, 10, 10, 10, 10, 10, 10, 10}, RS_VISIBLE_FLAT},
        /* beside a corner: its box overlaps the picture, itself it does not */
        {"px-quad", 8, {95, -20, 130, 15, 140, 5, 105, -30}, RS_VISIBLE_NONE},
        {"px-quad", 8, {95, 10, 130, 15, 140, 5, 105, -30}, RS_VISIBLE_PART},
        {"px-cxcywha", 5, {50, 25, 20, 0, 33}, RS_VISIBLE_FLAT},
        {"px-cxcywha", 5, {50, 25, 20, 10, 33}, RS_VISIBLE_WHOLE},
        {"percent", 4, {99, 10, 101, 20}, RS_VISIBLE_PART},
        {"percent", 4, {101, 10, 120, 20}, RS_VISIBLE_NONE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (seen(cases[i].convention, cases[i].n, cases[i].coords, true) != cases[i].expected)
            fail_msg("case %zu", i);
}

static void without_a_picture(void **state)
{
    (void)state;
    const double box[4] = {10, 10, 20, 20}, flat[4] = {10, 10, 10, 20};
    assert_int_equal(seen("px", 4, box, false), RS_VISIBLE_UNKNOWN);
    assert_int_equal(seen("px", 4, flat, false), RS_VISIBLE_FLAT);
}

static void points_and_numbers(void **state)
{
    (void)state;
    const rs_convention *px = rs_geom_convention(RS_STR("px"));
    const rs_canvas canvas = {.width = 100, .height = 50};
    const double in[2] = {100, 0}, out[2] = {102, 10}, bad[4] = {1, 2, NAN, 4};
    assert_int_equal(rs_geom_visible(px, &canvas, in, 2), RS_VISIBLE_WHOLE);
    assert_int_equal(rs_geom_visible(px, &canvas, out, 2), RS_VISIBLE_NONE);
    assert_int_equal(rs_geom_visible(px, &canvas, bad, 4), RS_VISIBLE_UNKNOWN);
    assert_int_equal(rs_geom_visible(px, &canvas, bad, 0), RS_VISIBLE_UNKNOWN);
}

/* Four corners and the same with the last one twice, whose hull is always made, are one shape. */
static void corners_with_and_without_a_hull(void **state)
{
    (void)state;
    const rs_convention *c = rs_geom_convention(RS_STR("px-polygon"));
    rs_rng rng = rs_rng_of(1, (rs_id){0});
    int n_of[5] = {0};
    for (int k = 0; k < 200000; k++) {
        static const double scales[] = {1e-7, 1e-3, 1, 30, 200, 1e4};
        const double size = scales[rs_rng_below(&rng, 6)], flat = rs_rng_below(&rng, 3) ? 1 : 1e-8;
        const double x0 = rs_rng_unit(&rng) * 120 - 10, y0 = rs_rng_unit(&rng) * 70 - 10;
        const rs_canvas canvas = {.width = k % 5 ? 100 : 0, .height = k % 5 ? 50 : 0};
        double px[10];
        for (int i = 0; i < 4; i++) {
            const double along = rs_rng_unit(&rng) * size, off = rs_rng_unit(&rng) * size * flat;
            px[2 * i] = x0 + along - off;
            px[2 * i + 1] = y0 + along + off;
        }
        px[8] = px[6];
        px[9] = px[7];
        const rs_visible quad = rs_geom_visible(c, &canvas, px, 8);
        n_of[quad]++;
        if (quad != rs_geom_visible(c, &canvas, px, 10)) fail_msg("shape %d", k);
    }
    for (int i = 0; i < 5; i++) assert_true(n_of[i] > 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shapes),
        cmocka_unit_test(without_a_picture),
        cmocka_unit_test(points_and_numbers),
        cmocka_unit_test(corners_with_and_without_a_hull),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
