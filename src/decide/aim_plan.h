/* Goals of examples and what was made of them, from the examples to the choice. */
#ifndef RS_DECIDE_AIM_PLAN_H
#define RS_DECIDE_AIM_PLAN_H

#include "choose/aim.h"
#include "decide/asked.h"
#include "decide/candidates.h"

/* One goal. Its examples are in `store`, which may be another workspace than the pool's. */
typedef struct rs_aim_goal {
    rs_str name;  /* as typed: a dataset, a split, a file */
    double share; /* above 0 */
    rs_store *store;
    rs_str dataset; /* in `store` */
    rs_str split;   /* as typed; len 0 = what the dataset has for evaluation, else all of it */
} rs_aim_goal;

typedef struct rs_aim_job {
    const rs_recommend_job *recommend; /* goals (words) are not looked at */
    const rs_aim_goal *goals;
    size_t n_goals;
    rs_str choices_name; /* of the file of choices, as the recipe will name it */
} rs_aim_job;

typedef struct rs_aim_plan {
    const rs_aim_job *job;
    rs_arena arena;
    rs_pool pool;   /* candidates: which datasets may be chosen, and their quality */
    rs_asked asked; /* the pool's samples first, then the goals' */
    size_t n_pool, n_pool_turns;
    int64_t n_not_hashed; /* pictures of the pool whose re-encoded copies are not known */
    rs_aim_example *examples;
    size_t n_examples, cap_examples;
    size_t *first_example; /* [n_goals + 1] */
    double shares[RS_AIM_MAX_PARTS * 2];
    size_t goal_of[RS_AIM_MAX_PARTS * 2]; /* by part */
    uint32_t n_parts;
    rs_aim_sample *samples; /* those that may be chosen, in the order of their ids */
    rs_id *ids;
    size_t n_samples;
    rs_aim_input in; /* what was chosen by: borrows from the fields above */
    rs_aim_result result;
} rs_aim_plan;

#endif
