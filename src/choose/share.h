/* Water-filling: a budget shared over claims by their weights, none above its limit. */
#ifndef RS_CHOOSE_SHARE_H
#define RS_CHOOSE_SHARE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct rs_claim {
    double weight; /* at least 0 */
    int64_t limit;
    uint64_t tie; /* of two with the same remainder the smaller one comes first */
    int64_t got;  /* out */
    double rest;  /* out: what rounding took; -1 where the limit was met */
} rs_claim;

/* got_i = min(limit_i, level * weight_i), with the level at which they add up to the budget; then
 * whole numbers by the largest remainder. A budget above all limits gives every claim its limit.
 * O(n * rounds + n log n), at most n rounds. false = out of memory. */
bool rs_choose_share_out(rs_claim *claims, size_t n, int64_t budget);

#endif
