/* A recommendation between its files: recommend.c decides, recommend_answer.c and
 * recommend_recipe.c write down. */
#ifndef RS_DECIDE_RECOMMEND_PLAN_H
#define RS_DECIDE_RECOMMEND_PLAN_H

#include "codec/json_writer.h"
#include "decide/candidates.h"
#include "decide/few.h"

typedef struct rs_plan {
    const rs_recommend_job *job;
    rs_arena *arena;
    rs_pool pool;
    rs_few few;                  /* which datasets were chosen, and why the others not */
    int64_t *of_candidate;       /* allocated, by candidate */
    int64_t *simple[RS_N_RULES]; /* allocated, by offer of the pool */
    rs_allocation_rules rules;
    int64_t allocated;
    size_t *order; /* candidates that get something, in the order in which they are told */
    size_t n_order;
} rs_plan;

/* Everything that speaks for or against a candidate, as one sentence; json != NULL: also as objects
 * of an array that is open. */
void rs_plan_give_reasons(const rs_plan *plan, size_t candidate, rs_json_writer *json,
                          rs_buf *sentence);

/* Appends the answer; *n_unserved counts goals that get nothing. */
rsift_status rs_plan_put_answer(rs_plan *plan, rs_buf *json, int64_t *n_unserved, rsift_error *err);
/* The field "download": datasets that are worth getting for the job's goals beside what is indexed,
 * by the rules of the advice before any download. `indexed` has offers of what is here. */
rsift_status rs_plan_put_downloads(const rs_recommend_job *job, const rs_pool *indexed,
                                   rs_json_writer *json, rsift_error *err);
/* Appends the recipe that `rsift mix` reads, the reasons as comments. */
rsift_status rs_plan_put_recipe(const rs_plan *plan, rs_buf *out, rsift_error *err);

#endif
