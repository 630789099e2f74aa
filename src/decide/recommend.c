/* How much of which dataset: of what is indexed, or, before any download, of few datasets that
 * can be had and read. The answer and the recipe are written by recommend_answer.c and
 * recommend_recipe.c. */
#include "decide/decide.h"

#include "base/alloc.h"
#include "decide/goals.h"
#include "decide/recommend_plan.h"

/* ---- allocating ------------------------------------------------------------------------------ */

/* The offers that may be chosen, and the rules of the allocation. */
static rsift_status set_rules(rs_plan *p, rsift_error *err)
{
    p->weights = rs_arena_calloc(p->arena, p->pool.n_cells + 1, sizeof *p->weights);
    p->of_candidate = rs_arena_calloc(p->arena, p->pool.n_candidates + 1, sizeof *p->of_candidate);
    p->used = rs_arena_calloc(p->arena, p->pool.n_offers + 1, sizeof *p->used);
    if (!p->weights || !p->of_candidate || !p->used) return rs_err_nomem(err, "the recommendation");
    /* flat arrays: the allocation knows no names */
    for (size_t c = 0; c < p->pool.n_cells; c++) p->weights[c] = p->pool.cells[c].weight;
    for (size_t i = 0; i < p->pool.n_offers; i++) p->used[p->n_used++] = p->pool.offers[i];
    p->rules = (rs_allocation_rules){.budget = p->job->budget,
                                     .n_datasets = p->pool.n_candidates,
                                     .n_cells = p->pool.n_cells,
                                     .weights = p->weights,
                                     .related = p->pool.related,
                                     .most_of_one = p->pool.coarse ? 1 : 0.5,
                                     .roots = p->pool.coarse ? 2 : 1,
                                     .seed = (uint64_t)p->job->seed};
    return RSIFT_OK;
}

/* Our allocation: over all that is indexed, or as the chosen datasets have it already. */
static rsift_status allocate_ours(rs_plan *p, rsift_error *err)
{
    if (!p->pool.coarse) RS_TRY(rs_choose_allocate(p->used, p->n_used, &p->rules, err));
    for (size_t i = 0; i < p->n_used; i++) {
        if (p->pool.coarse) p->used[i].allocated = p->few.allocated[i];
        p->of_candidate[p->used[i].dataset] += p->used[i].allocated;
        p->allocated += p->used[i].allocated;
    }
    return RSIFT_OK;
}

/* Our allocation, and what the simple rules would choose at the same budget. */
static rsift_status allocate(rs_plan *p, rsift_error *err)
{
    RS_TRY(allocate_ours(p, err));
    for (int r = 0; r < RS_N_RULES; r++) {
        p->simple[r] = rs_arena_calloc(p->arena, p->n_used + 1, sizeof *p->simple[r]);
        if (!p->simple[r]) return rs_err_nomem(err, "the recommendation");
        RS_TRY(
            rs_choose_by_rule(p->used, p->n_used, &p->rules, (rs_simple_rule)r, p->simple[r], err));
    }
    return RSIFT_OK;
}

size_t *rs_plan_order(const rs_plan *p, const int64_t *allocated)
{
    /* an insertion sort over some hundreds */
    size_t n = p->pool.n_candidates, *at = rs_arena_calloc(p->arena, n + 1, sizeof *at);
    for (size_t i = 0; at && i < n; i++) {
        size_t k = i;
        for (; k > 0; k--) {
            size_t before = at[k - 1];
            bool later = allocated[before] > allocated[i] ||
                         (allocated[before] == allocated[i] &&
                          rs_str_cmp(p->pool.candidates[before].id, p->pool.candidates[i].id) <= 0);
            if (later) break;
            at[k] = before;
        }
        at[k] = i;
    }
    return at;
}

/* Before any download in the order of choice, which is the order of what each adds. */
static rsift_status set_order(rs_plan *p, rsift_error *err)
{
    p->order = rs_plan_order(p, p->of_candidate);
    if (!p->order) return rs_err_nomem(err, "the recommendation");
    while (p->n_order < p->pool.n_candidates && p->of_candidate[p->order[p->n_order]] > 0)
        p->n_order++;
    if (!p->pool.coarse) return RSIFT_OK;
    p->n_order = 0;
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
    if (job->store)
        return rs_err_set(err, RSIFT_E_ARG,
                          "nothing indexed here serves these goals under this licence, resolution "
                          "and sensors");
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
    if (p->pool.coarse) RS_TRY(rs_few_choose(p->job, &p->pool, &p->few, err));
    RS_TRY(set_rules(p, err));
    RS_TRY(allocate(p, err));
    if (p->allocated == 0) return nothing_serves(p, err);
    RS_TRY(set_order(p, err));
    RS_TRY(rs_plan_put_answer(p, json, n_unserved, err));
    return rs_plan_put_recipe(p, recipe, err);
}

rsift_status rs_decide_recommend(const rs_recommend_job *job, rs_buf *json, rs_buf *recipe,
                                 int64_t *n_unserved, rsift_error *err)
{
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
