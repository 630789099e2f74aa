/* One count under one lock. See budget.h. */
#include "run/budget.h"

#include <time.h>

/* How long a waiting thread goes without looking at the cancel flag. */
enum { LOOK_NS = 100 * 1000 * 1000, SECOND_NS = 1000 * 1000 * 1000 };

bool rs_budget_init(rs_budget *budget, uint64_t n_all)
{
    *budget = (rs_budget){.n_all = n_all, .n_free = n_all};
    if (pthread_mutex_init(&budget->lock, NULL) != 0) return false;
    if (pthread_cond_init(&budget->given, NULL) == 0) return true;
    pthread_mutex_destroy(&budget->lock);
    return false;
}

void rs_budget_fini(rs_budget *budget)
{
    pthread_cond_destroy(&budget->given);
    pthread_mutex_destroy(&budget->lock);
}

static uint64_t bounded(const rs_budget *budget, uint64_t n)
{
    return n < budget->n_all ? n : budget->n_all;
}

rsift_status rs_budget_take(rs_budget *budget, uint64_t n, const rs_cancel *cancel,
                            rsift_error *err)
{
    n = bounded(budget, n);
    pthread_mutex_lock(&budget->lock);
    while (budget->n_free < n && !rs_cancelled(cancel)) {
        struct timespec until;
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_nsec += LOOK_NS;
        until.tv_sec += until.tv_nsec / SECOND_NS;
        until.tv_nsec %= SECOND_NS;
        (void)pthread_cond_timedwait(&budget->given, &budget->lock, &until);
    }
    const bool got = budget->n_free >= n;
    if (got) budget->n_free -= n;
    pthread_mutex_unlock(&budget->lock);
    return got ? RSIFT_OK : rs_err_cancelled(err);
}

void rs_budget_give(rs_budget *budget, uint64_t n)
{
    pthread_mutex_lock(&budget->lock);
    budget->n_free += bounded(budget, n);
    RS_ASSERT(budget->n_free <= budget->n_all);
    pthread_cond_broadcast(&budget->given);
    pthread_mutex_unlock(&budget->lock);
}
