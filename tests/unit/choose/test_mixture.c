/* Runs with a known law: the fit ranks them, the best mixture is the law's, and runs of noise are
 * no advice. */
#include "decide/workspace.h"

#include "choose/mixture.h"

#include <math.h>

enum { RUNS = 48, K = 4, B = 2 };

typedef struct table {
    double counts[RUNS * K], scores[RUNS * B], limits[K], scratch[RUNS];
    uint8_t own[B * K];
    rs_runs in;
} table;

/* Benchmark 0 is helped by source 0 (3) and source 1 (1), benchmark 1 by source 1 alone (2);
 * sources 2 and 3 help nothing. */
static void make_runs(table *t, double noise)
{
    static const double slope[B][K] = {{3, 1, 0, 0}, {0, 2, 0, 0}};
    rs_rng rng = rs_rng_of(11, number_id(1));
    for (size_t i = 0; i < RUNS; i++) {
        double sum = 0;
        for (size_t s = 0; s < K; s++) {
            t->counts[i * K + s] = -log(1 - rs_rng_unit(&rng));
            sum += t->counts[i * K + s];
        }
        for (size_t s = 0; s < K; s++)
            t->counts[i * K + s] = floor(1000 * t->counts[i * K + s] / sum);
        for (size_t b = 0; b < B; b++) {
            t->scores[i * B + b] = 40 + noise * (rs_rng_unit(&rng) - 0.5);
            for (size_t s = 0; s < K; s++)
                t->scores[i * B + b] += slope[b][s] * log1p(t->counts[i * K + s]);
        }
    }
    for (size_t s = 0; s < K; s++) t->limits[s] = 5000;
    t->in = (rs_runs){.counts = t->counts,
                      .scores = t->scores,
                      .own = t->own,
                      .limits = t->limits,
                      .n_runs = RUNS,
                      .n_sources = K,
                      .n_benchmarks = B,
                      .total = rs_choose_runs_total(t->counts, RUNS, K, t->scratch),
                      .seed = 1};
}

static void a_law_is_found(void **state)
{
    (void)state;
    table t = {0};
    rs_runs_advice advice;
    make_runs(&t, 1);
    t.own[0] = t.own[1] = t.own[K + 1] = 1;
    assert_int_equal(rs_choose_mixture(&t.in, &advice, NULL), RSIFT_OK);
    assert_true(advice.told_apart);
    assert_int_equal(advice.n_used, 2);
    assert_int_equal(advice.n_complete, RUNS);
    assert_true(advice.rank_correlation > 0.95);
    /* w = (1.5, 1.5, 0, 0): two halves, but for the least that the runs had of the others */
    double sum = 0;
    for (size_t s = 0; s < K; s++) sum += advice.best[s];
    assert_true(fabs(sum - (t.in.total)) <= 1e-3);
    assert_in_range((int64_t)advice.best[0], 420, 540);
    assert_in_range((int64_t)advice.best[1], 420, 540);
    assert_true(advice.low[0] <= advice.best[0] + 1 && advice.best[0] <= advice.high[0] + 1);
    assert_true(advice.of_uniform.gain > 0.5 && advice.of_uniform.low > 0);
    assert_true(advice.of_best_run.gain > -0.2);
    assert_true(advice.has_proportional);
    rs_runs_advice_fini(&advice);
}

static void limits_hold(void **state)
{
    (void)state;
    table t = {0};
    rs_runs_advice advice;
    make_runs(&t, 1);
    t.limits[0] = 100;
    t.limits[3] = INFINITY;
    assert_int_equal(rs_choose_mixture(&t.in, &advice, NULL), RSIFT_OK);
    assert_true(advice.best[0] <= 100 && advice.at_edge[0]);
    assert_false(advice.has_proportional);
    rs_runs_advice_fini(&advice);
}

/* Scores that do not depend on the mixture rank nothing. The left-out mean of such scores falls
 * where the row's own rises, so that their correlation is below 0 for most seeds. */
static void noise_is_no_advice(void **state)
{
    (void)state;
    table t = {0};
    int n_told = 0;
    make_runs(&t, 1);
    for (uint64_t seed = 0; seed < 40; seed++) {
        rs_runs_advice advice;
        rs_rng rng = rs_rng_of(seed, number_id(2));
        for (size_t i = 0; i < RUNS * B; i++) t.scores[i] = rs_rng_unit(&rng);
        assert_int_equal(rs_choose_mixture(&t.in, &advice, NULL), RSIFT_OK);
        assert_true(!advice.told_apart ||
                    advice.rank_correlation > rs_choose_runs_chance(advice.n_complete));
        n_told += advice.told_apart;
        rs_runs_advice_fini(&advice);
    }
    assert_true(n_told <= 4);
}

static void few_runs_are_refused(void **state)
{
    (void)state;
    table t = {0};
    rs_runs_advice advice;
    make_runs(&t, 1);
    for (size_t i = 0; i < RUNS; i++) t.scores[i * B + 1] = i < 15 ? t.scores[i * B + 1] : NAN;
    assert_int_equal(rs_choose_mixture(&t.in, &advice, NULL), RSIFT_OK);
    assert_int_equal(advice.benchmarks[1].n_runs, 15);
    assert_false(advice.benchmarks[1].used);
    assert_int_equal(advice.n_used, 1);
    rs_runs_advice_fini(&advice);
    t.in.n_runs = 15;
    assert_int_equal(rs_choose_mixture(&t.in, &advice, NULL), RSIFT_OK);
    assert_false(advice.told_apart);
    rs_runs_advice_fini(&advice);
}

static void memory_fails(void **state)
{
    (void)state;
    table t = {0};
    make_runs(&t, 1);
    for (int64_t at = 1;; at += 1 + at / 16) {
        rs_runs_advice advice;
        rs_alloc_fail_at(at);
        const rsift_status status = rs_choose_mixture(&t.in, &advice, NULL);
        rs_alloc_fail_at(0);
        if (status == RSIFT_OK) rs_runs_advice_fini(&advice);
        if (status == RSIFT_OK) break;
        assert_int_equal(status, RSIFT_E_NOMEM);
        assert_true(at < 5000);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_law_is_found), cmocka_unit_test(limits_hold),
        cmocka_unit_test(noise_is_no_advice), cmocka_unit_test(few_runs_are_refused),
        cmocka_unit_test(memory_fails)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
