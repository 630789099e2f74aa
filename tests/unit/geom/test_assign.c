/* Matchings: by hand, and the optimal one against trying everything. */
#include "geom/assign.h"

#include "base/alloc.h"
#include "base/rng.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_greedy_and_optimal_differ(void **state)
{
    (void)state;
    const double scores[4] = {0.9, 0.8, 0.8, 0.1};
    size_t col[2];
    double total;
    assert_int_equal(rs_geom_match_greedy(scores, 2, 2, 0, false, col, NULL), RSIFT_OK);
    assert_true(col[0] == 0 && col[1] == 1);
    assert_int_equal(rs_geom_assign(scores, 2, 2, col, &total, NULL), RSIFT_OK);
    assert_true(col[0] == 1 && col[1] == 0);
    assert_true(fabs(total - 1.6) < 1e-12);
}

static void test_thresholds(void **state)
{
    (void)state;
    const double scores[3] = {0.5, NAN, 0.4};
    size_t col[3];
    assert_int_equal(rs_geom_match_greedy(scores, 3, 1, 0.5, false, col, NULL), RSIFT_OK);
    assert_true(col[0] == 0 && col[1] == RS_UNMATCHED && col[2] == RS_UNMATCHED);
    assert_int_equal(rs_geom_match_greedy(scores, 3, 1, 0.5, true, col, NULL), RSIFT_OK);
    assert_true(col[0] == RS_UNMATCHED && col[2] == RS_UNMATCHED);
    assert_int_equal(rs_geom_match_in_order(scores, 3, 1, 0.4, true, col, NULL), RSIFT_OK);
    assert_true(col[0] == 0 && col[2] == RS_UNMATCHED);
}

static void test_ties_and_order(void **state)
{
    (void)state;
    const double same[4] = {0.7, 0.7, 0.7, 0.7}, later[4] = {0.6, 0.5, 0.9, 0.8};
    size_t col[2];
    assert_int_equal(rs_geom_match_greedy(same, 2, 2, 0, false, col, NULL), RSIFT_OK);
    assert_true(col[0] == 0 && col[1] == 1);
    /* The first row chooses first although the second would like the same column more. */
    assert_int_equal(rs_geom_match_in_order(later, 2, 2, 0, false, col, NULL), RSIFT_OK);
    assert_true(col[0] == 0 && col[1] == 1);
    assert_int_equal(rs_geom_match_greedy(later, 2, 2, 0, false, col, NULL), RSIFT_OK);
    assert_true(col[0] == 1 && col[1] == 0);
}

static void test_empty_and_wrong(void **state)
{
    (void)state;
    size_t col[2] = {5, 5};
    double total = 3, bad[2] = {1, NAN}, huge[1] = {1e200};
    assert_int_equal(rs_geom_assign(NULL, 0, 4, col, &total, NULL), RSIFT_OK);
    assert_true(total == 0);
    assert_int_equal(rs_geom_assign(NULL, 2, 0, col, &total, NULL), RSIFT_OK);
    assert_true(col[0] == RS_UNMATCHED && col[1] == RS_UNMATCHED);
    assert_int_equal(rs_geom_match_greedy(NULL, 2, 0, 0, false, col, NULL), RSIFT_OK);
    assert_true(col[0] == RS_UNMATCHED);
    assert_int_equal(rs_geom_assign(bad, 1, 2, col, &total, NULL), RSIFT_E_ARG);
    assert_int_equal(rs_geom_assign(huge, 1, 1, col, &total, NULL), RSIFT_E_ARG);
    assert_int_equal(rs_geom_match_greedy(bad, SIZE_MAX, 2, 0, false, col, NULL), RSIFT_E_LIMIT);
}

/* Greatest sum over all ways to pair min(n, m) rows and columns. */
static double try_all(const double *scores, size_t n, size_t m, size_t row, unsigned used,
                      size_t to_skip)
{
    if (row == n) return 0;
    double best = -INFINITY;
    if (to_skip > 0) best = try_all(scores, n, m, row + 1, used, to_skip - 1);
    for (size_t j = 0; j < m; j++)
        if (!(used >> j & 1))
            best = fmax(best, scores[row * m + j] +
                                  try_all(scores, n, m, row + 1, used | 1u << j, to_skip));
    return best;
}

static void test_optimal_against_trying_all(void **state)
{
    (void)state;
    rs_rng rng = rs_rng_of(4, (rs_id){4, 4});
    for (int round = 0; round < 3000; round++) {
        size_t n = 1 + rs_rng_below(&rng, 6), m = 1 + rs_rng_below(&rng, 6), col[6];
        double scores[36], total;
        for (size_t i = 0; i < n * m; i++)
            scores[i] = round % 2 ? (double)rs_rng_below(&rng, 4) : rs_rng_unit(&rng) * 2 - 1;
        assert_int_equal(rs_geom_assign(scores, n, m, col, &total, NULL), RSIFT_OK);
        unsigned used = 0;
        size_t made = 0;
        for (size_t i = 0; i < n; i++) {
            if (col[i] == RS_UNMATCHED) continue;
            assert_true(col[i] < m && !(used >> col[i] & 1));
            used |= 1u << col[i];
            made++;
        }
        assert_int_equal(made, n < m ? n : m);
        assert_true(fabs(total - try_all(scores, n, m, 0, 0, n > m ? n - m : 0)) < 1e-9);
    }
}

static void test_every_allocation_fails_once(void **state)
{
    (void)state;
    const double scores[6] = {1, 2, 3, 4, 5, 6};
    size_t col[3];
    for (int which = 0; which < 3; which++) {
        rsift_status st = RSIFT_E_NOMEM;
        for (int64_t n = 1; st != RSIFT_OK && n < 20; n++) {
            rs_alloc_fail_at(n);
            st = which == 0   ? rs_geom_assign(scores, 3, 2, col, NULL, NULL)
                 : which == 1 ? rs_geom_match_greedy(scores, 3, 2, 0, false, col, NULL)
                              : rs_geom_match_in_order(scores, 3, 2, 0, false, col, NULL);
            assert_true(st == RSIFT_OK || st == RSIFT_E_NOMEM);
            assert_true(n > 1 || st == RSIFT_E_NOMEM);
        }
        rs_alloc_fail_at(0);
        assert_int_equal(st, RSIFT_OK);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_greedy_and_optimal_differ),
        cmocka_unit_test(test_thresholds),
        cmocka_unit_test(test_ties_and_order),
        cmocka_unit_test(test_empty_and_wrong),
        cmocka_unit_test(test_optimal_against_trying_all),
        cmocka_unit_test(test_every_allocation_fails_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
