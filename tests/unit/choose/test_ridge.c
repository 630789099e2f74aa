/* Ridge against fits that are written out: the closed form of one feature, each row left out in
 * turn, weights as repeated rows; rank correlation against counted examples. */
#include "decide/workspace.h"

#include "choose/ridge.h"

#include <math.h>

enum { N = 24, K = 5 };

static void fill_rows(double *x, double *y, size_t n)
{
    rs_rng rng = rs_rng_of(7, number_id(n));
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < K; j++) x[i * K + j] = 6 * rs_rng_unit(&rng);
        y[i] = 2 * x[i * K] - x[i * K + 1] + rs_rng_unit(&rng);
    }
}

static void one_feature(void **state)
{
    (void)state;
    /* centred x = -1, 0, 1; y = 1, 2, 6: slope = 5 / (2 + penalty) */
    const double x[] = {1, 2, 3}, y[] = {1, 2, 6}, penalty[] = {0.5};
    double beta[2];
    const rs_ridge in = {.x = x, .y = y, .n = 3, .k = 1, .penalty = penalty};
    assert_int_equal(rs_choose_ridge(&in, beta, NULL, NULL), RSIFT_OK);
    assert_true(fabs(beta[0] - (2)) <= 1e-12);
    assert_true(fabs(beta[1] - (3 - 2 * 2)) <= 1e-12);
}

static void left_out_is_a_fit_without(void **state)
{
    (void)state;
    double x[N * K], y[N], beta[K + 1], left_out[N], x1[N * K], y1[N], beta1[K + 1];
    const double penalty[K] = {0.01, 0.01, 50, 50, 50};
    fill_rows(x, y, N);
    const rs_ridge in = {.x = x, .y = y, .n = N, .k = K, .penalty = penalty};
    assert_int_equal(rs_choose_ridge(&in, beta, left_out, NULL), RSIFT_OK);
    for (size_t out = 0; out < N; out++) {
        size_t n = 0;
        for (size_t i = 0; i < N; i++) {
            if (i == out) continue;
            memcpy(&x1[n * K], &x[i * K], K * sizeof *x);
            y1[n++] = y[i];
        }
        const rs_ridge without = {.x = x1, .y = y1, .n = n, .k = K, .penalty = penalty};
        assert_int_equal(rs_choose_ridge(&without, beta1, NULL, NULL), RSIFT_OK);
        double guess = beta1[K];
        for (size_t j = 0; j < K; j++) guess += beta1[j] * x[out * K + j];
        assert_true(fabs(left_out[out] - (guess)) <= 1e-8);
    }
}

static void weights_are_repetitions(void **state)
{
    (void)state;
    double x[2 * N * K], y[2 * N], weight[N], beta[K + 1], repeated[K + 1];
    const double penalty[K] = {1, 1, 1, 1, 1};
    fill_rows(x, y, N);
    size_t n = N;
    for (size_t i = 0; i < N; i++) {
        weight[i] = i % 3 == 0 ? 2 : 1;
        if (i % 3) continue;
        memcpy(&x[n * K], &x[i * K], K * sizeof *x);
        y[n++] = y[i];
    }
    const rs_ridge weighted = {
        .x = x, .y = y, .n = N, .k = K, .penalty = penalty, .weight = weight};
    const rs_ridge twice = {.x = x, .y = y, .n = n, .k = K, .penalty = penalty};
    assert_int_equal(rs_choose_ridge(&weighted, beta, NULL, NULL), RSIFT_OK);
    assert_int_equal(rs_choose_ridge(&twice, repeated, NULL, NULL), RSIFT_OK);
    for (size_t j = 0; j <= K; j++) assert_true(fabs(beta[j] - (repeated[j])) <= 1e-9);
}

static double correlation(const double *a, const double *b, size_t n)
{
    double out;
    assert_int_equal(rs_choose_rank_correlation(a, b, n, &out, NULL), RSIFT_OK);
    return out;
}

static void ranks(void **state)
{
    (void)state;
    const double a[] = {1, 2, 3, 4, 5}, back[] = {50, 4, 3, 2, -1}, b[] = {2, 1, 4, 3, 5};
    const double ties[] = {1, 1, 2, 2, 3}, same[] = {7, 7, 7, 7, 7};
    assert_true(fabs(correlation(a, a, 5) - (1)) <= 1e-12);
    assert_true(fabs(correlation(a, back, 5) - (-1)) <= 1e-12);
    assert_true(fabs(correlation(a, b, 5) - (1 - 6.0 * 4 / 120)) <= 1e-12);
    /* ranks 1.5 1.5 3.5 3.5 5 against 1..5: 9 / sqrt(10 * 9) */
    assert_true(fabs(correlation(a, ties, 5) - (9 / sqrt(90))) <= 1e-12);
    assert_true(isnan(correlation(a, same, 5)));
    assert_true(isnan(correlation(a, a, 2)));
}

static void memory_fails(void **state)
{
    (void)state;
    double x[N * K], y[N], beta[K + 1], left_out[N];
    const double penalty[K] = {1, 1, 1, 1, 1};
    fill_rows(x, y, N);
    const rs_ridge in = {.x = x, .y = y, .n = N, .k = K, .penalty = penalty};
    for (int64_t at = 1;; at++) {
        rs_alloc_fail_at(at);
        const rsift_status status = rs_choose_ridge(&in, beta, left_out, NULL);
        rs_alloc_fail_at(0);
        if (status == RSIFT_OK) break;
        assert_int_equal(status, RSIFT_E_NOMEM);
        assert_true(at < 20);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(one_feature),
                                       cmocka_unit_test(left_out_is_a_fit_without),
                                       cmocka_unit_test(weights_are_repetitions),
                                       cmocka_unit_test(ranks), cmocka_unit_test(memory_fails)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
