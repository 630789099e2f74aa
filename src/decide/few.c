/* The terms of every candidate, and in words why one that could be had is not chosen. */
#include "decide/few.h"

#include "base/rng.h"

#include <inttypes.h>
#include <stdlib.h>

static const int64_t BYTES_IF_ALL_UNKNOWN = INT64_C(5000000000); /* guess */

/* ---- sizes ----------------------------------------------------------------------------------- */

static int by_size(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

/* The middle one of the known sizes of what is offered: what an unknown one costs as. */
static rsift_status middle_size(const rs_pool *p, const rs_dataset_terms *terms, int64_t *out,
                                rsift_error *err)
{
    int64_t *sizes = rs_arena_calloc(p->arena, p->n_candidates + 1, sizeof *sizes);
    if (!sizes) return rs_err_nomem(err, "the sizes");
    size_t n = 0;
    for (size_t i = 0; i < p->n_candidates; i++)
        if (terms[i].offered && !terms[i].held && terms[i].bytes >= 0) sizes[n++] = terms[i].bytes;
    qsort(sizes, n, sizeof *sizes, by_size);
    *out = n ? sizes[n / 2] : BYTES_IF_ALL_UNKNOWN;
    return RSIFT_OK;
}

/* "12.5 GB", as the message of a reason. */
static rs_str size_text(rs_arena *arena, int64_t bytes)
{
    const int64_t tenths = bytes / 100000000;
    if (tenths < 10) return rs_arena_printf(arena, "%" PRId64 " MB", (bytes + 500000) / 1000000);
    return rs_arena_printf(arena, "%" PRId64 ".%" PRId64 " GB", tenths / 10, tenths % 10);
}

/* ---- terms ----------------------------------------------------------------------------------- */

/* The largest share of the budget that one goal would want of the cell. */
static double wanted_of(const rs_pool *p, uint32_t cell)
{
    double shares = 0, most = 0;
    for (size_t i = 0; i < p->n_parts; i++) {
        shares += p->parts[i].share;
        if (p->parts[i].weights[cell] > 0 && p->parts[i].share > most) most = p->parts[i].share;
    }
    return shares > 0 ? most / shares : 0;
}

/* A goal's own training data asks what the goal asks: nothing is better, whoever wrote it. Samples
 * that show the same pictures again teach less: quality *= m / (m + wanted), m = different
 * pictures of the dataset, wanted = samples that its goal would take if it came from here alone. */
static void set_qualities(const rs_recommend_job *job, rs_pool *p)
{
    for (size_t i = 0; i < p->n_offers; i++) {
        const rs_candidate *c = &p->candidates[p->offers[i].dataset];
        if (c->first) p->offers[i].quality = 1;
        const double m = (double)(c->pictures > 0 ? c->pictures : c->usable);
        const double wanted = (double)job->budget * wanted_of(p, p->offers[i].cell);
        if (m > 0) p->offers[i].quality *= m / (m + wanted);
    }
}

static rs_dataset_terms *make_terms(const rs_recommend_job *job, const rs_pool *p)
{
    rs_dataset_terms *terms = rs_arena_calloc(p->arena, p->n_candidates + 1, sizeof *terms);
    for (size_t i = 0; terms && i < p->n_candidates; i++) {
        const rs_candidate *c = &p->candidates[i];
        const rs_id id = rs_hash128(c->id.ptr, c->id.len);
        terms[i] = (rs_dataset_terms){.bytes = c->bytes,
                                      .key = rs_rng_key((uint64_t)job->seed, id),
                                      .held = c->indexed,
                                      .first = c->first};
    }
    for (size_t i = 0; terms && i < p->n_offers; i++)
        if (p->cells[p->offers[i].cell].weight > 0) terms[p->offers[i].dataset].offered = true;
    return terms;
}

/* ---- allocating ------------------------------------------------------------------------------ */

static bool is_chosen(const rs_few *few, size_t candidate)
{
    for (size_t k = 0; k < few->answer.n_chosen; k++)
        if (few->answer.chosen[k].dataset == candidate) return true;
    return false;
}

/* The budget over the offers of the chosen datasets, in fine steps. */
static rsift_status allocate(const rs_pool *p, rs_few *few, rsift_error *err)
{
    rs_offer *chosen = rs_arena_calloc(p->arena, p->n_offers + 1, sizeof *chosen);
    size_t *at = rs_arena_calloc(p->arena, p->n_offers + 1, sizeof *at), n = 0;
    few->allocated = rs_arena_calloc(p->arena, p->n_offers + 1, sizeof *few->allocated);
    if (!chosen || !at || !few->allocated) return rs_err_nomem(err, "the allocation");
    for (size_t i = 0; i < p->n_offers; i++) {
        if (!is_chosen(few, p->offers[i].dataset)) continue;
        at[n] = i;
        chosen[n++] = p->offers[i];
    }
    RS_TRY(rs_choose_allocate(chosen, n, &few->rules, err));
    for (size_t i = 0; i < n; i++) few->allocated[at[i]] = chosen[i].allocated;
    return RSIFT_OK;
}

int rs_few_permille(double share)
{
    return (int)(share * 1000 + 0.5);
}

/* ---- reasons --------------------------------------------------------------------------------- */

/* Why the limits keep the dataset out; ptr NULL = they do not. */
static rs_str over_the_limits(const rs_recommend_job *job, const rs_pool *p,
                              const rs_dataset_terms *t, const rs_few *few)
{
    size_t n_new = 0;
    for (size_t i = 0; i < few->answer.n_chosen; i++)
        n_new += !p->candidates[few->answer.chosen[i].dataset].indexed;
    const rs_str most = size_text(p->arena, job->max_bytes);
    if (job->max_bytes >= 0 && t->bytes < 0)
        return rs_arena_printf(p->arena,
                               "nobody says how large its download is (asked: at most %.*s)",
                               RS_STR_ARG(most));
    if (job->max_bytes >= 0 && t->bytes > job->max_bytes)
        return rs_arena_printf(p->arena, "its download is %.*s (asked: at most %.*s)",
                               RS_STR_ARG(size_text(p->arena, t->bytes)), RS_STR_ARG(most));
    if (job->max_datasets && n_new >= job->max_datasets)
        return rs_arena_printf(p->arena, "%zu datasets are taken already", n_new);
    return (rs_str){NULL, 0};
}

static rs_str reason_of(const rs_recommend_job *job, const rs_pool *p, const rs_dataset_terms *t,
                        const rs_few *few, size_t at)
{
    if (!t->offered) return RS_STR("serves none of the goals");
    const int adds = rs_few_permille(few->answer.adds[at]), cost = rs_few_permille(few->cost[at]);
    rs_str limit = over_the_limits(job, p, t, few);
    const bool worth = few->answer.adds[at] > few->cost[at];
    if (!limit.ptr && worth && job->max_bytes >= 0)
        limit = rs_arena_printf(p->arena, "its %.*s no longer fit into the download",
                                RS_STR_ARG(size_text(p->arena, t->bytes)));
    if (limit.ptr)
        return rs_arena_printf(p->arena, "%.*s; it would add %d.%d %%", RS_STR_ARG(limit),
                               adds / 10, adds % 10);
    return rs_arena_printf(p->arena, "adds %d.%d %% and costs %d.%d %%", adds / 10, adds % 10,
                           cost / 10, cost % 10);
}

static bool gives_samples(const rs_pool *p, const rs_few *few, size_t candidate)
{
    for (size_t i = 0; i < p->n_offers; i++)
        if (p->offers[i].dataset == candidate && few->allocated[i] > 0) return true;
    return false;
}

static rsift_status explain(const rs_recommend_job *job, const rs_pool *p,
                            const rs_dataset_terms *terms, rs_few *few, rsift_error *err)
{
    for (size_t i = 0; i < p->n_candidates; i++) {
        const bool chosen = is_chosen(few, i);
        if (terms[i].held || p->candidates[i].left_out || (chosen && gives_samples(p, few, i)))
            continue;
        few->refused[i] = chosen ? RS_STR("the others' samples come before its own")
                                 : reason_of(job, p, &terms[i], few, i);
        if (!few->refused[i].ptr) return rs_err_nomem(err, "the reasons");
    }
    return RSIFT_OK;
}

/* ---- choosing -------------------------------------------------------------------------------- */

rsift_status rs_few_choose(const rs_recommend_job *job, rs_pool *p, rs_few *out, rsift_error *err)
{
    const size_t n = p->n_candidates;
    *out = (rs_few){.cost = rs_arena_calloc(p->arena, n + 1, sizeof *out->cost),
                    .refused = rs_arena_calloc(p->arena, n + 1, sizeof *out->refused)};
    out->answer.chosen = rs_arena_calloc(p->arena, n + 1, sizeof *out->answer.chosen);
    out->answer.adds = rs_arena_calloc(p->arena, n + 1, sizeof *out->answer.adds);
    double *weights = rs_arena_calloc(p->arena, p->n_cells + 1, sizeof *weights);
    rs_dataset_terms *terms = make_terms(job, p);
    if (!out->cost || !out->refused || !out->answer.chosen || !out->answer.adds || !weights ||
        !terms)
        return rs_err_nomem(err, "the choice of datasets");
    set_qualities(job, p);
    for (size_t c = 0; c < p->n_cells; c++) weights[c] = p->cells[c].weight;
    RS_TRY(middle_size(p, terms, &out->assumed_bytes, err));
    const rs_datasets_rules rules = {.allocation = {.budget = job->budget,
                                                    .n_datasets = n,
                                                    .n_cells = p->n_cells,
                                                    .weights = weights,
                                                    .related = p->related},
                                     .terms = terms,
                                     .max_bytes = job->max_bytes,
                                     .max_datasets = job->max_datasets ? job->max_datasets : n,
                                     .cost_each = RS_FEW_COST_EACH,
                                     .cost_per_gb = RS_FEW_COST_PER_GB,
                                     .assumed_bytes = out->assumed_bytes};
    RS_TRY(rs_choose_datasets(p->offers, p->n_offers, &rules, &out->answer, err));
    for (uint32_t i = 0; i < n; i++) out->cost[i] = rs_choose_dataset_cost(&rules, i);
    out->rules = rules.allocation;
    RS_TRY(allocate(p, out, err));
    return explain(job, p, terms, out, err);
}
