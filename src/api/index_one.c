/* Indexing one release: see index_one.h. */
#include "api/index_one.h"

#include "api/index_preview.h"
#include "api/index_report.h"
#include "api/unit.h"
#include "index/release.h"

/* A sample has one id wherever its release lies: a second copy of a source would count it twice. */
static rsift_status refuse_copy(rs_store *store, const rs_plan *plan, rs_str root, rsift_error *err)
{
    rs_arg id = {.type = RS_ARG_STR, .str = plan->release_id};
    rs_result *result;
    RS_TRY(rs_store_query(
        store, RS_STR("SELECT DISTINCT source FROM reading WHERE release_id = $1 ORDER BY source"),
        &id, 1, &result, err));
    rsift_status status;
    while ((status = rs_result_next(result, err)) == RSIFT_OK) {
        rs_str there = rs_result_str(result, 0);
        /* A source that only one of the two has is no copy: the sources of a release may lie
         * in several folders. */
        for (size_t i = 0; i < plan->n_sources; i++) {
            if (!rs_str_eq(plan->sources[i].id, there)) continue;
            status = rs_err_set(
                err, RSIFT_E_ARG,
                "\"%.*s\" of %.*s is indexed already from %.*s: if that was moved, or "
                "this shall replace it, `rsift remove %.*s` first; else take another %s",
                RS_STR_ARG(there), RS_STR_ARG(plan->release_id), RS_STR_ARG(root),
                RS_STR_ARG(plan->dataset_id), plan->choice.reader.ptr ? "--name" : "--workspace");
            rs_result_close(result);
            return status;
        }
    }
    rs_result_close(result);
    return status == RSIFT_END ? RSIFT_OK : status;
}

/* Root of the release in the workspace, when it differs from the plan's; else ptr NULL. */
static rsift_status other_root(rs_store *store, rs_plan *plan, rs_str *root, rsift_error *err)
{
    rs_arg id = {.type = RS_ARG_STR, .str = plan->release_id};
    rs_result *result;
    rs_str *parts;
    size_t n_parts;
    *root = (rs_str){NULL, 0};
    /* most releases are new, which takes no question */
    RS_TRY(rs_part_list(store, plan->release_id, &plan->arena, &parts, &n_parts, err));
    if (n_parts == 0) return RSIFT_OK;
    RS_TRY(rs_store_query(store, RS_STR("SELECT root FROM release WHERE release_id = $1"), &id, 1,
                          &result, err));
    rsift_status status;
    while ((status = rs_result_next(result, err)) == RSIFT_OK)
        /* Copied, since the text of a result lives no longer than its row. */
        if (!rs_str_eq(rs_result_str(result, 0), plan->roots[0]))
            *root = rs_arena_str(&plan->arena, rs_result_str(result, 0));
    rs_result_close(result);
    return status == RSIFT_END ? RSIFT_OK : status;
}

/* Does the release hold a sample? A run that read nothing does not keep the name to itself. */
static rsift_status has_samples(rs_store *store, rs_str release_id, bool *out, rsift_error *err)
{
    rs_arg id = {.type = RS_ARG_STR, .str = release_id};
    rs_result *result;
    RS_TRY(rs_store_query(store, RS_STR("SELECT 1 FROM sample WHERE release_id = $1 LIMIT 1"), &id,
                          1, &result, err));
    rsift_status status = rs_result_next(result, err);
    *out = status == RSIFT_OK;
    rs_result_close(result);
    return status == RSIFT_END ? RSIFT_OK : status;
}

/* Through a store of its own, whose locks on the release end here. */
static rsift_status drop_release(rs_session *session, rs_str release_id, rsift_error *err)
{
    rs_store *parts;
    RS_TRY(rs_session_store(session, RS_STORE_PARTS, false, &parts, err));
    rsift_status status = rs_release_remove(parts, release_id, err);
    rs_store_close(parts);
    return status;
}

/* Other sources of a release may lie in another folder (train here, test there): their rows are
 * kept apart as "@zenodo" and "@zenodo-2". */
static rsift_status settle_release_id(rs_session *session, const rs_store *writing, rs_plan *plan,
                                      rsift_error *err)
{
    rs_store *store;
    RS_TRY(rs_session_reading(session, writing, &store, err));
    rs_str base = plan->release_id;
    rsift_status status = RSIFT_OK;
    /* Each turn tries the next id; it ends at the first one that is free or lies at this
     * root, so a second run over the same folder finds its own id again. */
    for (int n = 2; status == RSIFT_OK; n++) {
        rs_str root;
        status = other_root(store, plan, &root, err);
        if (status != RSIFT_OK || !root.ptr) break;
        bool kept = true;
        status = has_samples(store, plan->release_id, &kept, err);
        if (status == RSIFT_OK && !kept) {
            status = drop_release(session, plan->release_id, err);
            break;
        }
        if (status == RSIFT_OK) status = refuse_copy(store, plan, root, err);
        if (status != RSIFT_OK) break;
        plan->release_id = rs_arena_printf(&plan->arena, "%.*s-%d", RS_STR_ARG(base), n);
        if (!plan->release_id.ptr) status = rs_err_nomem(err, "a plan");
    }
    rs_store_close(store);
    return status;
}

/* Parts of the release that do not prove are taken out and made again by this run. */
static rsift_status repair(rs_store *store, const rs_plan *plan, size_t *n, rsift_error *err)
{
    char name[RS_INDEX_RELEASE_NAME];
    rs_index_release_name(plan, name);
    return rs_release_repair(store, plan->release_id, rs_str_of(name), n, err);
}

rsift_status rs_api_index_options(rs_call *call, rs_index_run_options *out, rsift_error *err)
{
    *out = (rs_index_run_options){.no_text = rs_call_flag(call, "no_text"),
                                  .no_hash = rs_call_flag(call, "no_hash"),
                                  .no_signals = rs_call_flag(call, "no_signals"),
                                  .hash = rs_call_flag(call, "hash")};
    rs_index_unit unit;
    RS_TRY(rs_api_read_unit(call, &unit, err));
    out->unit = unit.number;
    out->n_units = unit.of;
    if (out->hash && out->no_hash)
        return rs_err_set(err, RSIFT_E_ARG,
                          "--hash needs the hashes of bytes that --no-hash leaves out");
    return RSIFT_OK;
}

rsift_status rs_api_index_one(rs_call *call, const rs_plan_choice *choice, rsift_answer *out,
                              rsift_error *err)
{
    rs_index_run_options options;
    RS_TRY(rs_api_index_options(call, &options, err));
    /* NULL is fine for the closing functions below, wherever the chain stops. */
    rs_plan *plan = NULL;
    rs_store *store = NULL;
    rs_index_report report = {0};
    rsift_status status = rs_plan_make(call->session, choice, &plan, err);
    if (rs_call_flag(call, "dry_run")) {
        if (status == RSIFT_OK) status = rs_api_index_dry_answer(plan, out, err);
        rs_plan_free(plan);
        return status;
    }
    /* The workspace is made before the id is settled, which reads in it. */
    if (status == RSIFT_OK)
        status = rs_session_store(call->session, RS_STORE_PARTS, true, &store, err);
    size_t n_repaired = 0;
    if (status == RSIFT_OK) status = repair(store, plan, &n_repaired, err);
    if (status == RSIFT_OK) status = settle_release_id(call->session, store, plan, err);
    if (status == RSIFT_OK)
        status = rs_index_run(call->session, store, plan, &options, &report, err);
    if (status == RSIFT_OK && options.n_units <= 1 && report.n_samples == 0)
        status = rs_api_index_refuse_empty(call->session, store, plan, err);
    report.n_repaired = n_repaired;
    if (status == RSIFT_OK)
        status = rs_api_index_answer(call->session, store, plan, &report, out, err);
    rs_store_close(store);
    rs_plan_free(plan);
    return status;
}
