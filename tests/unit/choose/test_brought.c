/* Brought numbers as weights: ranks, ties, what is absent, and the adapters by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <math.h>
#include <cmocka.h>

#include "base/alloc.h"
#include "choose/brought.h"

enum { N = 5 };

static void check(const double *expected, const double *found, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (isnan(expected[i])) assert_true(isnan(found[i]));
        else assert_true(fabs(expected[i] - found[i]) < 1e-12);
    }
}

/* Four numbers with ranks 1, 2.5, 2.5, 4: p = 1/8, 1/2, 1/2, 7/8. */
static void ranks_share_their_mean(void **state)
{
    (void)state;
    const double numbers[N] = {7, -1e9, 7, NAN, 1e300};
    double out[N];
    assert_int_equal(rs_brought_weigh(numbers, N, RS_BROUGHT_HIGH, out, NULL), RSIFT_OK);
    check((double[]){0.5, 0.125, 0.5, NAN, 0.875}, out, N);
    assert_int_equal(rs_brought_weigh(numbers, N, RS_BROUGHT_LOW, out, NULL), RSIFT_OK);
    check((double[]){0.5, 0.875, 0.5, NAN, 0.125}, out, N);
    assert_int_equal(rs_brought_weigh(numbers, N, RS_BROUGHT_MIDDLE, out, NULL), RSIFT_OK);
    check((double[]){1, 0.4375, 1, NAN, 0.4375}, out, N);
    assert_int_equal(rs_brought_weigh(numbers, 0, RS_BROUGHT_HIGH, out, NULL), RSIFT_OK);
}

static void scale_does_not_matter(void **state)
{
    (void)state;
    const double numbers[N] = {0.3, 0.1, 0.9, 0.5, 0.1};
    double logs[N], a[N], b[N];
    for (size_t i = 0; i < N; i++) logs[i] = 1000 + 5 * log(numbers[i]);
    assert_int_equal(rs_brought_weigh(numbers, N, RS_BROUGHT_HIGH, a, NULL), RSIFT_OK);
    assert_int_equal(rs_brought_weigh(logs, N, RS_BROUGHT_HIGH, b, NULL), RSIFT_OK);
    check(a, b, N);
}

static void weights_are_taken_over_the_largest(void **state)
{
    (void)state;
    const double numbers[N] = {2, 0, -1, NAN, 8};
    double out[N];
    assert_int_equal(rs_brought_weigh(numbers, N, RS_BROUGHT_AS_IS, out, NULL), RSIFT_OK);
    check((double[]){0.25, NAN, NAN, NAN, 1}, out, N);
}

static void a_loss_ratio_needs_both(void **state)
{
    (void)state;
    const double loss[N] = {1, NAN, 2, -1, 3}, blind[N] = {2, 1, 0, 1, NAN};
    double out[N];
    rs_brought_loss_ratio(loss, blind, N, out);
    check((double[]){0.5, NAN, NAN, NAN, NAN}, out, N);
}

/* Of ten numbers the top fifth are two, and one that equals the second. */
static void votes_count_the_top_fifth(void **state)
{
    (void)state;
    const double a[10] = {1, 2, 3, 4, 5, 6, 9, 8, 8, 7}, b[10] = {9, 8, NAN, 1, 1, 1, 1, 1, 1, 1};
    double out[10];
    for (size_t i = 0; i < 10; i++) out[i] = NAN;
    assert_int_equal(rs_brought_add_votes(a, 10, out, NULL), RSIFT_OK);
    check((double[]){0, 0, 0, 0, 0, 0, 1, 1, 1, 0}, out, 10);
    assert_int_equal(rs_brought_add_votes(b, 10, out, NULL), RSIFT_OK);
    check((double[]){1, 1, 0, 0, 0, 0, 1, 1, 1, 0}, out, 10);
    const double none[2] = {NAN, NAN};
    double nothing[2] = {NAN, NAN};
    assert_int_equal(rs_brought_add_votes(none, 2, nothing, NULL), RSIFT_OK);
    check(none, nothing, 2);
}

/* Clusters 1 (two samples, S/D = 0.1) and 2 (one, S/D = 0.2): e^1 / 2 and e^2. */
static void clusters_share_by_transferability_over_density(void **state)
{
    (void)state;
    const double cluster[N] = {1, 2, 1, NAN, 3}, s[N] = {0.1, 0.1, 0.1, 1, 1},
                 d[N] = {1, 0.5, 1, 1, 0};
    double out[N];
    assert_int_equal(rs_brought_coincide(cluster, s, d, N, out, NULL), RSIFT_OK);
    check((double[]){exp(-1) / 2, 1, exp(-1) / 2, NAN, NAN}, out, N);
    const double far[N] = {0, 1e9, 0, 0, 0};
    assert_int_equal(rs_brought_coincide(cluster, far, d, N, out, NULL), RSIFT_OK);
    check((double[]){1e-12, 1, 1e-12, NAN, NAN}, out, N);
}

static void leverage_keeps_a_chance_for_all(void **state)
{
    (void)state;
    const double scores[N] = {3, 0, 1, -1, NAN};
    double out[N];
    rs_brought_leverage(scores, N, out);
    check((double[]){0.9 * 0.75 + 0.1 / 3, 0.1 / 3, 0.9 * 0.25 + 0.1 / 3, NAN, NAN}, out, N);
    const double zeros[2] = {0, 0};
    rs_brought_leverage(zeros, 2, out);
    check((double[]){0.05, 0.05}, out, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ranks_share_their_mean),
        cmocka_unit_test(scale_does_not_matter),
        cmocka_unit_test(weights_are_taken_over_the_largest),
        cmocka_unit_test(a_loss_ratio_needs_both),
        cmocka_unit_test(votes_count_the_top_fifth),
        cmocka_unit_test(clusters_share_by_transferability_over_density),
        cmocka_unit_test(leverage_keeps_a_chance_for_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
