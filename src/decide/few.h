/* Which datasets are worth a download for some goals, before anything of them is here: few rather
 * than many, within what may be downloaded (choose/datasets.h). */
#ifndef RS_DECIDE_FEW_H
#define RS_DECIDE_FEW_H

#include "choose/datasets.h"
#include "decide/offers.h"

/* Costs as shares of what everything together would cover. Guesses: a dataset is worth its scripts,
 * terms and checks from a fiftieth of the goal on, and 40 GB as much again. */
#define RS_FEW_COST_EACH 0.02
#define RS_FEW_COST_PER_GB 0.0005

typedef struct rs_few {
    rs_datasets_answer answer; /* dataset = number of a candidate of the pool */
    rs_allocation_rules rules; /* of the allocation over the chosen ones */
    int64_t assumed_bytes;     /* what a download of unknown size costs as */
    double *cost;              /* [n_candidates] */
    int64_t *allocated;        /* [n_offers] the budget over the chosen ones' offers */
    rs_str *refused; /* [n_candidates] why an offered one was not chosen; ptr NULL: chosen, or left
                      * out for another reason */
} rs_few;

/* In: a pool with weights. The quality of its offers is lowered where a dataset shows few
 * pictures for what it would have to give. Everything of `out` lives in the pool's arena. */
rsift_status rs_few_choose(const rs_recommend_job *job, rs_pool *pool, rs_few *out,
                           rsift_error *err);
int rs_few_permille(double share); /* a share of what is covered, in parts per thousand */

#endif
