/* Bytes that threads share: never more than there are, whoever waits gets them, a cancel ends the
 * waiting. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "run/budget.h"

enum { ALL = 100, ROUNDS = 2000, N_THREADS = 4 };

static rs_budget budget;
static atomic_int in_use, most;

static void *worker(void *p)
{
    for (uint64_t i = 0; i < ROUNDS; i++) {
        const uint64_t n = 1 + (i * 7 + (uintptr_t)p * 31) % 60;
        if (rs_budget_take(&budget, n, NULL, NULL) != RSIFT_OK) return p;
        const int now = atomic_fetch_add(&in_use, (int)n) + (int)n;
        for (int seen = atomic_load(&most); now > seen;)
            if (atomic_compare_exchange_weak(&most, &seen, now)) break;
        atomic_fetch_sub(&in_use, (int)n);
        rs_budget_give(&budget, n);
    }
    return NULL;
}

static void threads(void **state)
{
    pthread_t all[N_THREADS];
    (void)state;
    assert_true(rs_budget_init(&budget, ALL));
    for (uintptr_t i = 0; i < N_THREADS; i++)
        assert_int_equal(pthread_create(&all[i], NULL, worker, (void *)(i + 1)), 0);
    for (size_t i = 0; i < N_THREADS; i++) {
        void *failed;
        assert_int_equal(pthread_join(all[i], &failed), 0);
        assert_null(failed);
    }
    assert_true(most > 0 && most <= ALL);
    assert_int_equal(budget.n_free, ALL);
    rs_budget_fini(&budget);
}

static void more_than_all_and_cancel(void **state)
{
    rs_cancel cancel = {.requested = true};
    (void)state;
    assert_true(rs_budget_init(&budget, ALL));
    assert_int_equal(rs_budget_take(&budget, 1000, NULL, NULL), RSIFT_OK);
    assert_int_equal(budget.n_free, 0);
    assert_int_equal(rs_budget_take(&budget, 1, &cancel, NULL), RSIFT_E_CANCELLED);
    rs_budget_give(&budget, 1000);
    assert_int_equal(budget.n_free, ALL);
    rs_budget_fini(&budget);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(threads),
        cmocka_unit_test(more_than_all_and_cancel),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
