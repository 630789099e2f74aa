/* Oriented boxes, polygons and the areas they share. */
#include "geom/obb.h"

#include "base/rng.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define PI 3.14159265358979323846
#define NEAR(a, b, tolerance) assert_true(fabs((a) - (b)) <= (tolerance))

static const double square[8] = {0, 0, 10, 0, 10, 10, 0, 10};

static rs_rng seeded(uint64_t what)
{
    return rs_rng_of(20260212, (rs_id){0, what});
}

static double within(rs_rng *rng, double low, double high)
{
    return low + (high - low) * rs_rng_unit(rng);
}

static rs_obb some_obb(rs_rng *rng)
{
    return (rs_obb){within(rng, 0, 100), within(rng, 0, 100), within(rng, 1, 60),
                    within(rng, 1, 60), within(rng, -7, 7)};
}

/* Largest distance between the corner sets, whichever corner comes first in either direction. */
static double corner_error(const double a[8], const double b[8])
{
    double best = INFINITY;
    for (int start = 0; start < 4; start++)
        for (int step = 1; step <= 3; step += 2) {
            double worst = 0;
            for (int i = 0; i < 4; i++) {
                int j = (start + step * i) % 4;
                worst = fmax(worst, hypot(a[2 * i] - b[2 * j], a[2 * i + 1] - b[2 * j + 1]));
            }
            best = fmin(best, worst);
        }
    return best;
}

static void test_rotation_is_clockwise_on_screen(void **state)
{
    (void)state;
    const rs_obb obb = {50, 50, 40, 20, PI / 6};
    double quad[8];
    rs_geom_obb_quad(&obb, quad);
    /* The right end of the long side goes down (larger y) when turned clockwise. */
    NEAR(quad[2], 50 + 20 * cos(PI / 6) + 10 * 0.5, 1e-12);
    NEAR(quad[3], 50 + 20 * 0.5 - 10 * cos(PI / 6), 1e-12);
    assert_true(rs_geom_signed_area(quad, 4) > 0);
    NEAR(rs_geom_area(quad, 4), 800, 1e-9);
}

static void test_spellings_of_one_rectangle(void **state)
{
    (void)state;
    rs_rng rng = seeded(1);
    for (int i = 0; i < 20000; i++) {
        rs_obb obb = some_obb(&rng), again = obb;
        if (i % 5 == 0) obb.angle_rad = again.angle_rad = (i % 9 - 4) * PI / 4;
        double quad[8], other[8];
        rs_geom_obb_quad(&obb, quad);
        rs_geom_obb_long_edge(&again);
        assert_true(again.w >= again.h);
        assert_true(again.angle_rad >= -PI / 2 && again.angle_rad < PI / 2);
        rs_geom_obb_quad(&again, other);
        NEAR(corner_error(quad, other), 0, 1e-9);
        rs_geom_obb_opencv(&again);
        assert_true(again.angle_rad > 0 && again.angle_rad <= PI / 2);
        rs_geom_obb_quad(&again, other);
        NEAR(corner_error(quad, other), 0, 1e-9);
    }
}

static void test_upright_box_in_opencv_form(void **state)
{
    (void)state;
    rs_obb obb;
    const double wide[8] = {0, 0, 30, 0, 30, 10, 0, 10};
    assert_true(rs_geom_obb_of_points(wide, 4, &obb));
    NEAR(obb.angle_rad, 0, 0);
    rs_geom_obb_opencv(&obb);
    NEAR(obb.angle_rad, PI / 2, 1e-12);
    assert_true(obb.w == 10 && obb.h == 30);
}

static void test_least_rectangle(void **state)
{
    (void)state;
    rs_rng rng = seeded(2);
    for (int i = 0; i < 20000; i++) {
        rs_obb obb = some_obb(&rng), found;
        double quad[8], other[8];
        rs_geom_obb_quad(&obb, quad);
        if (i % 2) rs_geom_reverse(quad, 4);
        assert_true(rs_geom_obb_of_points(quad, 4, &found));
        rs_geom_obb_quad(&found, other);
        NEAR(corner_error(quad, other), 0, 1e-9);
        assert_true(found.angle_rad > -PI / 2 && found.angle_rad <= PI / 2);
    }
}

static void test_least_rectangle_of_many_points(void **state)
{
    (void)state;
    rs_rng rng = seeded(3);
    for (int round = 0; round < 300; round++) {
        double xy[2 * 40];
        rs_obb found;
        size_t n = 3 + rs_rng_below(&rng, 38);
        for (size_t i = 0; i < 2 * n; i++) xy[i] = within(&rng, -50, 50);
        assert_true(rs_geom_obb_of_points(xy, n, &found));
        /* All points are inside, and no direction of 1000 gives a smaller rectangle. */
        double c = cos(found.angle_rad), s = sin(found.angle_rad);
        for (size_t i = 0; i < n; i++) {
            double dx = xy[2 * i] - found.cx, dy = xy[2 * i + 1] - found.cy;
            assert_true(fabs(dx * c + dy * s) <= found.w / 2 + 1e-9);
            assert_true(fabs(dy * c - dx * s) <= found.h / 2 + 1e-9);
        }
        for (int k = 0; k < 1000; k++) {
            double a = PI * k / 1000, low[2] = {1e9, 1e9}, high[2] = {-1e9, -1e9};
            for (size_t i = 0; i < n; i++) {
                double u[2] = {xy[2 * i] * cos(a) + xy[2 * i + 1] * sin(a),
                               xy[2 * i + 1] * cos(a) - xy[2 * i] * sin(a)};
                for (int d = 0; d < 2; d++)
                    low[d] = fmin(low[d], u[d]), high[d] = fmax(high[d], u[d]);
            }
            assert_true((high[0] - low[0]) * (high[1] - low[1]) >= found.w * found.h * (1 - 1e-9));
        }
    }
}

static void test_degenerate_rectangles(void **state)
{
    (void)state;
    rs_obb obb;
    const double point[6] = {3, 4, 3, 4, 3, 4}, line[8] = {0, 0, 3, 4, 6, 8, 3, 4};
    assert_true(rs_geom_obb_of_points(point, 3, &obb));
    assert_true(obb.cx == 3 && obb.cy == 4 && obb.w == 0 && obb.h == 0);
    assert_true(rs_geom_obb_of_points(line, 4, &obb));
    NEAR(obb.w, 10, 1e-12);
    NEAR(obb.h, 0, 1e-12);
    NEAR(obb.cx, 3, 1e-12);
    const double bad[4] = {0, NAN, 1, 1};
    assert_false(rs_geom_obb_of_points(bad, 2, &obb));
    assert_false(rs_geom_obb_of_points(point, 0, &obb));
    static double many[2 * (RS_POLY_MAX + 1)];
    assert_false(rs_geom_obb_of_points(many, RS_POLY_MAX + 1, &obb));
    assert_true(rs_geom_obb_of_points(many, RS_POLY_MAX, &obb));
}

static void test_corner_order(void **state)
{
    (void)state;
    double q[8] = {10, 10, 0, 10, 0, 0, 10, 0}; /* clockwise, starting bottom right */
    assert_false(rs_geom_make_clockwise(q, 4));
    rs_geom_reverse(q, 4);
    const double reversed[8] = {10, 10, 10, 0, 0, 0, 0, 10};
    assert_memory_equal(q, reversed, sizeof q);
    NEAR(rs_geom_signed_area(q, 4), -100, 0);
    NEAR(rs_geom_area(q, 4), 100, 0);
    rs_geom_start_at_top(q, 4);
    const double from_top[8] = {0, 0, 0, 10, 10, 10, 10, 0};
    assert_memory_equal(q, from_top, sizeof q);
    assert_true(rs_geom_make_clockwise(q, 4));
    assert_memory_equal(q, square, sizeof q);
}

static void test_contains(void **state)
{
    (void)state;
    assert_true(rs_geom_contains(square, 4, 5, 5));
    assert_true(rs_geom_contains(square, 4, 0, 0));
    assert_false(rs_geom_contains(square, 4, 10, 5));
    assert_false(rs_geom_contains(square, 4, 5, 10));
    const double notch[10] = {0, 0, 10, 0, 10, 10, 5, 2, 0, 10};
    assert_false(rs_geom_contains(notch, 5, 5, 6));
    assert_true(rs_geom_contains(notch, 5, 1, 6));
}

static void test_hull_and_convexity(void **state)
{
    (void)state;
    const double points[] = {5, 5, 0, 0, 10, 0, 5, 0, 10, 10, 0, 10, 0, 5, 10, 10};
    double hull[16];
    assert_int_equal(rs_geom_hull(points, 8, hull), 4);
    assert_true(rs_geom_signed_area(hull, 4) == 100);
    assert_true(rs_geom_is_convex(square, 4));
    const double bow[8] = {0, 0, 10, 10, 10, 0, 0, 10}, dart[8] = {0, 0, 5, 4, 10, 0, 5, 10};
    assert_false(rs_geom_is_convex(bow, 4));
    assert_false(rs_geom_is_convex(dart, 4));
    double star[10]; /* every turn to the same side, but twice around */
    for (int i = 0; i < 5; i++) {
        star[2 * i] = cos(4 * PI * i / 5);
        star[2 * i + 1] = sin(4 * PI * i / 5);
    }
    assert_false(rs_geom_is_convex(star, 5));
}

static void test_iou_by_hand(void **state)
{
    (void)state;
    const double shifted[8] = {5, 0, 15, 0, 15, 10, 5, 10},
                 touching[8] = {10, 0, 20, 0, 20, 10, 10, 10};
    const double diamond[8] = {5, -5, 15, 5, 5, 15, -5, 5}, inside[8] = {2, 2, 4, 2, 4, 4, 2, 4};
    const double flat[8] = {0, 5, 10, 5, 10, 5, 0, 5};
    NEAR(rs_geom_quad_iou(square, square), 1, 1e-15);
    NEAR(rs_geom_quad_iou(square, shifted), 1.0 / 3, 1e-15);
    NEAR(rs_geom_quad_iou(square, touching), 0, 0);
    NEAR(rs_geom_quad_iou(square, diamond), 0.5, 1e-15); /* square inscribed in the diamond */
    NEAR(rs_geom_quad_iou(square, inside), 0.04, 1e-15);
    NEAR(rs_geom_quad_iou(square, flat), 0, 0);
    NEAR(rs_geom_quad_iou(flat, flat), 0, 0);
    /* Two 10 x 10 squares about one centre, 45 degrees apart share a regular octagon. */
    const rs_obb a = {0, 0, 10, 10, 0}, b = {0, 0, 10, 10, PI / 4};
    double qa[8], qb[8];
    rs_geom_obb_quad(&a, qa);
    rs_geom_obb_quad(&b, qb);
    double octagon = 200 * (sqrt(2) - 1);
    NEAR(rs_geom_quad_iou(qa, qb), octagon / (200 - octagon), 1e-12);
}

static void test_half_turn_is_the_same(void **state)
{
    (void)state;
    rs_rng rng = seeded(4);
    for (int i = 0; i < 5000; i++) {
        rs_obb a = some_obb(&rng), b = a;
        b.angle_rad += PI;
        double qa[8], qb[8];
        rs_geom_obb_quad(&a, qa);
        rs_geom_obb_quad(&b, qb);
        NEAR(rs_geom_quad_iou(qa, qb), 1, 1e-9);
    }
}

static void test_iou_properties(void **state)
{
    (void)state;
    rs_rng rng = seeded(5);
    for (int i = 0; i < 30000; i++) {
        rs_obb a = some_obb(&rng), b = some_obb(&rng);
        double qa[8], qb[8], reversed[8], moved[16];
        rs_geom_obb_quad(&a, qa);
        rs_geom_obb_quad(&b, qb);
        double ab = rs_geom_quad_iou(qa, qb);
        assert_true(ab == rs_geom_quad_iou(qb, qa));
        assert_true(ab >= 0 && ab <= 1);
        memcpy(reversed, qb, sizeof reversed);
        rs_geom_reverse(reversed, 4);
        assert_true(rs_geom_area(reversed, 4) - rs_geom_area(qb, 4) <= 1e-9);
        NEAR(rs_geom_quad_iou(qa, reversed), ab, 1e-9);
        NEAR(rs_geom_polygon_overlap(qa, 4, qb, 4), rs_geom_convex_overlap(qa, 4, qb, 4), 1e-8);
        for (int k = 0; k < 8; k++) moved[k] = qa[k] * 3 + 1000, moved[k + 8] = qb[k] * 3 + 1000;
        NEAR(rs_geom_quad_iou(moved, moved + 8), ab, 1e-9);
    }
}

static void test_polygons_that_are_not_convex(void **state)
{
    (void)state;
    /* A U of area 7 * 1 ... drawn as 3 x 3 minus the middle 1 x 2 opening at the top. */
    const double u[16] = {0, 0, 1, 0, 1, 2, 2, 2, 2, 0, 3, 0, 3, 3, 0, 3};
    const double bar[8] = {0, 0, 3, 0, 3, 1, 0, 1};
    NEAR(rs_geom_area(u, 8), 7, 1e-12);
    NEAR(rs_geom_polygon_overlap(u, 8, bar, 4), 2, 1e-12);
    NEAR(rs_geom_polygon_overlap(bar, 4, u, 8), 2, 1e-12);
    NEAR(rs_geom_polygon_iou(u, 8, bar, 4), 2.0 / 8.0, 1e-12);
    NEAR(rs_geom_polygon_iou(u, 8, u, 8), 1, 1e-12);
}

static void test_hostile_numbers_end(void **state)
{
    (void)state;
    double bad[8] = {NAN, 0, 10, NAN, INFINITY, 10, 0, -INFINITY};
    double iou = rs_geom_polygon_iou(square, 4, bad, 4);
    assert_true(iou >= 0 && iou <= 1);
    assert_true(rs_geom_polygon_iou(bad, 4, bad, 4) >= 0);
    assert_true(rs_geom_convex_overlap(square, 2, square, 4) == 0);
    static double long_one[2 * (RS_CONVEX_MAX + 1)];
    assert_true(rs_geom_convex_overlap(square, 4, long_one, RS_CONVEX_MAX + 1) == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rotation_is_clockwise_on_screen),
        cmocka_unit_test(test_spellings_of_one_rectangle),
        cmocka_unit_test(test_upright_box_in_opencv_form),
        cmocka_unit_test(test_least_rectangle),
        cmocka_unit_test(test_least_rectangle_of_many_points),
        cmocka_unit_test(test_degenerate_rectangles),
        cmocka_unit_test(test_corner_order),
        cmocka_unit_test(test_contains),
        cmocka_unit_test(test_hull_and_convexity),
        cmocka_unit_test(test_iou_by_hand),
        cmocka_unit_test(test_half_turn_is_the_same),
        cmocka_unit_test(test_iou_properties),
        cmocka_unit_test(test_polygons_that_are_not_convex),
        cmocka_unit_test(test_hostile_numbers_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
