/* The allocation: how many samples of which dataset and cell. Pure and deterministic.
 *
 * A cell is what the caller wants to see covered (task x skill, ...). With w its weight and q the
 * quality of each sample used in it, the utility of a choice is
 *
 *     U = sum over cells of  w * (sum over samples of q) ^ (1/4)
 *
 * so that the tenth thousand of a cell adds less than the first (the exponent: measured by
 * bench/recommend/backtest.py). Samples are added greedily, each
 * step where one adds most. The sequence of steps does not depend on the budget, so a larger budget
 * never gives less of anything. */
#ifndef RS_CHOOSE_ALLOCATE_H
#define RS_CHOOSE_ALLOCATE_H

#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

enum { RS_ALLOCATION_REPEATS = 4 };

typedef struct rs_offer {
    uint32_t dataset, cell;
    int64_t n;         /* usable samples (or pictures) */
    double quality;    /* 0..1: utility of one sample; each further use of it counts half */
    int repeats;       /* 1..4 */
    int64_t allocated; /* out, repeats counted */
} rs_offer;

typedef struct rs_allocation_rules {
    int64_t budget;
    size_t n_datasets, n_cells;
    const double *weights;  /* [n_cells], 0 = not wanted */
    const uint8_t *related; /* [n_datasets * n_datasets] or NULL: made of the same pictures */
    int steps;     /* a step is 1/steps of what is allocated already; 0 = 100. Less is coarser
                    * and faster */
    uint64_t seed; /* of RS_RULE_RANDOM */
} rs_allocation_rules;

/* Fills `allocated` of every offer. Never above the budget, nor n * repeats. Errors: out of memory.
 */
rsift_status rs_choose_allocate(rs_offer *offers, size_t n, const rs_allocation_rules *rules,
                                rsift_error *err);

/* The utility of a choice under the same rules. `allocated[i]`
 * of offers[i]; above n the further uses count half, a quarter... Of two datasets made of the same
 * pictures the one that less is taken of adds less. */
rsift_status rs_choose_utility(const rs_offer *offers, const int64_t *allocated, size_t n,
                               const rs_allocation_rules *rules, double *out, rsift_error *err);

/* What simple rules would choose at the same budget, within the same offers. Only UniMax repeats
 * samples. */
typedef enum rs_simple_rule {
    RS_RULE_PROPORTIONAL, /* every sample alike */
    RS_RULE_UNIFORM,      /* every dataset alike */
    RS_RULE_SQRT,         /* every dataset by the root of its size */
    RS_RULE_STRATIFIED,   /* every wanted cell alike, samples alike within */
    RS_RULE_UNIMAX,       /* every dataset alike, each sample at most `repeats` times
                           * (Chung et al., ICLR 2023) */
    RS_RULE_RANDOM,       /* one draw of samples, every one with the same chance */
    RS_N_RULES
} rs_simple_rule;
const char *rs_choose_rule_name(rs_simple_rule rule);
rsift_status rs_choose_by_rule(const rs_offer *offers, size_t n, const rs_allocation_rules *rules,
                               rs_simple_rule rule, int64_t *allocated, rsift_error *err);

#endif
