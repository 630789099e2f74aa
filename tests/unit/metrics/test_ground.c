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
static const rs_ground_rule vrsbench = {
    .reading = RS_BOX_TEXT_DIGITS, .plus = 1, .thresholds = half_and_more, .n_thresholds = 2};
static const rs_ground_rule lqvg = {.eps_inter = 1e-6,
                                    .eps_union = 1e-6,
                                    .strict = true,
                                    .thresholds = five_steps,
                                    .n_thresholds = 5};
static const rs_ground_rule lpva = {
    .eps_union = 1e-16, .thresholds = five_steps, .n_thresholds = 5};

static void near(double got, double expected, const char *what)
{
    if (!(fabs(got - expected) <= 1e-9)) fail_msg("%s: %.17g, expected %.17g", what, got, expected);
}

typedef struct sums {
    double n_valid, mean_iou, cum_iou, accuracy[RS_GROUND_THRESHOLDS];
} sums;

static sums sums_of(const rs_ground_rule *rule, size_t n)
{
    sums out = {0};
    double inter = 0, whole = 0;
    for (size_t i = 0; i < n; i++) {
        if (!ones[i].valid) continue;
        out.n_valid++;
        out.mean_iou += ones[i].iou / (double)n;
        inter += ones[i].inter;
        whole += ones[i].area_union;
        for (size_t t = 0; t < rule->n_thresholds; t++)
            out.accuracy[t] +=
                rs_metrics_ground_hit(rule, ones[i].iou, rule->thresholds[t]) / (double)n;
    }
    out.cum_iou = inter / whole;
    return out;
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
    const sums sum = sums_of(rule, n);
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
            rs_metrics_box_numbers(vrsbench.reading, case_text(lines[i], "ground_truth"), g, 4) ==
                4)
            ones[i] = rs_metrics_ground_boxes(&vrsbench, p, g);
        const double iou = case_value(each[i], "vrsbench_iou");
        if (!isnan(iou)) near(ones[i].iou, iou, "vrsbench_iou");
        else assert_false(ones[i].valid);
    }
    const sums sum = sums_of(&vrsbench, n);
    const rs_json *v = rs_json_get(expected, "vrsbench_text_rule");
    assert_int_equal(n, (size_t)case_value(v, "total"));
    assert_int_equal((size_t)sum.n_valid, (size_t)case_value(v, "valid"));
    near(100 * sum.accuracy[0], case_value(v, "Acc@0.5"), "Acc@0.5");
    near(100 * sum.accuracy[1], case_value(v, "Acc@0.7"), "Acc@0.7");
    near(100 * sum.mean_iou, case_value(v, "meanIoU"), "meanIoU");
    near(100 * sum.cum_iou, case_value(v, "cumIoU"), "cumIoU");
    check_steps(&lqvg, n, rs_json_get(expected, "lqvg_rule_float64"));
    check_steps(&lpva, n, rs_json_get(expected, "lpva_rule_float64"));
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
        const size_t np =
            rs_metrics_box_lists(RS_BOX_TEXT_INTEGERS, case_text(lines[i], "answer"), p, lp, 64);
        const size_t ng =
            rs_metrics_box_lists(RS_BOX_TEXT_INTEGERS, case_text(lines[i], "gt_bbox"), g, lg, 64);
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
    const size_t n =
        case_lines(&arena, "cases/answer-extraction", "urbench_box.jsonl", lines, MOST);
    for (size_t i = 0; i < n; i++) {
        double got[4], want[4];
        const size_t n_want = case_numbers(rs_json_get(lines[i], "urbench_box"), want, 4);
        assert_int_equal(
            rs_metrics_box_numbers(RS_BOX_TEXT_URBENCH, case_text(lines[i], "text"), got, 4),
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
    assert_int_equal(
        rs_metrics_box_numbers(RS_BOX_TEXT_BRACKET, RS_STR("x [a] [0.1, .2,3,4,5] "), v, 4), 4);
    assert_true(v[0] == 0.1 && v[1] == 0.2);
    assert_int_equal(rs_metrics_box_numbers(RS_BOX_TEXT_BRACKET, RS_STR("[1..2]"), v, 4), 0);
    assert_int_equal(
        rs_metrics_box_numbers(RS_BOX_TEXT_OUTERMOST, RS_STR("9 [-1, +2.5, .5 7] 8"), v, 8), 4);
    assert_true(v[0] == -1 && v[1] == 2.5 && v[2] == 0.5 && v[3] == 7);
    assert_int_equal(rs_metrics_box_numbers(RS_BOX_TEXT_OUTERMOST, RS_STR("1 2 3 4"), v, 8), 0);
}

/* A shift of one in a 5 x 5 box: 0.47 without, 0.53 with the pixel. */
static void one_pixel(void **state)
{
    (void)state;
    const double a[4] = {0, 0, 5, 5}, b[4] = {1, 1, 6, 6}, half[4] = {0, 0, 10, 5},
                 all[4] = {0, 0, 10, 10};
    assert_near(rs_metrics_ground_boxes(&lpva, a, b).iou, 16.0 / 34, 1e-12);
    assert_near(rs_metrics_ground_boxes(&vrsbench, a, b).iou, 25.0 / 47, 1e-12);
    const rs_ground_rule plain = {.strict = true};
    assert_true(rs_metrics_ground_boxes(&plain, half, all).iou == 0.5);
    assert_false(rs_metrics_ground_hit(&plain, 0.5, 0.5));
    assert_true(rs_metrics_ground_hit(&lpva, 0.5, 0.5));
}

/* Expected by running the original's pattern. */
static void urbench_numbers(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t n;
        double numbers[4];
    } cases[] = {{"[-5, 2, 3, 4]", 4, {5, 2, 3, 4}}, /* the boundary costs the first minus */
                 {"a10, 20, 30, 40, 50", 4, {20, 30, 40, 50}},
                 {"10., 20, 30, 40, 50", 4, {20, 30, 40, 50}},
                 {".5 .6 .7 .8", 4, {5, 0.6, 0.7, 0.8}},
                 {"0.1,0.2,0.3,0.4px", 4, {0.1, 0.2, 0.3, 0}},
                 {"1 2 3 4.5px", 4, {1, 2, 3, 4}},
                 {"1 2 3 4px 5 6 7 8", 4, {5, 6, 7, 8}},
                 {"1, -2, +3, -4.", 4, {1, -2, 3, -4}},
                 {"1,2;3,4,5,6", 4, {3, 4, 5, 6}},
                 {"1\n2\t3, ,4", 4, {1, 2, 3, 4}},
                 {"1, 2, 3", 0, {0}},
                 {"", 0, {0}}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double got[4];
        const size_t n =
            rs_metrics_box_numbers(RS_BOX_TEXT_URBENCH, rs_str_of(cases[i].text), got, 4);
        if (n != cases[i].n) fail_msg("\"%s\": %zu numbers", cases[i].text, n);
        for (size_t k = 0; k < n; k++)
            if (got[k] != cases[i].numbers[k])
                fail_msg("\"%s\"[%zu] = %g", cases[i].text, k, got[k]);
    }
}

static void check_pairs(const char *said, const char *gold, size_t n_pairs, size_t n_hits,
                        size_t n_failed)
{
    const rs_ground_rule rule = {.reading = RS_BOX_TEXT_BRACKET,
                                 .pairs = true,
                                 .plus = 1,
                                 .strict = true,
                                 .thresholds = half_and_more,
                                 .n_thresholds = 1};
    rs_ground_pairs out;
    assert_true(rs_metrics_ground_pairs(&rule, rs_str_of(said), rs_str_of(gold), &out));
    if (out.n_pairs != n_pairs || out.n_hits != n_hits || out.n_failed != n_failed)
        fail_msg("\"%s\": %zu pairs, %zu hits, %zu failed", said, out.n_pairs, out.n_hits,
                 out.n_failed);
}

static void lhrs_pairs(void **state)
{
    (void)state;
    const char *gold = "[0.1, 0.1, 0.5, 0.5] and [10, 10, 20, 20]";
    check_pairs("[0.1, 0.1, 0.5, 0.5]", gold, 1, 1, 0);
    check_pairs("[0.9,0.9,0.95,0.95] [10,10,20,20,7] [1,1,1,1]", gold, 2, 1,
                0); /* 0.36 / 2.7025; cut to four */
    check_pairs("[90, 90, 95, 95] [1, 2, 3]", gold, 1, 0, 1);
    check_pairs("nothing", gold, 0, 0, 1);
    check_pairs("[10 10 20 20] [10, 10, 20, 20]", gold, 0, 0,
                1);                                /* no float(): the whole output fails */
    check_pairs("[-1, 2, 3, 4]", gold, 0, 0, 1);   /* a minus is not in the pattern */
    check_pairs("[0., .5, 1, 1.]", gold, 1, 0, 0); /* read as Python reads them; 1.4 / 3.56 */
    rs_ground_pairs out;
    const rs_ground_rule rule = {.plus = 1, .thresholds = half_and_more, .n_thresholds = 1};
    assert_false(rs_metrics_ground_pairs(&rule, RS_STR("[1,2,3,4]"), RS_STR("none"), &out));
    assert_false(rs_metrics_ground_pairs(&rule, RS_STR("[1,2,3,4]"), RS_STR("[1,2,3,4,5]"), &out));
}

/* Expected by the notebook's arithmetic with shapely 2. */
static void vrsbench_oriented(void **state)
{
    (void)state;
    static const struct {
        rs_oriented_rule oriented;
        double said[5], gold[5], iou, inter, area_union;
    } cases[] = {{RS_ORIENTED_VRSBENCH_V1,
                  {50, 50, 40, 20, 30},
                  {52, 49, 38, 22, 25},
                  0.38979444629516663,
                  458.84749361941874,
                  1177.1524658203125},
                 {RS_ORIENTED_VRSBENCH_V1, {20, 30, 10, 5, 0}, {80, 80, 10, 5, 90}, 0, 0, 1e-6},
                 {RS_ORIENTED_VRSBENCH_V1, {50, 50, 40, 20, 45}, {50, 50, 40, 20, 45}, 1, 800, 800},
                 {RS_ORIENTED_VRSBENCH_V1,
                  {30, 30, 30, 12, 135},
                  {33, 31, 28, 14, 120},
                  0.45986386714799854,
                  236.88347313165781,
                  515.11651611328125},
                 {RS_ORIENTED_VRSBENCH_V2,
                  {30, 40, 70, 60, 27},
                  {31, 41, 69, 62, 30},
                  0.81458808989739617,
                  729.59036698853993,
                  895.65557861328125},
                 {RS_ORIENTED_VRSBENCH_V2,
                  {10, 10, 30, 40, 200},
                  {12, 11, 33, 38, 20},
                  0.6521894658743248,
                  313.36348424414564,
                  480.47921752929688},
                 {RS_ORIENTED_VRSBENCH_V2, {10, 10, 20, 20, 0}, {60, 60, 90, 90, 10}, 0, 0, 1e-6}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        rs_ground_one one;
        assert_true(rs_metrics_ground_oriented(cases[i].oriented, cases[i].said, 5, cases[i].gold,
                                               5, &one));
        assert_near(one.iou, cases[i].iou, 1e-9);
        assert_near(one.inter, cases[i].inter, 1e-9);
        assert_near(one.area_union, cases[i].area_union, 1e-9);
    }
    rs_ground_one one;
    const double eight[8] = {0, 0, 10, 0, 10, 10, 0, 10}, upright[4] = {0, 0, 10, 5};
    assert_true(rs_metrics_ground_oriented(RS_ORIENTED_VRSBENCH_V1, eight, 8, upright, 4, &one));
    assert_near(one.iou, 0.5, 1e-12);
    assert_false(rs_metrics_ground_oriented(RS_ORIENTED_VRSBENCH_V1, eight, 6, upright, 4,
                                            &one)); /* no such type */
    assert_false(rs_metrics_ground_oriented(RS_ORIENTED_VRSBENCH_V1, upright, 4, eight, 8,
                                            &one)); /* four are too few */
    assert_true(rs_metrics_ground_oriented(RS_ORIENTED_VRSBENCH_V2, eight, 7, eight, 8,
                                           &one)); /* the first five count */
}

/* GeoChat's angles turn clockwise on screen: a box pointing right and down meets one along that
 * way. */
static void geochat_turns_clockwise(void **state)
{
    (void)state;
    const double box[5] = {40, 48, 60, 52, 45};
    double quad[8];
    rs_metrics_geochat_quad(box, 0, 0, quad);
    assert_true(rs_geom_contains(quad, 4, 56, 56));
    assert_false(rs_geom_contains(quad, 4, 56, 44));
    rs_metrics_geochat_quad(box, 200, 100, quad); /* oriented in pixels of a wide picture */
    assert_true(rs_geom_contains(quad, 4, 100 + 12, 50 + 12));
}

static void earthdial_lists(void **state)
{
    (void)state;
    double numbers[4][8];
    size_t lengths[4];
    const rs_str text =
        RS_STR("[[1, 2, 3, 4, 5],[6,7,8,9,10]][ 1.5, 2, 3 ] [-1, 2] [12 , 3] [ 7 ]");
    assert_int_equal(rs_metrics_box_lists(RS_BOX_TEXT_INTEGERS, text, numbers, lengths, 4), 3);
    assert_true(lengths[0] == 5 && lengths[1] == 5 && lengths[2] == 1 && numbers[1][4] == 10 &&
                numbers[2][0] == 7);
    assert_int_equal(rs_metrics_box_lists(RS_BOX_TEXT_OUTERMOST, text, NULL, NULL, 9), 6);
}

static void clamping(void **state)
{
    (void)state;
    const double unit[4] = {0.1, 0.1, 0.9, 0.9}, pixels[4] = {10, 10, 90, 90};
    double box[4] = {-1, 0.2, 1.5, 0.8};
    rs_metrics_ground_clamp(box, unit, 640, 480);
    assert_true(box[0] == 0 && box[2] == 1 && box[3] == 0.8);
    double far[4] = {-5, -5, 700, 500};
    rs_metrics_ground_clamp(far, pixels, 640, 480);
    assert_true(far[0] == 0 && far[1] == 0 && far[2] == 640 && far[3] == 480);
    double free_box[4] = {-5, 1, 2, 3};
    rs_metrics_ground_clamp(free_box, pixels, 0, 0);
    assert_true(free_box[0] == -5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(urbench_numbers),   cmocka_unit_test(lhrs_pairs),
        cmocka_unit_test(vrsbench_oriented), cmocka_unit_test(geochat_turns_clockwise),
        cmocka_unit_test(earthdial_lists),   cmocka_unit_test(clamping),
        cmocka_unit_test(grounding),         cmocka_unit_test(earthdial_boxes),
        cmocka_unit_test(urbench_boxes),     cmocka_unit_test(readings),
        cmocka_unit_test(one_pixel),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
