/* Embedded SQL in sections, and rows into JSON. */
#include "decide/ask.h"

#include "base/embedded.h"
#include "store/quote.h"

static rsift_status find(const char *name, rs_str *text, rsift_error *err)
{
    char path[128];
    snprintf(path, sizeof path, "src/decide/%s.sql", name);
    const rs_embedded *file = rs_embedded_find(path);
    if (!file) return rs_err_set(err, RSIFT_E_UNSUPPORTED, "%s is not built in", path);
    *text = rs_str_make((const char *)file->data, file->len);
    return RSIFT_OK;
}

/* Copies SQL text with every {tmp} replaced by the folder; it is inside a literal there. */
static void put_replaced(rs_buf *sql, rs_str text, rs_str tmp)
{
    for (size_t at; (at = rs_str_find(text, RS_STR("{tmp}"))) != RS_NPOS;) {
        rs_buf_str(sql, rs_str_sub(text, 0, at));
        rs_store_put_inside_literal(sql, tmp);
        text = rs_str_sub(text, at + 5, text.len);
    }
    rs_buf_str(sql, text);
}

rsift_status rs_decide_section(const char *name, const char *section, rs_str tmp, rs_buf *sql,
                               rsift_error *err)
{
    rs_str rest, line, wanted = rs_str_of(section);
    RS_TRY(find(name, &rest, err));
    /* lines between the section's title and the next title */
    bool inside = false, found = false;
    while (rs_str_line(&rest, &line)) {
        if (rs_str_starts(line, RS_STR("-- ["))) {
            rs_str title = rs_str_sub(line, 4, line.len);
            /* "-- [name]" and anything behind it */
            inside = title.len > wanted.len && title.ptr[wanted.len] == ']' &&
                     rs_str_starts(title, wanted);
            found = found || inside;
        } else if (inside) {
            put_replaced(sql, line, tmp);
            rs_buf_char(sql, '\n');
        }
    }
    RS_ASSERT(found);
    return sql->failed ? rs_err_nomem(err, "a statement") : RSIFT_OK;
}

rsift_status rs_decide_run(rs_store *store, const char *name, rs_str tmp, rsift_error *err)
{
    rs_str text;
    RS_TRY(find(name, &text, err));
    rs_buf sql = {0};
    put_replaced(&sql, text, tmp);
    rsift_status status = sql.failed ? rs_err_nomem(err, "a statement")
                                     : rs_store_exec(store, rs_buf_view(&sql), err);
    rs_buf_fini(&sql);
    return status == RSIFT_OK ? status : rs_err_within(err, status, "%s", name);
}

rsift_status rs_decide_run_section(rs_store *store, const char *name, const char *section,
                                   rs_str tmp, rsift_error *err)
{
    rs_buf sql = {0};
    rsift_status status = rs_decide_section(name, section, tmp, &sql, err);
    if (status == RSIFT_OK) status = rs_store_exec(store, rs_buf_view(&sql), err);
    rs_buf_fini(&sql);
    return status == RSIFT_OK ? status : rs_err_within(err, status, "%s, %s", name, section);
}

rsift_status rs_decide_ask(rs_store *store, const char *name, const char *section, rs_str tmp,
                           rs_result **out, rsift_error *err)
{
    rs_buf sql = {0};
    rsift_status status = rs_decide_section(name, section, tmp, &sql, err);
    if (status == RSIFT_OK) status = rs_store_query(store, rs_buf_view(&sql), NULL, 0, out, err);
    rs_buf_fini(&sql);
    return status == RSIFT_OK ? status : rs_err_within(err, status, "%s, %s", name, section);
}

rsift_status rs_decide_rows(rs_store *store, const char *name, const char *section,
                            rs_json_writer *json, rsift_error *err)
{
    rs_result *result;
    RS_TRY(rs_decide_ask(store, name, section, RS_STR(""), &result, err));
    rsift_status status;
    rs_json_begin_array(json);
    while ((status = rs_result_next(result, err)) == RSIFT_OK) {
        /* one row per line, so that answers can be compared by line */
        rs_json_blank(json, RS_DECIDE_LINE);
        rs_json_begin_object(json);
        for (size_t c = 0; c < rs_result_n_columns(result); c++) {
            rs_json_write_key_str(json, rs_result_name(result, c));
            rs_result_json(result, c, rs_json_value_buf(json));
        }
        rs_json_end_object(json);
    }
    rs_json_end_array(json);
    rs_result_close(result);
    return status == RSIFT_END ? RSIFT_OK : status;
}

rsift_status rs_decide_number(rs_store *store, const char *sql, int64_t *out, rsift_error *err)
{
    rs_result *result;
    RS_TRY(rs_store_query(store, rs_str_of(sql), NULL, 0, &result, err));
    rsift_status status = rs_result_next(result, err);
    if (status == RSIFT_OK) *out = rs_result_i64(result, 0);
    rs_result_close(result);
    return status == RSIFT_END ? rs_err_set(err, RSIFT_E_FORMAT, "an empty answer") : status;
}

const char *rs_decide_hint(char out[RS_DECIDE_HINT_SIZE], rs_str suggestion)
{
    out[0] = 0;
    if (suggestion.ptr)
        snprintf(out, RS_DECIDE_HINT_SIZE, "; did you mean %.*s?",
                 (int)(suggestion.len < 100 ? suggestion.len : 100), suggestion.ptr);
    return out;
}

/* The indexed dataset that is spelled like `dataset`, as a hint; "" when there is none. */
static rsift_status hint_indexed(rs_store *store, rs_str dataset, char hint[RS_DECIDE_HINT_SIZE],
                                 rsift_error *err)
{
    rs_result *result;
    RS_TRY(rs_store_query(store, RS_STR("SELECT DISTINCT dataset FROM release ORDER BY dataset"),
                          NULL, 0, &result, err));
    rsift_status status;
    size_t least = 4; /* three edits are a typo, four another name (rs_catalog_suggest) */
    hint[0] = 0;
    while ((status = rs_result_next(result, err)) == RSIFT_OK) {
        const rs_str indexed = rs_result_str(result, 0);
        if (rs_str_nearer(dataset, indexed, &least)) rs_decide_hint(hint, indexed);
    }
    rs_result_close(result);
    return status == RSIFT_END ? RSIFT_OK : status;
}

rsift_status rs_decide_check_indexed(rs_store *store, const rs_catalog *catalog, rs_str dataset,
                                     rsift_error *err)
{
    const rs_arg arg = {.type = RS_ARG_STR, .str = dataset};
    rs_result *result;
    RS_TRY(rs_store_query(store, RS_STR("SELECT count(*) FROM release WHERE dataset = $1"), &arg, 1,
                          &result, err));
    rsift_status status = rs_result_next(result, err);
    const bool indexed = status == RSIFT_OK && rs_result_i64(result, 0) > 0;
    rs_result_close(result);
    if (status != RSIFT_OK || indexed) return status;
    /* a dataset of the catalogue is spelled right: it only has to be indexed */
    char quoted[RS_QUOTE_SIZE], hint[RS_DECIDE_HINT_SIZE] = "";
    if (!rs_catalog_find(catalog, dataset)) RS_TRY(hint_indexed(store, dataset, hint, err));
    return rs_err_set(err, RSIFT_E_ARG, "dataset \"%s\" is not indexed here%s",
                      rs_err_quote(quoted, dataset),
                      hint[0] ? hint : "; `rsift index PATH` reads it");
}
