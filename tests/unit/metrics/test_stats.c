/* Measures, intervals, paired tests; and the table of profiles. */
#include "metrics/profile.h"
#include "metrics/stats.h"

#include "base/alloc.h"
#include "model/sample.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void assert_near(double got, double expected, double within)
{
    if (!(fabs(got - expected) <= within)) fail_msg("%.17g, expected %.17g", got, expected);
}

enum { N = 400 };
static double right[N], other[N], ones[N];
static uint32_t own[N], group[N];
static unsigned char only[N];

static void fill(void)
{
    for (uint32_t i = 0; i < N; i++) {
        right[i] = i % 4 != 0; /* 75 % */
        other[i] = i % 2;      /* 50 %, right only where the first is right */
        own[i] = i;
        group[i] = i < 10 ? 0 : 1;
        ones[i] = 1;
        only[i] = i < 100;
    }
}

static rsift_status bootstrap(rs_measure *m, size_t n_measures, const uint32_t *cluster,
                              uint32_t n_clusters, const unsigned char *chosen, int n_resamples)
{
    const rs_draw draw = {.n = N,
                          .cluster = cluster,
                          .n_clusters = n_clusters,
                          .only = chosen,
                          .seed = 1,
                          .n_resamples = n_resamples};
    return rs_metrics_bootstrap(m, n_measures, &draw, NULL);
}

static rsift_status paired(const rs_measure *a, const rs_measure *b, int n_resamples,
                           double interval[2], double *p)
{
    const rs_draw draw = {.n = N,
                          .cluster = own,
                          .n_clusters = N,
                          .seed = 7,
                          .n_resamples = n_resamples,
                          .n_threads = 3};
    return rs_metrics_paired(a, b, &draw, interval, p, NULL);
}

static void intervals(void **state)
{
    (void)state;
    fill();
    rs_measure m[2] = {{.num = right, .scale = 100},
                       {.num = right,
                        .scale = 100,
                        .shape = RS_MEASURE_GROUP_MEAN,
                        .group = group,
                        .n_groups = 3}};
    assert_int_equal(bootstrap(m, 2, own, N, NULL, 1000), RSIFT_OK);
    assert_near(m[0].value, 75, 1e-12);
    /* the normal interval is 75 -+ 1.96 * 100 * sqrt(.75 * .25 / 400) = 4.24 */
    assert_true(m[0].interval && fabs(m[0].low - 70.76) < 0.8 && fabs(m[0].high - 79.24) < 0.8);
    assert_near(m[1].value, (70 + 100 * 293.0 / 390) / 2, 1e-9); /* the empty group is left out */
    const double low = m[0].low;
    assert_int_equal(bootstrap(m, 1, own, N, NULL, 1000), RSIFT_OK);
    assert_true(m[0].low == low); /* a seed is a result */
    assert_int_equal(bootstrap(m, 1, own, N, only, 100), RSIFT_OK);
    assert_near(m[0].value, 75, 1e-12);
    assert_int_equal(bootstrap(m, 1, own, N, NULL, 0), RSIFT_OK);
    assert_false(m[0].interval);
    for (uint32_t i = 0; i < N; i++) own[i] = 0; /* one image: nothing to draw from */
    assert_int_equal(bootstrap(m, 1, own, 1, NULL, 100), RSIFT_OK);
    assert_false(m[0].interval);
}

/* Questions of one image are drawn together: the interval grows. */
static void clusters(void **state)
{
    (void)state;
    fill();
    static uint32_t images[N];
    for (uint32_t i = 0; i < N; i++) {
        images[i] = i / 10;
        right[i] = images[i] % 2;
    }
    rs_measure m = {.num = right, .scale = 1};
    assert_int_equal(bootstrap(&m, 1, own, N, NULL, 500), RSIFT_OK);
    const double apart = m.high - m.low;
    assert_int_equal(bootstrap(&m, 1, images, N / 10, NULL, 500), RSIFT_OK);
    assert_true(m.high - m.low > 2 * apart);
}

static void shapes(void **state)
{
    (void)state;
    const double num[2] = {9, 16}, none[2] = {0, 0};
    double scratch[2];
    rs_measure m = {.num = num, .scale = 1, .shape = RS_MEASURE_ROOT};
    assert_near(rs_metrics_measure(&m, 2, NULL, NULL, scratch), sqrt(12.5), 1e-15);
    m.den = none;
    assert_true(isnan(rs_metrics_measure(&m, 2, NULL, NULL, scratch)));
    const uint32_t weights[2] = {3, 1}, each[2] = {0, 1};
    const rs_draw draw = {.n = 2, .cluster = each, .n_clusters = 2};
    m = (rs_measure){.num = num, .scale = 1};
    assert_near(rs_metrics_measure(&m, 2, &draw, weights, scratch), 43.0 / 4, 1e-15);
}

static void pairs(void **state)
{
    (void)state;
    fill();
    double interval[2], p;
    const rs_measure a = {.num = right, .scale = 100}, b = {.num = other, .scale = 100};
    assert_int_equal(paired(&a, &b, 1000, interval, &p), RSIFT_OK);
    assert_true(interval[0] > 15 && interval[1] < 35);
    assert_near(p, 2.0 / 1001, 1e-15); /* no resample below 0: (0 + 1) / (1000 + 1), never 0 */
    assert_int_equal(paired(&a, &a, 100, interval, &p), RSIFT_OK);
    assert_true(interval[0] == 0 && interval[1] == 0 && p == 1);
    double values[9] = {-1, NAN, 2, 3, 4, 5, 6, 7, 8};
    assert_true(rs_metrics_interval(values, 9, interval, &p));
    assert_near(p, 2 * 2.0 / 9, 1e-15); /* 1 of 8 below 0 */
    assert_true(rs_metrics_mcnemar(0, 0) == 1);
    assert_near(rs_metrics_mcnemar(0, 5), 2 * 0.03125, 1e-12);
    assert_near(rs_metrics_mcnemar(3, 1), 2 * 5.0 / 16, 1e-12);
    assert_true(rs_metrics_mcnemar(4, 4) == 1);
}

static void profiles(void **state)
{
    (void)state;
    for (const rs_profile *p = rs_profiles; p->name; p++) {
        assert_true(p->summary && p->source);
        assert_true(!p[1].name || strcmp(p->name, p[1].name) < 0); /* alphabetical, so unique */
        assert_true((p->family == RS_FAMILY_ANSWER) == (p->judge != NULL));
        const bool boxes = p->family == RS_FAMILY_GROUND || p->family == RS_FAMILY_BOXES;
        assert_true(boxes == (p->ground.n_thresholds > 0));
        assert_true(p->family == RS_FAMILY_LABELS || !p->labels.n);
        for (const char *task = p->tasks; task; task = strchr(task, ',')) {
            rs_task known; /* each item is a task of ours */
            task += *task == ',';
            assert_true(rs_model_task_parse(rs_str_make(task, strcspn(task, ",")), &known));
        }
        assert_ptr_equal(rs_metrics_profile(rs_str_of(p->name)), p);
    }
    assert_null(rs_metrics_profile(RS_STR("vqa.nothing")));
    /* of a benchmark, by its whole name */
    static const struct {
        const char *dataset, *first;
    } of[] = {{"ev", NULL},
              {"m", NULL},
              {"dior", NULL},
              {"dior-rsvg", "ground.dior-rsvg"},
              {"dota", "det.dota-v1.5.task1"},
              {"rsvqa-lr", "vqa.rsvqa"},
              {"rsvqa-hr", "vqa.rsvqa-hr"},
              {"coreval-choice", "choice.choice"},
              {"geochat-bench", "cls.geochat"},
              {"rsicd", "caption.coco"},
              {"vrsbench", "caption.vrsbench"}};
    for (size_t i = 0; i < sizeof of / sizeof *of; i++) {
        const rs_profile *p = rs_metrics_profile_of(rs_str_of(of[i].dataset), NULL);
        if (!of[i].first) assert_null(p);
        else assert_string_equal(p->name, of[i].first);
    }
    const rs_profile *mme = rs_metrics_profile(RS_STR("choice.mme-realworld"));
    assert_ptr_equal(rs_metrics_profile_of(RS_STR("mme-realworld"), mme), mme + 1);
    assert_non_null(rs_metrics_profile(RS_STR("ground.dior_rsvg")));
}

static void memory_runs_out(void **state)
{
    (void)state;
    fill();
    for (int64_t n = 1;; n++) {
        rs_measure m = {.num = right, .scale = 100};
        rs_alloc_fail_at(n);
        const rsift_status status = bootstrap(&m, 1, own, N, NULL, 10);
        rs_alloc_fail_at(0);
        if (status == RSIFT_OK) break;
        assert_int_equal(status, RSIFT_E_NOMEM);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(intervals), cmocka_unit_test(clusters), cmocka_unit_test(shapes),
        cmocka_unit_test(pairs),     cmocka_unit_test(profiles), cmocka_unit_test(memory_runs_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
