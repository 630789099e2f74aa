/* Which datasets to get at all: few rather than many. Pure and deterministic.
 *
 * A set S of datasets covers  C(S) = U(allocation of the budget over S) / U(over all of them)
 * (choose/allocate.h). Each dataset that is not there yet costs a share of that,
 *
 *     net(S) = C(S) - sum over d in S, not held, of (cost_each + cost_per_gb * GB of d)
 *
 * and sets grow greedily from what is held while net grows; then single datasets are exchanged
 * while that helps, and those go that others have made superfluous. Limits on datasets and bytes
 * are never crossed. */
#ifndef RS_CHOOSE_DATASETS_H
#define RS_CHOOSE_DATASETS_H

#include "choose/allocate.h"

typedef struct rs_dataset_terms {
    int64_t bytes; /* of the download; -1 = nobody says */
    uint64_t key;  /* decides between two that are equally good: a hash, no name */
    bool offered;  /* may be chosen */
    bool held;     /* is there already: costs nothing and is always in the set */
    bool first;    /* comes before all others, whatever it costs, if the limits allow it */
} rs_dataset_terms;

typedef struct rs_datasets_rules {
    rs_allocation_rules allocation;
    const rs_dataset_terms *terms; /* [allocation.n_datasets] */
    int64_t max_bytes;             /* -1 = any; then a dataset of unknown size may not be chosen */
    size_t max_datasets;           /* of those not held */
    double cost_each, cost_per_gb;
    int64_t assumed_bytes; /* what a dataset of unknown size costs as */
} rs_datasets_rules;

typedef struct rs_dataset_choice {
    uint32_t dataset;
    double adds;    /* C with it - C before it, when it was chosen */
    double without; /* C of all - C without it */
} rs_dataset_choice;

typedef struct rs_datasets_answer {
    rs_dataset_choice *chosen; /* [allocation.n_datasets], the caller's; in the order of choice */
    size_t n_chosen;           /* held ones come first and add what they add together */
    double covered;            /* C of all chosen ones */
    double *adds; /* [n_datasets], the caller's: what one more would add to the answer */
} rs_datasets_answer;

/* What a dataset costs, as a share of C. */
double rs_choose_dataset_cost(const rs_datasets_rules *rules, uint32_t dataset);

/* Fills `out`. Errors: out of memory. */
rsift_status rs_choose_datasets(const rs_offer *offers, size_t n, const rs_datasets_rules *rules,
                                rs_datasets_answer *out, rsift_error *err);

#endif
