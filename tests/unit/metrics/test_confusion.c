/* Scores of label maps against matrices worked out by hand, each published rule's denominators,
 * intervals. */
#include "base/alloc.h"
#include "base/str.h"
#include "metrics/confusion.h"
#include "metrics/profile.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void assert_near(double got, double expected, double within)
{
    if (!(fabs(got - expected) <= within)) fail_msg("%.17g, expected %.17g", got, expected);
}

static double out[RS_CONFUSION_N];

/* hist: truths by row; columns from n on are predictions of no class. */
static void score(const int64_t *hist, size_t n, size_t stride, const rs_confusion_rule *rule,
                  size_t focus)
{
    rs_confusion_sums sums[4] = {{0}};
    int64_t n_pixels = 0;
    for (size_t i = 0; i < n * stride; i++) {
        const size_t truth = i / stride, said = i % stride;
        sums[truth].truth += hist[i];
        if (said < n) sums[said].predicted += hist[i];
        if (said == truth) sums[truth].both += hist[i];
        n_pixels += hist[i];
    }
    rs_metrics_confusion(sums, n, n_pixels, rule, focus, out);
}

static const rs_confusion_rule plain = {0};

static void by_hand(void **state)
{
    (void)state;
    const int64_t hist[9] = {50, 10, 0, 5, 35, 0, 0, 0, 0}; /* the third class occurs nowhere */
    score(hist, 3, 3, &plain, 1);
    assert_near(out[RS_CONFUSION_ACCURACY], 0.85, 1e-15);
    assert_near(out[RS_CONFUSION_MEAN_IOU], (50.0 / 65 + 35.0 / 50) / 2, 1e-15);
    assert_near(out[RS_CONFUSION_MEAN_F1], (100.0 / 115 + 70.0 / 85) / 2, 1e-15);
    assert_near(out[RS_CONFUSION_KAPPA], (0.85 - 0.51) / 0.49, 1e-12);
    assert_near(out[RS_CONFUSION_WEIGHTED_IOU], 0.6 * 50 / 65 + 0.4 * 35 / 50, 1e-15);
    assert_near(out[RS_CONFUSION_PRECISION], 35.0 / 45, 1e-15);
    assert_near(out[RS_CONFUSION_RECALL], 35.0 / 40, 1e-15);
    assert_near(out[RS_CONFUSION_IOU], 0.7, 1e-15);
    assert_near(out[RS_CONFUSION_F1], 70.0 / 85, 1e-15);
    score(hist, 3, 3, &plain, RS_NPOS);
    assert_true(isnan(out[RS_CONFUSION_F1]) && !isnan(out[RS_CONFUSION_MEAN_F1]));
}

static void of_no_class(void **state)
{
    (void)state;
    const int64_t hist[6] = {6, 2, 2, 0, 9, 1}; /* two classes and a column of other labels */
    score(hist, 2, 3, &plain, RS_NPOS);
    assert_near(out[RS_CONFUSION_ACCURACY], 0.75, 1e-15);
    assert_near(out[RS_CONFUSION_MEAN_IOU], (6.0 / 10 + 9.0 / 12) / 2, 1e-15);
    /* as a third class that no truth has: expected 10*6/400 + 10*11/400 */
    assert_near(out[RS_CONFUSION_KAPPA], (0.75 - 0.425) / 0.575, 1e-12);
}

static void nothing(void **state)
{
    (void)state;
    score((const int64_t[4]){0}, 2, 2, &plain, 1);
    for (int k = 0; k < RS_CONFUSION_N; k++) assert_true(isnan(out[k]));
    score((const int64_t[4]){7, 0, 0, 0}, 2, 2, &plain, 1); /* one class only, always right */
    assert_true(out[RS_CONFUSION_ACCURACY] == 1 && out[RS_CONFUSION_MEAN_IOU] == 1);
    assert_true(isnan(out[RS_CONFUSION_KAPPA]) && isnan(out[RS_CONFUSION_F1]) &&
                isnan(out[RS_CONFUSION_RECALL]));
    score((const int64_t[4]){0, 7, 0, 0}, 2, 2, &plain, 1); /* always wrong */
    assert_true(out[RS_CONFUSION_MEAN_IOU] == 0 && out[RS_CONFUSION_MEAN_F1] == 0 &&
                out[RS_CONFUSION_KAPPA] == 0);
}

/* BIT's epsilon makes a class that occurs nowhere 0, and counts it. */
static void bit(void **state)
{
    (void)state;
    const rs_profile *p = rs_metrics_profile(RS_STR("change.bit"));
    const double e = 1.1920928955078125e-07;
    assert_true(p->confusion.eps_rates == e && p->confusion.eps_mean_iou == e &&
                p->confusion.f1_of_rates);
    score((const int64_t[4]){8, 1, 2, 5}, 2, 2, &p->confusion, 1);
    const double r = 5 / (7 + e), q = 5 / (6 + e), r0 = 8 / (9 + e), q0 = 8 / (10 + e);
    assert_near(out[RS_CONFUSION_F1], 2 * r * q / (r + q + e), 1e-16);
    assert_near(out[RS_CONFUSION_RECALL], r, 1e-16);
    assert_near(out[RS_CONFUSION_PRECISION], q, 1e-16);
    assert_near(out[RS_CONFUSION_IOU], 5 / (8 + e), 1e-16);
    assert_near(out[RS_CONFUSION_ACCURACY], 13 / (16 + e), 1e-16);
    assert_near(out[RS_CONFUSION_MEAN_F1],
                (2 * r * q / (r + q + e) + 2 * r0 * q0 / (r0 + q0 + e)) / 2, 1e-15);
    score((const int64_t[4]){16, 0, 0, 0}, 2, 2, &p->confusion,
          1); /* nothing changed, nothing said */
    assert_true(out[RS_CONFUSION_F1] == 0 && out[RS_CONFUSION_IOU] == 0);
    assert_near(out[RS_CONFUSION_MEAN_IOU], 0.5, 1e-7);
}

/* TEOChat adds 1e-7 for the mean alone; the class's own numbers are undefined when it is nowhere.
 */
static void teochat(void **state)
{
    (void)state;
    const rs_profile *p = rs_metrics_profile(RS_STR("change.teochat"));
    score((const int64_t[4]){8, 1, 2, 5}, 2, 2, &p->confusion, 1);
    assert_near(out[RS_CONFUSION_F1], 10.0 / 13, 1e-15);
    assert_near(out[RS_CONFUSION_IOU], 5.0 / 8, 1e-16);
    assert_near(out[RS_CONFUSION_MEAN_IOU], (8 / (11 + 1e-7) + 5 / (8 + 1e-7)) / 2, 1e-16);
    score((const int64_t[4]){16, 0, 0, 0}, 2, 2, &p->confusion, 1);
    assert_true(isnan(out[RS_CONFUSION_F1]) && isnan(out[RS_CONFUSION_IOU]));
    assert_near(out[RS_CONFUSION_MEAN_IOU], 0.5, 1e-7);
}

/* ever's PixelMetric means over all its classes, and its kappa of one class is 1. */
static void ever(void **state)
{
    (void)state;
    const rs_profile *p = rs_metrics_profile(RS_STR("seg.loveda"));
    assert_true(p->labels.n == 7 && p->labels.first == 1);
    rs_confusion_sums sums[7] = {{100, 100, 100}};
    rs_metrics_confusion(sums, 7, 100, &p->confusion, RS_NPOS, out);
    assert_near(out[RS_CONFUSION_MEAN_IOU], 1.0 / 7, 1e-9);
    assert_near(out[RS_CONFUSION_MEAN_F1], 1.0 / 7, 1e-7);
    assert_near(out[RS_CONFUSION_KAPPA], 1, 1e-9);
}

/* ---- intervals
 * ------------------------------------------------------------------------------------ */

enum { N = 60 };
static rs_confusion_part parts[2 * N];
static size_t begin[N + 1];
static int64_t pixels[N];

/* Half of the maps are right, half say the other class. */
static rs_confusion_set some_maps(bool alike)
{
    for (size_t i = 0; i < N; i++) {
        const bool right = alike || i % 2;
        begin[i + 1] = 2 * i + 2;
        pixels[i] = 10;
        parts[2 * i] = (rs_confusion_part){0, {6, right ? 6 : 4, right ? 6 : 0}};
        parts[2 * i + 1] = (rs_confusion_part){1, {4, right ? 4 : 6, right ? 4 : 0}};
    }
    return (rs_confusion_set){parts, begin, pixels, N, 2};
}

static void intervals(void **state)
{
    (void)state;
    double low[RS_CONFUSION_N], high[RS_CONFUSION_N], again[RS_CONFUSION_N];
    rs_confusion_set set = some_maps(false);
    assert_int_equal(rs_metrics_confusion_bootstrap(&set, &plain, 1, 3, 2000, low, high, NULL),
                     RSIFT_OK);
    /* the accuracy is a mean of N coins: its interval is about 1.96 * sqrt(1 / 4N) to each side */
    assert_near(low[RS_CONFUSION_ACCURACY], 0.5 - 0.1265, 0.02);
    assert_near(high[RS_CONFUSION_ACCURACY], 0.5 + 0.1265, 0.02);
    assert_int_equal(rs_metrics_confusion_bootstrap(&set, &plain, 1, 3, 2000, again, high, NULL),
                     RSIFT_OK);
    assert_memory_equal(low, again, sizeof low);
    assert_int_equal(rs_metrics_confusion_bootstrap(&set, &plain, 1, 3, -1, low, high, NULL),
                     RSIFT_OK);
    assert_true(isnan(low[RS_CONFUSION_ACCURACY]));
    set.n = 1;
    assert_int_equal(rs_metrics_confusion_bootstrap(&set, &plain, 1, 3, 100, low, high, NULL),
                     RSIFT_OK);
    assert_true(isnan(low[RS_CONFUSION_ACCURACY]));
    set = some_maps(true);
    assert_int_equal(rs_metrics_confusion_bootstrap(&set, &plain, RS_NPOS, 3, 100, low, high, NULL),
                     RSIFT_OK);
    assert_true(low[RS_CONFUSION_MEAN_IOU] == 1 && high[RS_CONFUSION_MEAN_IOU] == 1);
    assert_true(isnan(low[RS_CONFUSION_F1]));
}

static void pairs(void **state)
{
    (void)state;
    static rs_confusion_part others[2 * N];
    rs_confusion_set a = some_maps(true);
    memcpy(others, parts, sizeof parts);
    const rs_confusion_set right = {others, begin, pixels, N, 2};
    double interval[2], p;
    assert_int_equal(rs_metrics_confusion_paired(&right, &right, &plain, 1, RS_CONFUSION_F1, 1, 500,
                                                 interval, &p, NULL),
                     RSIFT_OK);
    assert_true(interval[0] == 0 && interval[1] == 0 && p == 1);
    a = some_maps(false);
    assert_int_equal(rs_metrics_confusion_paired(&right, &a, &plain, 1, RS_CONFUSION_ACCURACY, 1,
                                                 2000, interval, &p, NULL),
                     RSIFT_OK);
    assert_near(interval[0], 0.5 - 0.1265, 0.02);
    assert_near(interval[1], 0.5 + 0.1265, 0.02);
    assert_near(p, 2.0 / 2001, 1e-15); /* no resample of 2000 below 0 */
    a.n = N - 1;                       /* not the same pictures */
    assert_int_equal(rs_metrics_confusion_paired(&right, &a, &plain, 1, RS_CONFUSION_F1, 1, 500,
                                                 interval, &p, NULL),
                     RSIFT_OK);
    assert_true(isnan(interval[0]) && isnan(p));
}

static void memory_runs_out(void **state)
{
    (void)state;
    double low[RS_CONFUSION_N], high[RS_CONFUSION_N];
    const rs_confusion_set set = some_maps(false);
    for (int64_t n = 1;; n++) {
        rs_alloc_fail_at(n);
        const rsift_status status =
            rs_metrics_confusion_bootstrap(&set, &plain, 0, 1, 10, low, high, NULL);
        rs_alloc_fail_at(0);
        if (status == RSIFT_OK) break;
        assert_int_equal(status, RSIFT_E_NOMEM);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(by_hand),         cmocka_unit_test(of_no_class),
        cmocka_unit_test(nothing),         cmocka_unit_test(bit),
        cmocka_unit_test(teochat),         cmocka_unit_test(ever),
        cmocka_unit_test(intervals),       cmocka_unit_test(pairs),
        cmocka_unit_test(memory_runs_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
