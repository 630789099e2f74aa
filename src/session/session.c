/* The context and the answers. */
#include "session/session.h"

#include "base/alloc.h"

const char *rsift_version(void)
{
    return RSIFT_VERSION;
}

static rsift_limits limits_of(const rsift_limits *given)
{
    rsift_limits limits = rsift_limits_default();
    if (!given) return limits;
    if (given->max_depth) limits.max_depth = given->max_depth;
    if (given->max_string) limits.max_string = given->max_string;
    if (given->max_record) limits.max_record = given->max_record;
    if (given->max_members) limits.max_members = given->max_members;
    if (given->max_pixels) limits.max_pixels = given->max_pixels;
    if (given->max_ratio) limits.max_ratio = given->max_ratio;
    if (given->max_spool) limits.max_spool = given->max_spool;
    if (given->max_archives) limits.max_archives = given->max_archives;
    if (given->max_findings) limits.max_findings = given->max_findings;
    return limits;
}

rsift_status rsift_context_new(const rsift_context_options *options, rsift_context **out,
                               rsift_error *err)
{
    *out = NULL;
    rsift_context *c = rs_calloc(1, sizeof *c);
    if (!c) return rs_err_nomem(err, "a context");
    c->n_threads = options->threads > 0 ? (size_t)options->threads : rs_run_n_cores();
    c->memory_mb = options->memory_mb > 0 ? options->memory_mb : 1024;
    c->limits = limits_of(options->limits);
    c->progress = options->progress;
    c->progress_user = options->progress_user;
    bool ok = true;
    if (options->workspace) {
        c->workspace = rs_arena_str(&c->arena, rs_str_of(options->workspace));
        ok = c->workspace.ptr != NULL;
    }
    c->catalogs = rs_arena_calloc(&c->arena, options->n_catalogs + 1, sizeof *c->catalogs);
    ok = ok && c->catalogs;
    for (size_t i = 0; ok && i < options->n_catalogs; i++) {
        c->catalogs[i] = rs_arena_cstr(&c->arena, rs_str_of(options->catalogs[i]));
        ok = c->catalogs[i] != NULL;
        c->n_catalogs++;
    }
    if (!ok) {
        rsift_context_free(c);
        return rs_err_nomem(err, "a context");
    }
    *out = c;
    return RSIFT_OK;
}

void rsift_context_free(rsift_context *context)
{
    if (!context) return;
    rs_catalog_close(context->catalog);
    rs_arena_fini(&context->arena);
    rs_free(context);
}

void rsift_cancel(rsift_context *context)
{
    atomic_store(&context->cancel.requested, true);
}

void rsift_answer_free(rsift_answer *answer)
{
    rs_free(answer->json);
    *answer = (rsift_answer){0};
}

rsift_status rs_session_catalog(rsift_context *context, const rs_catalog **out, rsift_error *err)
{
    if (!context->catalog)
        RS_TRY(rs_catalog_load(context->catalogs, context->n_catalogs, &context->catalog, err));
    *out = context->catalog;
    return RSIFT_OK;
}

rsift_status rs_session_store(rsift_context *context, rs_store_mode mode, bool create,
                              rs_store **out, rsift_error *err)
{
    *out = NULL;
    if (!context->workspace.ptr)
        return rs_err_set(
            err, RSIFT_E_ARG,
            "no workspace here; `rsift index PATH` makes one, --workspace DIR names one");
    rs_store_options options = {.memory_limit_mb = context->memory_mb,
                                .threads = (int)context->n_threads};
    return rs_store_open(context->workspace, mode, create, &options, out, err);
}

rs_progress *rs_session_progress(rsift_context *context, const char *what, const char *unit,
                                 int64_t n_total)
{
    return rs_progress_new(what, unit, n_total, context->progress, context->progress_user);
}

rsift_status rs_session_answer(rs_buf *json, rsift_answer *out, rsift_error *err)
{
    rs_buf_char(json, 0);
    if (json->failed) {
        rs_buf_fini(json);
        return rs_err_nomem(err, "the answer");
    }
    out->json = json->ptr;
    out->len = json->len - 1;
    *json = (rs_buf){0};
    return RSIFT_OK;
}
