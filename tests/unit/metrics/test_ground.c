/* Grounding, referring segmentation and EarthDial's detection against the shared cases. */
#include "geom/obb.h"
#include "metrics/ground.h"

#include "case_json.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void assert_near(double got, double expected, double within)
{
    if (!(fabs(got - expected) <= within)) fail_msg("%.17g, expected %.17g", got, expected);
}

enum { MOST = 4096 };
static const rs_json *lines[MOST];
static rs_ground_one ones[MOST];

static const double half_and_more[] = {0.5, 0.7};
static const double five_steps[] = {0.5, 0.6, 0.7, 0.8, 0.9};
static const rs_ground_rule vrsbench = {.reading = RS_BOX_TEXT_DIGITS, .plus = 1,
                                        .thresholds = half_and_more, .n_thresholds = 2};
static const rs_ground_rule lqvg = {.eps_inter = 1e-6, .eps_union = 1e-6, .strict = true,
                                    .thresholds = five_steps, .n_thresholds = 5};
static const rs_ground_rule lpva = {.eps_union = 1e-16, .thresholds = five_steps, .n_thresholds = 5};

static void near(double got, double expected, const char *what)
{
    if (!(fabs(got - expected) <= 1e-9)) fail_msg("%s: %.17g, expected %.17g", what, got, expected);
}

static void check_steps(const rs_ground_rule *rule, size_t n, const rs_json *expected)
{
    static const char *const names[] = {"Acc@0.5", "Acc@0.6", "Acc@0.7", "Acc@0.8", "Acc@0.9"};
    for (size_t i = 0; i < n; i++) {
        double p[4], g[4];
        assert_int_equal(case_numbers(rs_json_get(lines[i], "gt_xyxy"), g, 4), 4);
        assert_int_equal(case_numbers(rs_json_get(lines[i], "pred_xyxy"), p, 4), 4);
        ones[i] = rs_metrics_ground_boxes(rule, p, g);
    }
    rs_ground_sum sum;
    rs_metrics_ground_sum(rule, ones, n, NULL, &sum);
    for (int k = 0; k < 5; k++) near(sum.accuracy[k], case_value(expected, names[k]), names[k]);
    near(sum.mean_iou, case_value(expected, "meanIoU"), "meanIoU");
    near(sum.cum_iou, case_value(expected, "cumIoU"), "cumIoU");
}

static void grounding(void **state)
{
    (void)state;
    rs_arena arena = {0};
    const char *folder = "cases/grounding-boxes";
    const rs_json *expected = case_json(&arena, folder, "expected.json");
    static const rs_json *each[MOST];
    const size_t n_each = case_lines(&arena, folder, "expected_per_sample.jsonl", each, MOST);
    const size_t n = case_lines(&arena, folder, "samples.jsonl", lines, MOST);
    if (!n) {
        print_message("skipped: %s is not beside the repository\n", folder);
        skip();
    }
    assert_int_equal(n, n_each);
    for (size_t i = 0; i < n; i++) {
        double p[4], g[4];
        ones[i] = (rs_ground_one){0};
        if (rs_metrics_box_numbers(vrsbench.reading, case_text(lines[i], "answer"), p, 4) == 4 &&
            rs_metrics_box_numbers(vrsbench.reading, case_text(lines[i], "ground_truth"), g, 4) == 4)
            ones[i] = rs_metrics_ground_boxes(&vrsbench, p, g);
        const double iou = case_value(each[i], "vrsbench_iou");
        if (!isnan(iou)) near(ones[i].iou, iou, "vrsbench_iou");
        else assert_false(ones[i].valid);
    }
    rs_ground_sum sum;
    rs_metrics_ground_sum(&vrsbench, ones, n, NULL, &sum);
    const rs_json *v = rs_json_get(expected, "vrsbench_text_rule");
    assert_int_equal(sum.n, (size_t)case_value(v, "total"));
    assert_int_equal(sum.n_valid, (size_t)case_value(v, "valid"));
    near(100 * sum.accuracy[0], case_value(v, "Acc@0.5"), "Acc@0.5");
    near(100 * sum.accuracy[1], case_value(v, "Acc@0.7"), "Acc@0.7");
    near(100 * sum.mean_iou, case_value(v, "meanIoU"), "meanIoU");
    near(100 * sum.cum_iou, case_value(v, "cumIoU"), "cumIoU");
    check_steps(&lqvg, n, rs_json_get(expected, "lqvg_rule_float64"));
    check_steps(&lpva, n, rs_json_get(expected, "lpva_rule_float64"));
    rs_arena_fini(&arena);
}

static void masks_of(const rs_json *line, double *inter, double *whole)
{
    rs_json_iter p = rs_json_each(rs_json_get(line, "pred")), g = rs_json_each(rs_json_get(line, "gt"));
    *inter = *whole = 0;
    for (const rs_json *row; (row = rs_json_next(&p, NULL));) {
        const rs_str a = rs_json_str(row), b = rs_json_str(rs_json_next(&g, NULL));
        for (size_t i = 0; i < a.len; i++) {
            *inter += a.ptr[i] == '1' && b.ptr[i] == '1';
            *whole += a.ptr[i] == '1' || b.ptr[i] == '1';
        }
    }
}

static void refseg(void **state)
{
    (void)state;
    rs_arena arena = {0};
    const rs_json *expected = case_json(&arena, "cases/refseg-masks", "expected.json");
    const size_t n = case_lines(&arena, "cases/refseg-masks", "masks.jsonl", lines, MOST);
    if (!n) {
        print_message("skipped: refseg-masks is not beside the repository\n");
        skip();
    }
    for (size_t i = 0; i < n; i++) {
        double inter, whole;
        masks_of(lines[i], &inter, &whole);
        ones[i] = rs_metrics_refseg_areas(inter, whole);
    }
    rs_refseg_sum sum;
    rs_metrics_refseg_sum(ones, n, NULL, &sum);
    near(100 * sum.mean_iou, case_value(expected, "mIoU"), "mIoU");
    near(100 * sum.overall_iou, case_value(expected, "oIoU"), "oIoU");
    static const char *const names[] = {"Pr@0.5", "Pr@0.6", "Pr@0.7", "Pr@0.8", "Pr@0.9"};
    for (int k = 0; k < 5; k++) near(100 * sum.precision[k], case_value(expected, names[k]), names[k]);
    rs_arena_fini(&arena);
}

static void earthdial_boxes(void **state)
{
    (void)state;
    rs_arena arena = {0};
    const char *folder = "cases/earthdial-nwpuvhr10-obb";
    const rs_json *expected = case_json(&arena, folder, "expected.json");
    const size_t n = case_lines(&arena, folder, "results.jsonl", lines, MOST);
    if (!n) {
        print_message("skipped: %s is not beside the repository\n", folder);
        skip();
    }
    static const char *const groups[] = {"small", "medium", "large"};
    double n_boxes[3] = {0}, hits[3] = {0};
    for (size_t i = 0; i < n; i++) {
        double p[64][8], g[64][8];
        size_t lp[64], lg[64];
        const size_t np = rs_metrics_box_lists(RS_BOX_TEXT_INTEGERS, case_text(lines[i], "answer"), p, lp, 64);
        const size_t ng = rs_metrics_box_lists(RS_BOX_TEXT_INTEGERS, case_text(lines[i], "gt_bbox"), g, lg, 64);
        for (int k = 0; k < 3; k++) {
            if (!rs_str_eq(case_text(lines[i], "size_group"), rs_str_of(groups[k]))) continue;
            n_boxes[k] += (double)np;
            for (size_t a = 0; a < np; a++) {
                bool hit = false;
                double qa[8], qb[8];
                rs_metrics_earthdial_quad(p[a], qa);
                for (size_t b = 0; b < ng; b++) {
                    rs_metrics_earthdial_quad(g[b], qb);
                    hit = hit || (lp[a] == 5 && lg[b] == 5 && rs_geom_quad_iou(qa, qb) >= 0.5);
                }
                hits[k] += hit;
            }
        }
    }
    for (int k = 0; k < 3; k++) {
        assert_near(n_boxes[k], case_value(rs_json_get(expected, "predicted_boxes"), groups[k]), 0);
        assert_near(hits[k], case_value(rs_json_get(expected, "hits"), groups[k]), 0);
    }
    rs_arena_fini(&arena);
}

static void urbench_boxes(void **state)
{
    (void)state;
    rs_arena arena = {0};
    const size_t n = case_lines(&arena, "cases/answer-extraction", "urbench_box.jsonl", lines, MOST);
    for (size_t i = 0; i < n; i++) {
        double got[4], want[4];
        const size_t n_want = case_numbers(rs_json_get(lines[i], "urbench_box"), want, 4);
        assert_int_equal(rs_metrics_box_numbers(RS_BOX_TEXT_URBENCH, case_text(lines[i], "text"), got, 4),
                         n_want);
        for (size_t k = 0; k < n_want; k++) assert_true(got[k] == want[k]);
    }
    rs_arena_fini(&arena);
    if (!n) skip();
}

static void readings(void **state)
{
    (void)state;
    double v[8];
    assert_int_equal(rs_metrics_box_numbers(RS_BOX_TEXT_DIGITS, RS_STR("box 1: 12.5 -3"), v, 8), 4);
    assert_true(v[0] == 1 && v[1] == 12 && v[2] == 5 && v[3] == 3);
    assert_int_equal(rs_metrics_box_numbers(RS_BOX_TEXT_BRACKET, RS_STR("x [a] [0.1, .2,3,4,5] "), v, 4), 4);
    assert_true(v[0] == 0.1 && v[1] == 0.2);
    assert_int_equal(rs_metrics_box_numbers(RS_BOX_TEXT_BRACKET, RS_STR("[1..2]"), v, 4), 0);
    assert_int_equal(rs_metrics_box_numbers(RS_BOX_TEXT_OUTERMOST, RS_STR("9 [-1, +2.5, .5 7] 8"), v, 8), 4);
    assert_true(v[0] == -1 && v[1] == 2.5 && v[2] == 0.5 && v[3] == 7);
    assert_int_equal(rs_metrics_box_numbers(RS_BOX_TEXT_OUTERMOST, RS_STR("1 2 3 4"), v, 8), 0);
}

/* A shift of one in a 5 x 5 box: 0.47 without, 0.53 with the pixel. */
static void one_pixel(void **state)
{
    (void)state;
    const double a[4] = {0, 0, 5, 5}, b[4] = {1, 1, 6, 6}, half[4] = {0, 0, 10, 5}, all[4] = {0, 0, 10, 10};
    assert_near(rs_metrics_ground_boxes(&lpva, a, b).iou, 16.0 / 34, 1e-12);
    assert_near(rs_metrics_ground_boxes(&vrsbench, a, b).iou, 25.0 / 47, 1e-12);
    const rs_ground_rule plain = {.strict = true};
    assert_true(rs_metrics_ground_boxes(&plain, half, all).iou == 0.5);
    assert_false(rs_metrics_ground_hit(&plain, 0.5, 0.5));
    assert_true(rs_metrics_ground_hit(&lpva, 0.5, 0.5));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(grounding),     cmocka_unit_test(refseg),   cmocka_unit_test(earthdial_boxes),
        cmocka_unit_test(urbench_boxes), cmocka_unit_test(readings), cmocka_unit_test(one_pixel),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
