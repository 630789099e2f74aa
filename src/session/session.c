/* Making a session from a client's options, and what it makes on first use. */
#include "session/session.h"

#include "base/alloc.h"
#include "store/columns.h"

rsift_status rs_session_read_options(void *ours, size_t our_size, const void *theirs,
                                     const char *what, rsift_error *err)
{
    memset(ours, 0, our_size);
    /* `size` is the first field of every struct of options. */
    memcpy(ours, &our_size, sizeof our_size);
    if (!theirs) return RSIFT_OK;
    size_t size;
    memcpy(&size, theirs, sizeof size);
    /* 64 KiB: a field that was never filled in holds anything */
    if (size < sizeof size || size > (64u << 10) || size % sizeof size != 0)
        return rs_err_set(err, RSIFT_E_ARG,
                          "expected the size of the struct in %s.size (RSIFT_OPTIONS fills it in), "
                          "found %zu",
                          what, size);
    const char *bytes = theirs;
    /* A newer client's fields may be there as long as they ask for nothing. */
    for (size_t i = our_size; i < size; i++)
        if (bytes[i])
            return rs_err_set(err, RSIFT_E_ARG,
                              "%s has fields that this version of the library does not know", what);
    const size_t n = size < our_size ? size : our_size;
    memcpy((char *)ours + sizeof size, bytes + sizeof size, n - sizeof size);
    return RSIFT_OK;
}

/* The defaults, but for the fields that are given. */
static rsift_status read_limits(const rsift_limits *given, rsift_limits *limits, rsift_error *err)
{
    rsift_limits g;
    *limits = rsift_limits_default();
    RS_TRY(rs_session_read_options(&g, sizeof g, given, "rsift_limits", err));
    /* 0 = not given. */
    if (g.max_depth) limits->max_depth = g.max_depth;
    if (g.max_string) limits->max_string = g.max_string;
    if (g.max_record) limits->max_record = g.max_record;
    if (g.max_members) limits->max_members = g.max_members;
    if (g.max_pixels) limits->max_pixels = g.max_pixels;
    if (g.max_ratio) limits->max_ratio = g.max_ratio;
    if (g.max_spool) limits->max_spool = g.max_spool;
    if (g.max_archives) limits->max_archives = g.max_archives;
    if (g.max_findings) limits->max_findings = g.max_findings;
    if (g.max_nested) limits->max_nested = g.max_nested;
    if (g.max_image) limits->max_image = g.max_image;
    return RSIFT_OK;
}

/* Copies what the options point to into the session's arena. */
static rsift_status copy_texts(rs_session *s, const rsift_context_options *o, const char *workspace,
                               rsift_error *err)
{
    if (workspace) {
        s->workspace = rs_arena_str(&s->arena, rs_str_of(workspace));
        if (!s->workspace.ptr) return rs_err_nomem(err, "a session");
    }
    if (o->n_catalogs && !o->catalogs)
        return rs_err_set(err, RSIFT_E_ARG, "n_catalogs is %zu and catalogs is NULL",
                          o->n_catalogs);
    /* The texts are copied: the client may free its own as soon as the call returns. */
    s->catalogs = rs_arena_calloc(&s->arena, o->n_catalogs + 1, sizeof *s->catalogs);
    if (!s->catalogs) return rs_err_nomem(err, "a session");
    for (size_t i = 0; i < o->n_catalogs; i++) {
        if (!o->catalogs[i])
            return rs_err_set(err, RSIFT_E_ARG, "catalogs[%zu] is NULL, expected a folder", i);
        s->catalogs[i] = rs_arena_cstr(&s->arena, rs_str_of(o->catalogs[i]));
        if (!s->catalogs[i]) return rs_err_nomem(err, "a session");
        s->n_catalogs++;
    }
    return RSIFT_OK;
}

/* Far above any machine's cores, and below what a system grants one process. */
enum { MAX_THREADS = 1024 };

rsift_status rs_session_new(const rsift_context_options *options, const char *workspace,
                            rs_session **out, rsift_error *err)
{
    *out = NULL;
    rsift_context_options o;
    rsift_limits limits;
    RS_TRY(rs_session_read_options(&o, sizeof o, options, "rsift_context_options", err));
    RS_TRY(read_limits(o.limits, &limits, err));
    if (o.threads < 0 || o.threads > MAX_THREADS)
        return rs_err_set(err, RSIFT_E_ARG, "threads: expected 0 to %d, found %d", MAX_THREADS,
                          o.threads);
    if (o.memory_mb < 0)
        return rs_err_set(err, RSIFT_E_ARG, "memory_mb: expected 0 or more, found %d", o.memory_mb);
    rs_session *s = rs_calloc(1, sizeof *s);
    if (!s || !rs_budget_init(&s->images, limits.max_image)) {
        rs_free(s);
        return rs_err_nomem(err, "a session");
    }
    s->spare_threads = o.threads == 0;
    s->n_threads = o.threads > 0 ? (size_t)o.threads : rs_run_n_cores();
    s->memory_mb = o.memory_mb > 0 ? o.memory_mb : 1024;
    s->unsafe_sql = o.unsafe_sql != 0;
    s->limits = limits;
    s->progress = o.progress;
    s->progress_user = o.progress_user;
    /* Made here, because a cancel may come from a signal handler, which cannot allocate. */
    s->cancel.interrupts = rs_interrupts_new();
    rsift_status status = s->cancel.interrupts ? RSIFT_OK : rs_err_nomem(err, "a session");
    if (status == RSIFT_OK) status = copy_texts(s, &o, workspace, err);
    if (status != RSIFT_OK) {
        rs_session_free(s);
        return status;
    }
    *out = s;
    return RSIFT_OK;
}

void rs_session_free(rs_session *session)
{
    if (!session) return;
    rs_catalog_close(session->catalog);
    rs_interrupts_drop(session->cancel.interrupts);
    rs_budget_fini(&session->images);
    rs_arena_fini(&session->arena);
    rs_free(session);
}

rsift_status rs_session_catalog(rs_session *session, const rs_catalog **out, rsift_error *err)
{
    if (!session->catalog)
        RS_TRY(rs_catalog_load(session->catalogs, session->n_catalogs, &session->catalog, err));
    *out = session->catalog;
    return RSIFT_OK;
}

rsift_status rs_session_store(rs_session *session, rs_store_mode mode, bool create, rs_store **out,
                              rsift_error *err)
{
    *out = NULL;
    if (!session->workspace.ptr)
        return rs_err_set(
            err, RSIFT_E_ARG,
            "no workspace here; `rsift index PATH` makes one, --workspace DIR names one");
    rs_store_options options = {.memory_limit_mb = session->memory_mb,
                                .threads = (int)session->n_threads,
                                .spare_threads = session->spare_threads,
                                .lists_views = session->unsafe_sql,
                                .cancel = &session->cancel};
    return rs_store_open(session->workspace, mode, create, &options, out, err);
}

rsift_status rs_session_reading(rs_session *session, const rs_store *writing, rs_store **out,
                                rsift_error *err)
{
    rs_store_options options = {.memory_limit_mb = session->memory_mb,
                                .threads = (int)session->n_threads,
                                .spare_threads = session->spare_threads,
                                .cancel = &session->cancel,
                                .writing = writing};
    return rs_store_open(session->workspace, RS_STORE_READ, false, &options, out, err);
}

rsift_status rs_session_tree(const rs_session *session, rs_str path, rs_io_tree **out,
                             rsift_error *err)
{
    const rs_io_options options = {.limits = &session->limits, .rows = &rs_store_columns};
    return rs_io_tree_open(path, &options, out, err);
}

rs_progress *rs_session_progress(rs_session *session, const char *stage, const char *unit,
                                 int64_t n_total)
{
    return rs_progress_new(stage, unit, n_total, session->progress, session->progress_user);
}

rsift_status rs_session_answer(rs_buf *json, rsift_answer *out, rsift_error *err)
{
    rs_buf_char(json, 0);
    if (json->failed) {
        rs_buf_fini(json);
        return rs_err_nomem(err, "the answer");
    }
    /* The NUL behind the text is for clients in C; `len` does not count it. */
    out->json = json->ptr;
    out->len = json->len - 1;
    *json = (rs_buf){0};
    return RSIFT_OK;
}
