/* rsift_audit, rsift_duplicates, rsift_leaks. */
#include "session/session.h"

#include "decide/decide.h"

/* Borrowed names as a list; in the arena. */
static rsift_status texts_of(rs_arena *arena, const char *const *names, size_t n, rs_texts *out,
                             rsift_error *err)
{
    rs_str *items = rs_arena_alloc(arena, (n + 1) * sizeof *items);
    if (!items) return rs_err_nomem(err, "a list of names");
    for (size_t i = 0; i < n; i++) items[i] = rs_str_of(names[i]);
    *out = (rs_texts){.items = items, .n = n};
    return RSIFT_OK;
}

static rsift_status level_of(const char *name, rs_severity *level, rsift_error *err)
{
    *level = RS_WARNING;
    if (!name) return RSIFT_OK;
    for (int i = RS_NOTE; i <= RS_SERIOUS; i++) {
        if (!rs_str_eq(rs_str_of(name), rs_str_of(rs_model_severity_name((rs_severity)i))))
            continue;
        *level = (rs_severity)i;
        return RSIFT_OK;
    }
    return rs_err_set(err, RSIFT_E_ARG, "the level is note, warning or serious, found \"%s\"",
                      name);
}

typedef enum question { AUDIT, DUPLICATES, LEAKS } question;

static rsift_status ask(rsift_context *context, question what, const char *const *names, size_t n,
                        rs_severity level, rsift_answer *out, rsift_error *err)
{
    *out = (rsift_answer){0};
    rs_arena arena = {0};
    rs_texts texts = {0};
    rs_buf json = {0};
    const rs_catalog *catalog = NULL;
    rs_store *store = NULL;
    int64_t count = 0;
    rsift_status status = texts_of(&arena, names, n, &texts, err);
    if (status == RSIFT_OK) status = rs_session_catalog(context, &catalog, err);
    if (status == RSIFT_OK)
        status = rs_session_store(context, what == AUDIT ? RS_STORE_READ : RS_STORE_DECIDE, false,
                                  &store, err);
    if (status == RSIFT_OK) {
        switch (what) {
        case AUDIT:
            status = rs_decide_audit(store, catalog, texts, level, &json, &count, err);
            break;
        case DUPLICATES:
            status = rs_decide_duplicates(store, catalog, texts, &json, &count, err);
            break;
        case LEAKS: status = rs_decide_leaks(store, catalog, texts, &json, &count, err); break;
        }
    }
    rs_store_close(store);
    if (status == RSIFT_OK) status = rs_session_answer(&json, out, err);
    if (status == RSIFT_OK) out->n_findings = count > 1000000 ? 1000000 : (int)count;
    rs_buf_fini(&json);
    rs_arena_fini(&arena);
    return status;
}

rsift_status rsift_audit(rsift_context *context, const char *const *datasets, size_t n_datasets,
                         const char *level, rsift_answer *out, rsift_error *err)
{
    rs_severity at = RS_WARNING;
    *out = (rsift_answer){0};
    RS_TRY(level_of(level, &at, err));
    return ask(context, AUDIT, datasets, n_datasets, at, out, err);
}

rsift_status rsift_duplicates(rsift_context *context, const char *const *datasets,
                              size_t n_datasets, rsift_answer *out, rsift_error *err)
{
    return ask(context, DUPLICATES, datasets, n_datasets, RS_WARNING, out, err);
}

rsift_status rsift_leaks(rsift_context *context, const char *const *protect, size_t n_protect,
                         rsift_answer *out, rsift_error *err)
{
    return ask(context, LEAKS, protect, n_protect, RS_WARNING, out, err);
}
