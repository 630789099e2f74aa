/* Splits by what was typed: see split.h. */
#include "decide/split.h"

#include "base/buf.h"

enum { SHOWN = 120 }; /* bytes of a list in a message */

/* A search for a split of a dataset. */
typedef struct search {
    rs_store *store;
    rs_str dataset, typed;
    rs_arena *arena; /* of the answer */
    rs_buf all;      /* "scheme/name" of the dataset, or names where there is one scheme */
    rs_buf alike;    /* of those that were typed */
    size_t n_alike;
} search;

static void put_name(rs_buf *to, rs_str scheme, rs_str name)
{
    if (to->len >= SHOWN) return; /* as many as a message holds */
    if (to->len) rs_buf_cstr(to, ", ");
    if (scheme.len) rs_buf_printf(to, "%.*s/", RS_STR_ARG(scheme));
    rs_buf_str(to, name);
}

/* Lists the dataset's splits; those that `typed` means are counted, the last one is *out. */
static rsift_status list_splits(search *f, rs_split *out, rsift_error *err)
{
    static const char sql[] =
        "SELECT scheme, name, count(DISTINCT scheme) OVER () FROM (SELECT DISTINCT p.scheme, "
        "p.name FROM split p JOIN sample s USING (sample_id) WHERE s.dataset = $1) ORDER BY 1, 2";
    const rs_arg arg = {.type = RS_ARG_STR, .str = f->dataset};
    const size_t slash = rs_str_find_char(f->typed, '/');
    rs_result *rows;
    RS_TRY(rs_store_query(f->store, rs_str_of(sql), &arg, 1, &rows, err));
    rsift_status status;
    while ((status = rs_result_next(rows, err)) == RSIFT_OK) {
        const rs_str scheme = rs_result_str(rows, 0), name = rs_result_str(rows, 1);
        put_name(&f->all, rs_result_i64(rows, 2) > 1 ? scheme : RS_STR(""), name);
        const bool alike = slash == RS_NPOS
                               ? rs_str_eq(name, f->typed)
                               : rs_str_eq(scheme, rs_str_sub(f->typed, 0, slash)) &&
                                     rs_str_eq(name, rs_str_sub(f->typed, slash + 1, f->typed.len));
        if (!alike) continue;
        put_name(&f->alike, scheme, name);
        f->n_alike++;
        *out = (rs_split){rs_arena_str(f->arena, scheme), rs_arena_str(f->arena, name)};
        if (!out->scheme.ptr || !out->name.ptr) status = rs_err_nomem(err, "a split");
        if (status != RSIFT_OK) break;
    }
    rs_result_close(rows);
    if (status != RSIFT_END) return status;
    return f->all.failed || f->alike.failed ? rs_err_nomem(err, "splits") : RSIFT_OK;
}

rsift_status rs_decide_find_split(rs_store *store, rs_str dataset, rs_str typed, rs_arena *arena,
                                  rs_split *out, rsift_error *err)
{
    search f = {.store = store, .dataset = dataset, .typed = typed, .arena = arena};
    char quoted[RS_QUOTE_SIZE];
    rs_err_quote(quoted, typed);
    rsift_status status = list_splits(&f, out, err);
    if (status == RSIFT_OK && f.n_alike == 0)
        status = rs_err_set(err, RSIFT_E_ARG, "%.*s has no split \"%s\" here; it has %.*s",
                            RS_STR_ARG(dataset), quoted, f.all.len ? (int)f.all.len : 4,
                            f.all.len ? f.all.ptr : "none");
    if (status == RSIFT_OK && f.n_alike > 1)
        status = rs_err_set(err, RSIFT_E_ARG,
                            "%zu schemes of %.*s have a split \"%s\"; name one of %.*s", f.n_alike,
                            RS_STR_ARG(dataset), quoted, RS_STR_ARG(rs_buf_view(&f.alike)));
    rs_buf_fini(&f.all);
    rs_buf_fini(&f.alike);
    return status;
}

rsift_status rs_decide_find_eval_part(rs_store *store, rs_str dataset, rs_str typed,
                                      rs_arena *arena, rs_eval_part *out, rsift_error *err)
{
    const rs_str none = RS_STR("");
    *out = (rs_eval_part){{none, none}, none};
    if (typed.len) return rs_decide_find_split(store, dataset, typed, arena, &out->split, err);
    const rs_arg arg = {.type = RS_ARG_STR, .str = dataset};
    rs_result *rows;
    RS_TRY(rs_store_query(
        store, RS_STR("SELECT count(*) FROM sample WHERE dataset = $1 AND role = 'eval'"), &arg, 1,
        &rows, err));
    const rsift_status status = rs_result_next(rows, err);
    if (status == RSIFT_OK && rs_result_i64(rows, 0) > 0) out->role = RS_STR("eval");
    rs_result_close(rows);
    return status;
}
