/* Indexed data as measured, and what all candidates are judged by. What the catalogue alone
 * tells is decide/stated.c. */
#include "decide/candidates.h"

#include "decide/ask.h"
#include "decide/protect.h"
#include "decide/stated.h"
#include "decide/usable.h"
#include "store/quote.h"

/* ---- filters --------------------------------------------------------------------------------- */

static bool licence_allows(rs_recipe_licence want, rs_licence_class class)
{
    if (want == RS_RECIPE_ANY || class == RS_LICENCE_OPEN) return true;
    return want == RS_RECIPE_RESEARCH && class != RS_LICENCE_RESTRICTED;
}

static bool sensors_match(rs_texts want, const rs_catalog_dataset *d)
{
    if (want.n == 0 || !d || d->sensors.n == 0) return true;
    for (size_t i = 0; i < want.n; i++)
        for (size_t k = 0; k < d->sensors.n; k++)
            if (rs_str_eq(want.items[i], d->sensors.items[k])) return true;
    return false;
}

static bool gsd_overlaps(const double want[2], const rs_catalog_dataset *d)
{
    if (!(want[1] > 0) || !d || !(d->gsd_m[1] > 0)) return true;
    return d->gsd_m[0] <= want[1] && d->gsd_m[1] >= want[0];
}

/* May the candidate not be chosen, whatever is in it? */
static bool is_refused(const rs_recommend_job *job, const rs_candidate *c)
{
    return !licence_allows(job->licence, c->licence) || !sensors_match(job->sensors, c->record) ||
           !gsd_overlaps(job->gsd_m, c->record);
}

/* Indexed datasets that licence, sensor or resolution refuse, as the table refused_dataset: of
 * exact duplicates none of theirs may be the one that stays. */
static rsift_status list_refused(const rs_recommend_job *job, const rs_pool *p, rsift_error *err)
{
    rs_buf sql = {0};
    rs_buf_cstr(&sql, "CREATE OR REPLACE TEMP TABLE refused_dataset(dataset VARCHAR);\n");
    for (size_t i = 0; i < p->n_candidates; i++) {
        if (!p->candidates[i].indexed || !is_refused(job, &p->candidates[i])) continue;
        rs_buf_cstr(&sql, "INSERT INTO refused_dataset VALUES (");
        rs_store_put_literal(&sql, p->candidates[i].id);
        rs_buf_cstr(&sql, ");\n");
    }
    const rsift_status status = sql.failed ? rs_err_nomem(err, "a statement")
                                           : rs_store_exec(job->store, rs_buf_view(&sql), err);
    rs_buf_fini(&sql);
    return status;
}

/* ---- measured -------------------------------------------------------------------------------- */

static rs_licence_class licence_of_word(rs_str word)
{
    for (int i = RS_LICENCE_UNKNOWN; i <= RS_LICENCE_RESTRICTED; i++)
        if (rs_str_eq(word, rs_str_of(rs_catalog_licence_class_name((rs_licence_class)i))))
            return (rs_licence_class)i;
    return RS_LICENCE_UNKNOWN;
}

static rs_origin origin_of_word(rs_str word)
{
    for (int i = RS_ORIGIN_UNKNOWN; i <= RS_ORIGIN_MIXED; i++)
        if (rs_str_eq(word, rs_str_of(rs_catalog_origin_name((rs_origin)i)))) return (rs_origin)i;
    return RS_ORIGIN_UNKNOWN;
}

static rsift_status read_releases(const rs_recommend_job *job, rs_pool *p, rsift_error *err)
{
    rs_result *result;
    RS_TRY(rs_decide_ask(job->store, "recommend", "releases", RS_STR(""), &result, err));
    rsift_status status;
    while ((status = rs_result_next(result, err)) == RSIFT_OK) {
        rs_candidate *c;
        status = rs_pool_add_candidate(p, rs_result_str(result, 0), &c, err);
        if (status != RSIFT_OK) break;
        c->indexed = true;
        c->record = rs_catalog_find(job->catalog, c->id);
        c->licence = licence_of_word(rs_result_str(result, 1));
        c->origin = origin_of_word(rs_result_str(result, 2));
        c->band = c->record ? rs_recommend_band(c->record->gsd_m) : 0;
    }
    rs_result_close(result);
    return status == RSIFT_END ? RSIFT_OK : status;
}

/* Usable samples per dataset, task and skill as SQL counted them; sums per candidate as well. */
static rsift_status read_offers(const rs_recommend_job *job, rs_pool *p, rsift_error *err)
{
    rs_result *result;
    RS_TRY(rs_decide_ask(job->store, "recommend", "supply", RS_STR(""), &result, err));
    rsift_status status;
    while ((status = rs_result_next(result, err)) == RSIFT_OK) {
        rs_candidate *c = rs_pool_find(p, rs_result_str(result, 0));
        rs_task task;
        /* a dataset that has gone from the workspace since, or a task of a newer version */
        if (!c || !rs_model_task_parse(rs_result_str(result, 1), &task)) continue;
        c->total += rs_result_i64(result, 3);
        c->eval += rs_result_i64(result, 4);
        c->leaks += rs_result_i64(result, 5);
        c->faulty += rs_result_i64(result, 6);
        c->unresolved += rs_result_i64(result, 7);
        const int64_t usable = rs_result_i64(result, 8);
        c->usable += usable;
        const rs_cell cell = rs_stated_cell(task, rs_result_str(result, 2));
        status = rs_pool_add_offer(p, (size_t)(c - p->candidates), &cell, usable, err);
        if (status != RSIFT_OK) break;
    }
    rs_result_close(result);
    return status == RSIFT_END ? RSIFT_OK : status;
}

static rsift_status read_warnings(const rs_recommend_job *job, rs_pool *p, rsift_error *err)
{
    rs_result *result;
    RS_TRY(rs_decide_ask(job->store, "recommend", "warnings", RS_STR(""), &result, err));
    rsift_status status;
    while ((status = rs_result_next(result, err)) == RSIFT_OK) {
        rs_candidate *c = rs_pool_find(p, rs_result_str(result, 0));
        if (c) c->warnings = rs_result_i64(result, 1);
    }
    rs_result_close(result);
    return status == RSIFT_END ? RSIFT_OK : status;
}

static rsift_status measure(const rs_recommend_job *job, rs_pool *p, rsift_error *err)
{
    RS_TRY(rs_protect_make(job->store, job->catalog, job->protect, err));
    RS_TRY(rs_protect_find_sample_leaks(job->store, err));
    RS_TRY(rs_decide_make_usable(job->store, job->catalog, err));
    RS_TRY(rs_decide_run_section(job->store, "recommend", "asserted", RS_STR(""), err));
    RS_TRY(rs_decide_run_section(job->store, "pool", "conflicts", RS_STR(""), err));
    RS_TRY(read_releases(job, p, err));
    RS_TRY(list_refused(job, p, err));
    RS_TRY(rs_decide_run_section(job->store, "recommend", "usable", RS_STR(""), err));
    RS_TRY(read_offers(job, p, err));
    return read_warnings(job, p, err);
}

/* ---- quality --------------------------------------------------------------------------------- */

/* Protected datasets of which the candidate may show pictures, by the catalogue alone. */
static rsift_status find_leaks(const rs_recommend_job *job, rs_arena *arena, rs_candidate *c,
                               rsift_error *err)
{
    const size_t n = rs_catalog_n(job->catalog);
    rs_str *names = rs_arena_calloc(arena, n + 1, sizeof *names);
    if (!names) return rs_err_nomem(err, "the candidates");
    size_t n_names = 0;
    for (size_t i = 0; c->record && i < n; i++) {
        const rs_catalog_dataset *d = rs_catalog_at(job->catalog, i);
        if (d != c->record && rs_protect_names_any(job->protect, d) &&
            rs_protect_shared_source(job->catalog, c->record, d).ptr)
            names[n_names++] = d->id;
    }
    c->may_leak = (rs_texts){names, n_names};
    return RSIFT_OK;
}

/* Quality of the candidate's samples in 0..1. quality = by_origin * (1 - share of samples with
 * warnings / 2) * 0.8 for each of: may leak, unknown resolution. The factors are guesses. */
static void judge(const rs_recommend_job *job, rs_candidate *c)
{
    static const double by_origin[] = {[RS_ORIGIN_UNKNOWN] = 0.5,
                                       [RS_ORIGIN_HUMAN] = 1,
                                       [RS_ORIGIN_TEMPLATE] = 0.7,
                                       [RS_ORIGIN_LLM] = 0.6,
                                       [RS_ORIGIN_MIXED] = 0.85}; /* guess */
    c->quality = by_origin[c->origin];
    if (c->indexed && c->total > 0) {
        double share = (double)c->warnings / (double)c->total;
        c->quality *= 1 - 0.5 * (share < 1 ? share : 1);
    }
    if (c->may_leak.n && !c->indexed) c->quality *= 0.8;
    if (job->gsd_m[1] > 0 && c->band == 0) c->quality *= 0.8;
}

/* Why the candidate cannot be chosen under what was asked; a reason of the catalogue stays. */
static rsift_status refuse(const rs_recommend_job *job, rs_arena *arena, rs_candidate *c,
                           rsift_error *err)
{
    if (c->left_out) return RSIFT_OK;
    if (!licence_allows(job->licence, c->licence)) {
        const rs_str reason = rs_arena_printf(arena, "its licence is %s (asked: %s)",
                                              rs_catalog_licence_class_name(c->licence),
                                              rs_recipe_licence_name(job->licence));
        c->left_out = reason.ptr ? rs_arena_cstr(arena, reason) : NULL;
        return c->left_out ? RSIFT_OK : rs_err_nomem(err, "the candidates");
    }
    if (!sensors_match(job->sensors, c->record)) c->left_out = "other sensors";
    else if (!gsd_overlaps(job->gsd_m, c->record)) c->left_out = "another ground sample distance";
    else if (c->indexed && c->usable == 0)
        c->left_out = c->unresolved ? "its pictures are not here (rsift link ID --images DIR)"
                                    : "nothing of it is usable for training";
    return RSIFT_OK;
}

/* Marks pairs of candidates that may show the same pictures. */
static rsift_status relate(const rs_catalog *catalog, rs_pool *p, rsift_error *err)
{
    size_t n = p->n_candidates;
    p->related = rs_arena_calloc(p->arena, n * n + 1, 1);
    if (!p->related) return rs_err_nomem(err, "the candidates");
    for (size_t a = 0; a < n; a++)
        for (size_t b = 0; b < n; b++) /* own data has no lineage: never related */
            if (a != b && p->candidates[a].record && p->candidates[b].record)
                p->related[a * n + b] = rs_protect_shared_source(catalog, p->candidates[a].record,
                                                                 p->candidates[b].record)
                                            .ptr != NULL;
    return RSIFT_OK;
}

/* Drops offers of candidates that cannot be chosen; the others get their quality. */
static void keep_choosable(rs_pool *p)
{
    size_t kept = 0;
    for (size_t i = 0; i < p->n_offers; i++) {
        const rs_candidate *c = &p->candidates[p->offers[i].dataset];
        if (c->left_out) continue;
        p->offers[kept] = p->offers[i];
        p->offers[kept++].quality = c->quality;
    }
    p->n_offers = kept;
}

rsift_status rs_pool_make(const rs_recommend_job *job, rs_arena *arena, rs_pool *out,
                          rsift_error *err)
{
    *out = (rs_pool){.arena = arena, .repeats = job->budget_in_images ? 1 : RS_ALLOCATION_REPEATS};
    if (job->store) RS_TRY(measure(job, out, err));
    RS_TRY(rs_pool_add_stated(job, out, err));
    for (size_t i = 0; i < out->n_candidates; i++) {
        rs_candidate *c = &out->candidates[i];
        RS_TRY(find_leaks(job, arena, c, err));
        judge(job, c);
        RS_TRY(refuse(job, arena, c, err));
    }
    if (!job->store) RS_TRY(rs_pool_offer_stated(out, err));
    keep_choosable(out);
    return relate(job->catalog, out, err);
}

rsift_status rs_pool_offer_others(rs_pool *pool, rsift_error *err)
{
    RS_TRY(rs_pool_offer_stated(pool, err));
    keep_choosable(pool);
    return RSIFT_OK;
}
