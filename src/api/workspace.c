/* rsift_workspace_*: a folder's handle, and questions to it as Arrow streams. */
#include "api/handle.h"
#include "api/select.h"

#include "base/alloc.h"
#include "codec/json.h"

rs_session *rs_api_session(const rsift_workspace *workspace)
{
    rs_session *session = workspace->context->session;
    /* Several handles may share the context; the last call decides where it points. */
    session->workspace = workspace->dir;
    return session;
}

rsift_status rs_api_check_cancel(const rs_session *session, rsift_error *err)
{
    if (!rs_cancelled(&session->cancel)) return RSIFT_OK;
    return rs_err_set(err, RSIFT_E_CANCELLED, "cancelled; rsift_context_reset allows new work");
}

rsift_status rsift_workspace_open(rsift_context *context, const char *dir, rsift_mode mode,
                                  rsift_workspace **out, rsift_error *err)
{
    if (!out) return rs_err_set(err, RSIFT_E_ARG, "rsift_workspace_open: out is NULL");
    *out = NULL;
    if (!context) return rs_err_set(err, RSIFT_E_ARG, "rsift_workspace_open: context is NULL");
    if (mode < RSIFT_READ || mode > RSIFT_CREATE)
        return rs_err_set(err, RSIFT_E_ARG, "expected RSIFT_READ, RSIFT_WRITE or RSIFT_CREATE");
    RS_TRY(rs_api_check_cancel(context->session, err));
    rsift_workspace *w = rs_calloc(1, sizeof *w);
    if (!w) return rs_err_nomem(err, "a workspace");
    w->context = context;
    w->mode = mode;
    rsift_status status = RSIFT_OK;
    if (dir) {
        w->dir = rs_arena_str(&w->arena, rs_str_of(dir));
        status = w->dir.ptr ? RSIFT_OK : rs_err_nomem(err, "a workspace");
        /* Checked now, so that a wrong folder fails here and not at the first question; with
         * RSIFT_CREATE it may not exist yet. */
        if (status == RSIFT_OK && mode != RSIFT_CREATE) status = rs_store_check(w->dir, err);
    }
    if (status == RSIFT_OK) *out = w;
    else rsift_workspace_close(w);
    return status;
}

void rsift_workspace_close(rsift_workspace *workspace)
{
    if (!workspace) return;
    /* NULL is fine for each: all are opened on first use. */
    rs_tag_rules_free(workspace->tag_rules);
    rs_releases_free(workspace->releases);
    rs_positions_free(workspace->positions);
    rs_store_close(workspace->asking);
    rs_arena_fini(&workspace->arena);
    rs_free(workspace);
}

/* The store for questions; opened anew when a decision has appeared since. */
static rsift_status open_for_questions(rsift_workspace *workspace, rs_store **out, rsift_error *err)
{
    rs_session *session = rs_api_session(workspace);
    /* A reading store sees decisions as they were when it was opened. */
    if (workspace->asking && !rs_store_is_current(workspace->asking)) {
        rs_store_close(workspace->asking);
        workspace->asking = NULL;
    }
    if (!workspace->asking)
        RS_TRY(rs_session_store(session, session->unsafe_sql ? RS_STORE_READ : RS_STORE_ASK, false,
                                &workspace->asking, err));
    else RS_TRY(rs_store_prove(workspace->asking, err)); /* parts may have changed since */
    *out = workspace->asking;
    return RSIFT_OK;
}

rsift_status rs_api_question(rsift_workspace *workspace, rs_str sql, rs_store **out,
                             rsift_error *err)
{
    RS_TRY(open_for_questions(workspace, out, err));
    if (workspace->context->session->unsafe_sql) return RSIFT_OK;
    return rs_api_check_select(*out, sql, err);
}

rsift_status rs_api_lookup(rsift_workspace *workspace, rs_store **out, rsift_error *err)
{
    RS_TRY(open_for_questions(workspace, out, err));
    if (!workspace->positions)
        workspace->positions = rs_positions_new(workspace->context->session->memory_mb);
    if (!workspace->releases) workspace->releases = rs_releases_new();
    if (!workspace->positions || !workspace->releases) return rs_err_nomem(err, "a workspace");
    /* After an index run a release may have other files: plans go with the positions. */
    if (rs_positions_changed(workspace->positions, *out)) rs_releases_reset(workspace->releases);
    return RSIFT_OK;
}

/* One parameter of a question. */
static rsift_status read_parameter(const rs_json *v, rs_arg *out, rsift_error *err)
{
    bool flag;
    *out = (rs_arg){.type = RS_ARG_STR};
    switch (rs_json_kind(v)) {
    case RS_JSON_NULL: return RSIFT_OK;
    case RS_JSON_STR: out->str = rs_json_str(v); return RSIFT_OK;
    case RS_JSON_BOOL:
        rs_json_bool(v, &flag);
        *out = (rs_arg){.type = RS_ARG_BOOL, .i64 = flag};
        return RSIFT_OK;
    case RS_JSON_INT:
        out->type = RS_ARG_I64;
        if (rs_json_i64(v, &out->i64)) return RSIFT_OK;
        return rs_err_set(err, RSIFT_E_ARG, "expected an integer of at most 64 bits");
    /* A number beyond a double's range falls through to the error below. */
    case RS_JSON_REAL:
        out->type = RS_ARG_DOUBLE;
        if (rs_json_double(v, &out->real)) return RSIFT_OK;
        break;
    default: break;
    }
    return rs_err_set(err, RSIFT_E_ARG, "expected null, true, false, a number or a text, found %s",
                      rs_json_kind_name(rs_json_kind(v)));
}

/* The parameters of a question: a JSON array. */
static rsift_status read_parameters(rs_session *session, rs_arena *arena, const char *text,
                                    rs_arg **out, size_t *n, rsift_error *err)
{
    const rs_json *root;
    *n = 0;
    *out = NULL;
    if (!text) return RSIFT_OK;
    rsift_status status = rs_json_parse(arena, rs_str_of(text), &session->limits, &root, err);
    if (status == RSIFT_OK && rs_json_kind(root) != RS_JSON_ARRAY)
        status = rs_err_set(err, RSIFT_E_ARG, "expected a JSON array, found %s",
                            rs_json_kind_name(rs_json_kind(root)));
    if (status != RSIFT_OK) {
        /* The caller wrote the text: a mistake in it is not damaged data (E_FORMAT). */
        if (err) err->status = RSIFT_E_ARG;
        return rs_err_within(err, RSIFT_E_ARG, "parameters");
    }
    /* Element i of the array is $(i + 1) of the SQL. */
    *out = rs_arena_calloc(arena, rs_json_len(root) + 1, sizeof **out);
    if (!*out) return rs_err_nomem(err, "the parameters");
    rs_json_iter it = rs_json_each(root);
    for (const rs_json *v; (v = rs_json_next(&it, NULL)); ++*n) {
        status = read_parameter(v, &(*out)[*n], err);
        if (status != RSIFT_OK) return rs_err_within(err, status, "parameters > %zu", *n + 1);
    }
    return RSIFT_OK;
}

rsift_status rsift_workspace_query(rsift_workspace *workspace, const char *sql,
                                   const char *parameters, struct ArrowArrayStream *stream,
                                   rsift_error *err)
{
    if (!stream) return rs_err_set(err, RSIFT_E_ARG, "rsift_workspace_query: stream is NULL");
    /* A NULL release function marks a stream that holds nothing: a caller may test it after a
     * failure. */
    *stream = (struct ArrowArrayStream){0};
    if (!workspace || !sql)
        return rs_err_set(err, RSIFT_E_ARG, "rsift_workspace_query: %s is NULL",
                          workspace ? "sql" : "workspace");
    rs_arena arena = {0};
    rs_arg *args;
    size_t n_args;
    rs_store *store;
    rs_session *session = rs_api_session(workspace);
    rsift_status status = read_parameters(session, &arena, parameters, &args, &n_args, err);
    if (status == RSIFT_OK) status = rs_api_question(workspace, rs_str_of(sql), &store, err);
    if (status == RSIFT_OK) /* the stream keeps what it needs */
        status = rs_store_arrow(store, rs_str_of(sql), args, n_args, stream, err);
    rs_arena_fini(&arena);
    return status;
}
