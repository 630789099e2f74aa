/* Bytes that threads share: what one takes, others wait for. Who asks once for all it needs, and
 * asks while it holds nothing, never waits for ever. Locked. */
#ifndef RS_RUN_BUDGET_H
#define RS_RUN_BUDGET_H

#include "base/err.h"
#include "run/cancel.h"

#include <pthread.h>

typedef struct rs_budget {
    pthread_mutex_t lock;
    pthread_cond_t given; /* some bytes have come back */
    uint64_t n_all, n_free;
} rs_budget;

/* false = the system has no more locks. */
bool rs_budget_init(rs_budget *budget, uint64_t n_all);
void rs_budget_fini(rs_budget *budget);

/* Waits until n bytes are free, and takes them. More than there are in all counts as all of them:
 * whether that is allowed is the caller's matter. Errors: RSIFT_E_CANCELLED; cancel may be NULL. */
rsift_status rs_budget_take(rs_budget *budget, uint64_t n, const rs_cancel *cancel,
                            rsift_error *err);
/* Gives back what was taken, by the same number. */
void rs_budget_give(rs_budget *budget, uint64_t n);

#endif
