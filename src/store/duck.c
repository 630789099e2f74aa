/* Errors and plain statements of DuckDB's C API. Its messages may span lines and quote the full
 * statement; ours are one line. */
#include "store/internal.h"

static rsift_status status_of(duckdb_error_type type)
{
    switch (type) {
    case DUCKDB_ERROR_IO:
    case DUCKDB_ERROR_PERMISSION:
    case DUCKDB_ERROR_FATAL: return RSIFT_E_IO;
    case DUCKDB_ERROR_OUT_OF_MEMORY: return RSIFT_E_NOMEM;
    case DUCKDB_ERROR_INTERRUPT: return RSIFT_E_CANCELLED;
    case DUCKDB_ERROR_SERIALIZATION: return RSIFT_E_FORMAT;
    case DUCKDB_ERROR_NOT_IMPLEMENTED:
    case DUCKDB_ERROR_MISSING_EXTENSION:
    case DUCKDB_ERROR_AUTOLOAD: return RSIFT_E_UNSUPPORTED;
    default: return RSIFT_E_ARG;
    }
}

/* Blanks folded to one; DuckDB's picture of the statement ("LINE 1: ... ^") is left out. */
static void one_line(char *out, size_t size, const char *message)
{
    rs_str text = rs_str_of(message);
    text.len = text.len < rs_str_find(text, RS_STR("\n\nLINE "))
                   ? text.len
                   : rs_str_find(text, RS_STR("\n\nLINE "));
    size_t n = 0;
    for (size_t i = 0; i < text.len && n + 1 < size; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        /* Line breaks and tabs count as blanks; none are written at the front. */
        if (c > ' ') out[n++] = (char)c;
        else if (n > 0 && out[n - 1] != ' ') out[n++] = ' ';
    }
    /* messages of ours end without a full stop */
    while (n > 0 && (out[n - 1] == ' ' || out[n - 1] == '.')) n--;
    out[n] = '\0';
}

rsift_status rs_duck_fail(rsift_error *err, duckdb_error_type type, const char *message,
                          const char *doing)
{
    char line[400];
    one_line(line, sizeof line, message ? message : "unknown error of the database");
    /* some disk errors arrive under other types */
    rsift_status status =
        rs_str_starts(rs_str_of(line), RS_STR("IO Error")) ? RSIFT_E_IO : status_of(type);
    /* A cancel has the same words wherever it was noticed. */
    rs_err_set(err, status, "%.255s", status == RSIFT_E_CANCELLED ? "cancelled" : line);
    return rs_err_within(err, status, "%s", doing);
}

rsift_status rs_duck_fail_data(rsift_error *err, duckdb_error_data data, const char *doing)
{
    rsift_status status = rs_duck_fail(err, duckdb_error_data_error_type(data),
                                       duckdb_error_data_message(data), doing);
    duckdb_destroy_error_data(&data);
    return status;
}

rsift_status rs_duck_run(duckdb_connection con, const char *sql, const char *doing,
                         rsift_error *err)
{
    duckdb_result result = {0};
    rsift_status status = RSIFT_OK;
    if (duckdb_query(con, sql, &result) != DuckDBSuccess) {
        status = rs_duck_fail(err, duckdb_result_error_type(&result), duckdb_result_error(&result),
                              doing);
    }
    duckdb_destroy_result(&result);
    return status;
}

rsift_status rs_duck_run_buf(duckdb_connection con, rs_buf *sql, const char *doing,
                             rsift_error *err)
{
    rs_buf_char(sql, '\0');
    if (sql->failed) return rs_err_nomem(err, "a statement");
    return rs_duck_run(con, sql->ptr, doing, err);
}
