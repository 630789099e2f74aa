/* Advice before any download: how much of which few datasets that can be had and read. Samples of
 * what is indexed are chosen by aim.c. The answer and the recipe are written by recommend_answer.c
 * and recommend_recipe.c. */
#include "decide/decide.h"

#include "base/alloc.h"
#include "decide/goals.h"
#include "decide/recommend_plan.h"

/* ---- allocating ------------------------------------------------------------------------------ */

/* What the chosen datasets give, and what the simple rules would choose at the same budget. */
static rsift_status allocate(rs_plan *p, rsift_error *err)
{
    const rs_pool *pool = &p->pool;
    p->of_candidate = rs_arena_calloc(p->arena, pool->n_candidates + 1, sizeof *p->of_candidate);
    if (!p->of_candidate) return rs_err_nomem(err, "the recommendation");
    for (size_t i = 0; i < pool->n_offers; i++) {
        p->of_candidate[pool->offers[i].dataset] += p->few.allocated[i];
        p->allocated += p->few.allocated[i];
    }
    p->rules = p->few.rules;
    p->rules.seed = (uint64_t)p->job->seed;
    for (int r = 0; r < RS_N_RULES; r++) {
        p->simple[r] = rs_arena_calloc(p->arena, pool->n_offers + 1, sizeof *p->simple[r]);
        if (!p->simple[r]) return rs_err_nomem(err, "the recommendation");
        RS_TRY(rs_choose_by_rule(pool->offers, pool->n_offers, &p->rules, (rs_simple_rule)r,
                                 p->simple[r], err));
    }
    return RSIFT_OK;
}

/* The order of choice, which is the order of what each adds. */
static rsift_status set_order(rs_plan *p, rsift_error *err)
{
    p->order = rs_arena_calloc(p->arena, p->few.answer.n_chosen + 1, sizeof *p->order);
    if (!p->order) return rs_err_nomem(err, "the recommendation");
    for (size_t i = 0; i < p->few.answer.n_chosen; i++) {
        const size_t at = p->few.answer.chosen[i].dataset;
        if (p->of_candidate[at] > 0) p->order[p->n_order++] = at;
    }
    return RSIFT_OK;
}

/* ---- recommend ------------------------------------------------------------------------------- */

/* Nothing can be chosen at all: which of the conditions would have to fall. */
static rsift_status nothing_serves(const rs_plan *p, rsift_error *err)
{
    const rs_recommend_job *job = p->job;
    bool offered = false;
    for (size_t i = 0; i < p->pool.n_offers; i++)
        offered = offered || p->pool.cells[p->pool.offers[i].cell].weight > 0;
    if (offered && job->max_bytes >= 0)
        return rs_err_set(err, RSIFT_E_ARG,
                          "no dataset of known size that serves these goals fits into "
                          "--max-download; without it the sizes are shown");
    return rs_err_set(err, RSIFT_E_ARG,
                      "nothing in the catalogue that can be had and read serves these goals under "
                      "this licence, resolution and sensors; `rsift search` finds what else is "
                      "known");
}

static rsift_status recommend(rs_plan *p, rs_buf *json, rs_buf *recipe, int64_t *n_unserved,
                              rsift_error *err)
{
    /* candidates and offers, then the weights of the cells, then the allocation */
    RS_TRY(rs_pool_make(p->job, p->arena, &p->pool, err));
    RS_TRY(rs_pool_weigh(p->job, &p->pool, err));
    RS_TRY(rs_few_choose(p->job, &p->pool, &p->few, err));
    RS_TRY(allocate(p, err));
    if (p->allocated == 0) return nothing_serves(p, err);
    RS_TRY(set_order(p, err));
    RS_TRY(rs_plan_put_answer(p, json, n_unserved, err));
    return rs_plan_put_recipe(p, recipe, err);
}

rsift_status rs_decide_recommend(const rs_recommend_job *job, rs_buf *json, rs_buf *recipe,
                                 int64_t *n_unserved, rsift_error *err)
{
    RS_ASSERT(!job->store);
    /* above 2^40 the sums of an allocation could overflow */
    if (job->budget <= 0 || job->budget > (int64_t)1 << 40)
        return rs_err_set(err, RSIFT_E_ARG, "the budget is a number of %s above 0",
                          job->budget_in_images ? "images" : "samples");
    rs_arena arena = {0};
    rs_plan p = {.job = job, .arena = &arena};
    rsift_status status = recommend(&p, json, recipe, n_unserved, err);
    rs_arena_fini(&arena);
    return status;
}
