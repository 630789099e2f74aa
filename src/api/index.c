/* rsift_index: the public call. */
#include "index/index.h"

#include "codec/json.h"

#include <inttypes.h>

static rs_str given(const char *s)
{
    return s ? rs_str_of(s) : (rs_str){NULL, 0};
}

static rsift_status check_options(const rsift_index_options *o, rsift_error *err)
{
    if (!o->path) return rs_err_set(err, RSIFT_E_ARG, "index wants a path");
    if (o->n_units < 0 || (o->n_units > 0 && (o->unit < 1 || o->unit > o->n_units)))
        return rs_err_set(err, RSIFT_E_ARG, "--unit %d/%d: the unit goes from 1 to N", o->unit,
                          o->n_units);
    if (o->role && !rs_str_eq(given(o->role), RS_STR("train")) &&
        !rs_str_eq(given(o->role), RS_STR("eval")))
        return rs_err_set(err, RSIFT_E_ARG, "--role is train or eval, found \"%s\"", o->role);
    if (o->name) {
        rs_str name = given(o->name);
        for (size_t i = 0; i < name.len; i++) {
            char c = name.ptr[i];
            if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
                c == '.')
                continue;
            return rs_err_set(err, RSIFT_E_ARG,
                              "--name may hold a-z, 0-9, '-', '_' and '.', found \"%s\"", o->name);
        }
    }
    return RSIFT_OK;
}

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
        for (size_t i = 0; i < plan->n_sources; i++) {
            if (!rs_str_eq(plan->sources[i].id, there)) continue;
            status = rs_err_set(err, RSIFT_E_ARG,
                                "\"%.*s\" of %.*s is indexed already from %.*s; index one copy, or "
                                "name another --workspace",
                                RS_STR_ARG(there), RS_STR_ARG(plan->release_id), RS_STR_ARG(root));
            rs_result_close(result);
            return status;
        }
    }
    rs_result_close(result);
    return status == RSIFT_END ? RSIFT_OK : status;
}

/* Root of the release in the workspace, when it is another one than the plan's; else ptr NULL. */
static rsift_status other_root(rs_store *store, rs_plan *plan, rs_str *root, rsift_error *err)
{
    rs_arg id = {.type = RS_ARG_STR, .str = plan->release_id};
    rs_result *result;
    *root = (rs_str){NULL, 0};
    RS_TRY(rs_store_query(store, RS_STR("SELECT root FROM release WHERE release_id = $1"), &id, 1,
                          &result, err));
    rsift_status status;
    while ((status = rs_result_next(result, err)) == RSIFT_OK)
        if (!rs_str_eq(rs_result_str(result, 0), plan->roots[0]))
            *root = rs_arena_str(&plan->arena, rs_result_str(result, 0));
    rs_result_close(result);
    return status == RSIFT_END ? RSIFT_OK : status;
}

/* Other sources of a release may lie in another folder (train here, test there): their rows are
 * kept apart as "@zenodo" and "@zenodo-2". */
static rsift_status settle_release_id(rsift_context *context, rs_plan *plan, rsift_error *err)
{
    rs_store *store;
    RS_TRY(rs_session_store(context, RS_STORE_READ, false, &store, err));
    rs_str base = plan->release_id;
    rsift_status status = RSIFT_OK;
    for (int n = 2; status == RSIFT_OK; n++) {
        rs_str root;
        status = other_root(store, plan, &root, err);
        if (status != RSIFT_OK || !root.ptr) break;
        status = refuse_copy(store, plan, root, err);
        if (status != RSIFT_OK) break;
        plan->release_id = rs_arena_printf(&plan->arena, "%.*s-%d", RS_STR_ARG(base), n);
        if (!plan->release_id.ptr) status = rs_err_nomem(err, "a plan");
    }
    rs_store_close(store);
    return status;
}

static void put_count(rs_buf *b, const char *key, int64_t n)
{
    rs_json_put_key(b, key);
    rs_buf_i64(b, n);
}

static void put_report(rs_buf *b, const rs_plan *plan, const rs_index_report *r)
{
    rs_buf_cstr(b, "{\"schema\":\"rsift.index/1\"");
    rs_json_put_key(b, "release_id");
    rs_json_put_str(b, plan->release_id);
    rs_json_put_key(b, "dataset");
    rs_json_put_str(b, plan->dataset_id);
    rs_json_put_key(b, "root");
    rs_json_put_str(b, plan->roots[0]);
    put_count(b, "pictures", r->n_pictures);
    put_count(b, "samples", r->n_samples);
    put_count(b, "sources", r->n_sources);
    put_count(b, "sources_kept", r->n_sources_kept);
    rs_json_put_key(b, "records");
    rs_buf_char(b, '{');
    put_count(b, "seen", r->counts.seen);
    put_count(b, "used", r->counts.used);
    put_count(b, "merged", r->counts.merged);
    put_count(b, "skipped", r->counts.skipped);
    put_count(b, "set_aside", r->counts.set_aside);
    rs_buf_char(b, '}');
    rs_json_put_key(b, "findings");
    rs_buf_char(b, '{');
    put_count(b, "note", r->n_findings[RS_NOTE]);
    put_count(b, "warning", r->n_findings[RS_WARNING]);
    put_count(b, "serious", r->n_findings[RS_SERIOUS]);
    rs_buf_char(b, '}');
    rs_json_put_key(b, "missing");
    rs_buf_char(b, '[');
    for (size_t i = 0; i < plan->n_missing; i++) {
        rs_buf_cstr(b, i ? ",{" : "{");
        rs_json_put_key(b, "source");
        rs_json_put_str(b, plan->missing[i].source);
        rs_json_put_key(b, "file");
        rs_json_put_str(b, plan->missing[i].pattern);
        rs_buf_char(b, '}');
    }
    rs_buf_cstr(b, "]}");
}

rsift_status rsift_index(rsift_context *context, const rsift_index_options *o, rsift_answer *out,
                         rsift_error *err)
{
    *out = (rsift_answer){0};
    RS_TRY(check_options(o, err));
    rs_arena arena = {0};
    rs_plan_choice choice = {.path = given(o->path),
                             .dataset = given(o->dataset),
                             .release = given(o->release),
                             .reader = given(o->reader),
                             .name = given(o->name),
                             .images = given(o->images),
                             .licence = given(o->licence),
                             .role = given(o->role),
                             .split = given(o->split)};
    rs_str *params = rs_arena_calloc(&arena, o->n_params + 1, sizeof *params);
    rs_plan *plan = NULL;
    rs_store *store = NULL;
    rs_buf buf = {0};
    rsift_status status = params ? RSIFT_OK : rs_err_nomem(err, "a plan");
    for (size_t i = 0; params && i < o->n_params; i++) params[i] = rs_str_of(o->params[i]);
    choice.params = params;
    choice.n_params = o->n_params;
    if (status == RSIFT_OK) status = rs_plan_make(context, &choice, &plan, err);
    if (status == RSIFT_OK) status = rs_session_store(context, RS_STORE_PARTS, true, &store, err);
    if (status == RSIFT_OK) status = settle_release_id(context, plan, err);
    rs_index_run_options options = {
        .unit = o->unit, .n_units = o->n_units, .no_text = o->no_text, .no_hash = o->no_hash};
    rs_index_report report;
    if (status == RSIFT_OK) status = rs_index_run(context, store, plan, &options, &report, err);
    if (status == RSIFT_OK) {
        put_report(&buf, plan, &report);
        status = rs_session_answer(&buf, out, err);
    }
    rs_buf_fini(&buf);
    rs_store_close(store);
    rs_plan_free(plan);
    rs_arena_fini(&arena);
    return status;
}
