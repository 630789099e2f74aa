/* Sources by name and with their supply; see sources.h. */
#include "decide/sources.h"

#include "codec/json_writer.h"

#include <inttypes.h>
#include <stdlib.h>

/* ---- one source ------------------------------------------------------------------------------ */

static const rs_candidate *indexed_candidate(const rs_pool *pool, rs_str dataset, size_t *at)
{
    for (*at = 0; pool && *at < pool->n_candidates; ++*at)
        if (pool->candidates[*at].indexed && rs_str_eq(pool->candidates[*at].id, dataset))
            return &pool->candidates[*at];
    return NULL;
}

/* What the dataset, or its task, offers; each sample once. */
static int64_t supply_of(const rs_pool *pool, size_t candidate, const rs_source *source)
{
    int64_t n = 0;
    for (size_t i = 0; i < pool->n_offers; i++) {
        const rs_offer *o = &pool->offers[i];
        if (o->dataset != candidate) continue;
        if (source->has_task && pool->cells[o->cell].task != source->task) continue;
        n += o->n;
    }
    return n;
}

rsift_status rs_source_of(const rs_pool *pool, rs_str name, rs_source *out, rsift_error *err)
{
    char quoted[RS_QUOTE_SIZE];
    const size_t colon = rs_str_find_char(name, ':');
    *out = (rs_source){.name = name,
                       .dataset = rs_str_sub(name, 0, colon == RS_NPOS ? name.len : colon),
                       .has_task = colon != RS_NPOS,
                       .supply = -1};
    if (out->has_task && !rs_model_task_parse(rs_str_sub(name, colon + 1, name.len), &out->task))
        return rs_err_set(err, RSIFT_E_ARG,
                          "\"%s\" is no DATASET:TASK; `rsift list --goals` has the tasks",
                          rs_err_quote(quoted, name));
    size_t at;
    if (indexed_candidate(pool, out->dataset, &at)) out->supply = supply_of(pool, at, out);
    return RSIFT_OK;
}

void rs_source_put_entry(rs_buf *recipe, const rs_source *source, int64_t samples)
{
    rs_buf_cstr(recipe, "  - {id: ");
    rs_json_put_str(recipe, source->dataset);
    if (source->has_task) rs_buf_printf(recipe, ", tasks: [%s]", rs_model_task_name(source->task));
    rs_buf_printf(recipe, ", samples: %" PRId64 "}\n", samples);
}

/* ---- all ------------------------------------------------------------------------------------- */

static int by_name(const void *a, const void *b)
{
    const rs_source *x = a, *y = b;
    return rs_str_cmp(x->name, y->name);
}

static rsift_status add_source(const rs_pool *pool, rs_str name, rs_sources *out, size_t *cap,
                               rsift_error *err)
{
    rs_source source;
    RS_TRY(rs_source_of(pool, name, &source, err));
    if (!rs_arena_grow(pool->arena, (void **)&out->items, cap, out->n + 1, sizeof *out->items))
        return rs_err_nomem(err, "the sources");
    out->items[out->n++] = source;
    return RSIFT_OK;
}

/* Every dataset that can be chosen, or each of its tasks that has something. */
static rsift_status add_all(const rs_pool *pool, bool by_task, rs_sources *out, size_t *cap,
                            rsift_error *err)
{
    for (size_t c = 0; c < pool->n_candidates; c++) {
        const rs_candidate *candidate = &pool->candidates[c];
        if (!candidate->indexed || candidate->left_out) continue;
        for (int t = 0; by_task && t < RS_N_TASKS; t++) {
            const rs_source of_task = {.has_task = true, .task = (rs_task)t};
            if (supply_of(pool, c, &of_task) == 0) continue;
            const rs_str name = rs_arena_printf(pool->arena, "%.*s:%s", RS_STR_ARG(candidate->id),
                                                rs_model_task_name((rs_task)t));
            if (!name.ptr) return rs_err_nomem(err, "the sources");
            RS_TRY(add_source(pool, name, out, cap, err));
        }
        if (!by_task) RS_TRY(add_source(pool, candidate->id, out, cap, err));
    }
    return RSIFT_OK;
}

/* A named source has to give something; why not is the pool's word. */
static rsift_status check_source(const rs_pool *pool, const rs_source *source, rsift_error *err)
{
    char quoted[RS_QUOTE_SIZE];
    size_t at;
    if (source->supply > 0) return RSIFT_OK;
    const rs_candidate *c = indexed_candidate(pool, source->dataset, &at);
    rs_err_quote(quoted, source->name);
    if (!c)
        return rs_err_set(err, RSIFT_E_ARG, "\"%s\" is not indexed; `rsift audit` lists what is",
                          quoted);
    return rs_err_set(err, RSIFT_E_ARG, "\"%s\" has nothing to give: %s", quoted,
                      c->left_out ? c->left_out : "no usable sample of this task");
}

rsift_status rs_sources_list(const rs_pool *pool, rs_texts names, bool by_task, rs_sources *out,
                             rsift_error *err)
{
    char quoted[RS_QUOTE_SIZE];
    size_t cap = 0;
    *out = (rs_sources){0};
    if (names.n == 0) RS_TRY(add_all(pool, by_task, out, &cap, err));
    for (size_t i = 0; i < names.n; i++) RS_TRY(add_source(pool, names.items[i], out, &cap, err));
    if (out->n) qsort(out->items, out->n, sizeof *out->items, by_name);
    for (size_t i = 0; i < out->n; i++) {
        RS_TRY(check_source(pool, &out->items[i], err));
        if (i > 0 && rs_str_eq(out->items[i].name, out->items[i - 1].name))
            return rs_err_set(err, RSIFT_E_ARG, "\"%s\" is named twice",
                              rs_err_quote(quoted, out->items[i].name));
        /* a dataset and its task would give the same samples twice */
        for (size_t k = 0; k < i; k++)
            if (rs_str_eq(out->items[i].dataset, out->items[k].dataset) &&
                !(out->items[i].has_task && out->items[k].has_task))
                return rs_err_set(err, RSIFT_E_ARG, "\"%s\" is part of another source",
                                  rs_err_quote(quoted, out->items[i].name));
    }
    return RSIFT_OK;
}
