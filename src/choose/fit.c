/* Search for the largest choice within a budget; see fit.h. */
#include "choose/fit.h"

rsift_status rs_choose_fit(rs_fit_cost_fn *fn, void *ctx, int64_t budget, int64_t most, int64_t *n,
                           rsift_error *err)
{
    /* cost(low) <= budget < cost(high) from the first look on */
    int64_t low = 0, low_cost = 0, high = most, high_cost;
    *n = 0;
    if (most <= 0) return RSIFT_OK;
    RS_TRY(fn(ctx, most, &high_cost, err));
    if (high_cost <= budget) low = most;
    for (int step = 1; low < high && high - low > 1; step++) {
        const double along = (double)(budget - low_cost) / (double)(high_cost - low_cost);
        int64_t middle = low + (int64_t)(along * (double)(high - low));
        if (step % 3 == 0) middle = low + (high - low) / 2;
        if (middle <= low) middle = low + 1;
        if (middle >= high) middle = high - 1;
        int64_t cost;
        RS_TRY(fn(ctx, middle, &cost, err));
        if (cost <= budget) {
            low = middle;
            low_cost = cost;
        } else {
            high = middle;
            high_cost = cost;
        }
    }
    *n = low;
    return RSIFT_OK;
}
