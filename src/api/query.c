/* rsift_query: SQL over the workspace, as JSON or as an Arrow C stream. */
#include "session/session.h"

#include "codec/json.h"

static void put_row(rs_buf *b, rs_result *result)
{
    rs_buf_char(b, '{');
    for (size_t c = 0; c < rs_result_n_columns(result); c++) {
        if (c) rs_buf_char(b, ',');
        rs_json_put_str(b, rs_result_name(result, c));
        rs_buf_char(b, ':');
        rs_result_json(result, c, b);
    }
    rs_buf_char(b, '}');
}

static rsift_status query_json(rs_store *store, rs_str sql, rs_buf *b, rsift_error *err)
{
    rs_result *result;
    RS_TRY(rs_store_query(store, sql, NULL, 0, &result, err));
    rsift_status status;
    rs_buf_char(b, '[');
    for (size_t n = 0; (status = rs_result_next(result, err)) == RSIFT_OK; n++) {
        rs_buf_cstr(b, n ? ",\n " : "");
        put_row(b, result);
    }
    rs_buf_char(b, ']');
    rs_result_close(result);
    return status == RSIFT_END ? RSIFT_OK : status;
}

rsift_status rsift_query(rsift_context *context, const char *sql, rsift_answer *out,
                         rsift_error *err)
{
    *out = (rsift_answer){0};
    rs_store *store;
    RS_TRY(rs_session_store(context, RS_STORE_READ, false, &store, err));
    rs_buf b = {0};
    rsift_status status = query_json(store, rs_str_of(sql), &b, err);
    if (status == RSIFT_OK) status = rs_session_answer(&b, out, err);
    rs_buf_fini(&b);
    rs_store_close(store);
    return status;
}

rsift_status rsift_query_arrow(rsift_context *context, const char *sql,
                               struct ArrowArrayStream *stream, rsift_error *err)
{
    rs_store *store;
    RS_TRY(rs_session_store(context, RS_STORE_READ, false, &store, err));
    rsift_status status = rs_store_arrow(store, rs_str_of(sql), stream, err);
    rs_store_close(store); /* the stream keeps what it needs */
    return status;
}
