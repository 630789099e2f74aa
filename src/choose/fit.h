/* The largest choice that fits a budget which is not counted in samples: tokens, pictures. */
#ifndef RS_CHOOSE_FIT_H
#define RS_CHOOSE_FIT_H

#include "base/err.h"

#include <stdint.h>

/* What a choice of n samples costs. Larger choices cost as much or more but for rounding. */
typedef rsift_status rs_fit_cost_fn(void *ctx, int64_t n, int64_t *cost, rsift_error *err);

/* *n with cost(*n) <= budget, 0 <= *n <= most, and cost(*n + 1) > budget unless *n is `most`.
 * The guess goes along the line between what is known, and halves the interval every third time:
 * some ten calls for a million samples. cost(0) is 0 and not asked. */
rsift_status rs_choose_fit(rs_fit_cost_fn *fn, void *ctx, int64_t budget, int64_t most, int64_t *n,
                           rsift_error *err);

#endif
