/* Axis-aligned boxes: ratios by hand, what is said about bad boxes. */
#include "geom/box.h"

#include "base/rng.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define NEAR(a, b) assert_true(fabs((a) - (b)) < 1e-12)

static void test_iou_by_hand(void **state)
{
    (void)state;
    const double a[4] = {0, 0, 5, 5}, b[4] = {1, 1, 6, 6}, far[4] = {9, 9, 10, 10};
    NEAR(rs_geom_iou(a, b), 16.0 / 34.0);
    NEAR(rs_geom_iou_inclusive(a, b), 25.0 / 47.0); /* the trap: 0.47 against 0.53 */
    NEAR(rs_geom_iou(a, a), 1);
    NEAR(rs_geom_iou(a, far), 0);
    const double touching[4] = {5, 0, 8, 5};
    NEAR(rs_geom_iou(a, touching), 0);
    NEAR(rs_geom_iou_inclusive(a, touching), 6.0 / (36 + 24 - 6));
}

static void test_iou_of_odd_boxes(void **state)
{
    (void)state;
    const double a[4] = {0, 0, 4, 4}, empty[4] = {2, 2, 2, 2}, inverted[4] = {4, 0, 0, 4};
    NEAR(rs_geom_iou(empty, empty), 0);
    NEAR(rs_geom_iou(a, empty), 0);
    NEAR(rs_geom_iou(a, inverted), 0);
    double inter, whole;
    rs_geom_box_overlap(a, inverted, 0, &inter, &whole);
    NEAR(inter, 0);
    NEAR(whole, 0); /* 16 + (-16): literally */
    rs_geom_box_overlap(a, inverted, 1, &inter, &whole);
    NEAR(inter, 5 * 0);
    NEAR(whole, 25 - 15);
}

static void test_coco_ratio(void **state)
{
    (void)state;
    const double det[4] = {10, 10, 20, 10}, truth[4] = {20, 10, 20, 10};
    NEAR(rs_geom_iou_xywh(det, truth, false), 100.0 / 300.0);
    NEAR(rs_geom_iou_xywh(det, truth, true), 0.5); /* a crowd: the detection's own area */
    const double gone[4] = {30, 10, 5, 5};
    NEAR(rs_geom_iou_xywh(det, gone, false), 0);
}

static void test_state_of_boxes(void **state)
{
    (void)state;
    const struct {
        double box[4];
        unsigned want;
    } cases[] = {
        {{0, 0, 100, 50}, 0},
        {{10, 10, 5, 20}, RS_BOX_INVERTED},
        {{10, 10, 10, 20}, RS_BOX_EMPTY},
        {{-1, 0, 5, 5}, RS_BOX_LEAVES},
        {{95, 40, 101, 50}, RS_BOX_LEAVES},
        {{100, 0, 120, 10}, RS_BOX_LEAVES | RS_BOX_OUTSIDE},
        {{-20, 0, 0, 10}, RS_BOX_LEAVES | RS_BOX_OUTSIDE},
        {{0, 0, 0, 0}, RS_BOX_EMPTY},
        {{NAN, 0, 1, 1}, RS_BOX_NOT_FINITE},
        {{0, 0, INFINITY, 1}, RS_BOX_NOT_FINITE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(rs_geom_box_state(cases[i].box, 100, 50), cases[i].want);
    assert_int_equal(rs_geom_box_state(cases[5].box, 0, 0), 0);
}

static void test_order_clamp_hull(void **state)
{
    (void)state;
    double box[4] = {10, 2, 4, 8};
    assert_true(rs_geom_box_order(box));
    assert_true(box[0] == 4 && box[1] == 2 && box[2] == 10 && box[3] == 8);
    assert_false(rs_geom_box_order(box));
    assert_true(rs_geom_box_clamp(box, 6, 100));
    assert_true(box[2] == 6);
    assert_false(rs_geom_box_clamp(box, 6, 100));
    const double other[4] = {-1, 5, 0, 6};
    rs_geom_box_hull(box, other, box);
    assert_true(box[0] == -1 && box[1] == 2 && box[2] == 6 && box[3] == 8);
    double wh[4];
    rs_geom_box_to_xywh(box, wh);
    assert_true(wh[2] == 7 && wh[3] == 6);
    rs_geom_box_of_xywh(wh, wh);
    assert_memory_equal(wh, box, sizeof wh);
    NEAR(rs_geom_box_area(box), 42);
}

static void test_iou_properties(void **state)
{
    (void)state;
    rs_rng rng = rs_rng_of(20260119, (rs_id){1, 2});
    for (int round = 0; round < 20000; round++) {
        double v[8];
        for (int i = 0; i < 8; i++) v[i] = (double)rs_rng_below(&rng, 12);
        rs_geom_box_order(v);
        rs_geom_box_order(v + 4);
        double ab = rs_geom_iou(v, v + 4), ba = rs_geom_iou(v + 4, v);
        assert_true(ab == ba && ab >= 0 && ab <= 1);
        double scaled[8];
        for (int i = 0; i < 8; i++) scaled[i] = v[i] * 8;
        assert_true(rs_geom_iou(scaled, scaled + 4) == ab);
        double xywh[8];
        rs_geom_box_to_xywh(v, xywh);
        rs_geom_box_to_xywh(v + 4, xywh + 4);
        NEAR(rs_geom_iou_xywh(xywh, xywh + 4, false), ab);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_iou_by_hand),      cmocka_unit_test(test_iou_of_odd_boxes),
        cmocka_unit_test(test_coco_ratio),       cmocka_unit_test(test_state_of_boxes),
        cmocka_unit_test(test_order_clamp_hull), cmocka_unit_test(test_iou_properties),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
