/* Statements over one Parquet file. DuckDB opens the file through the descriptor, so that no name
 * is read as a pattern and the bytes are those of the file that was listed. An engine has one
 * thread of its own: whoever fetches does the work, and rows come in file order. */
#include "store/columns_parts.h"

#include "base/ascii.h"

/* Copies a message of DuckDB's without the kind of error in front and without the descriptor's
 * name, which means nothing to anybody. */
static void without_descriptor(char *out, size_t size, rs_str message)
{
    static const rs_str name = {"/proc/self/fd/", 14};
    const size_t colon = rs_str_find(message, RS_STR("Error: "));
    if (colon != RS_NPOS && colon < 32) message = rs_str_sub(message, colon + 7, message.len);
    size_t n = 0;
    for (size_t i = 0; i < message.len && n + 1 < size;) {
        if (!rs_str_starts(rs_str_sub(message, i, message.len), name)) {
            out[n++] = message.ptr[i++];
            continue;
        }
        for (i += name.len; i < message.len && rs_ascii_is_digit(message.ptr[i]);) i++;
        /* with its quotes, and the blank before them */
        if (n && i < message.len && message.ptr[i] == out[n - 1]) {
            i++;
            n--;
        }
        if (n && out[n - 1] == ' ') n--;
    }
    out[n] = '\0';
}

/* What DuckDB says about a file that is not what it should be. */
static rsift_status blame(rsift_error *err, duckdb_error_type type, const char *message)
{
    rsift_error why = {0};
    char text[sizeof why.message];
    rsift_status status = rs_duck_fail(&why, type, message, "rows");
    without_descriptor(text, sizeof text, rs_str_of(why.message));
    if (status == RSIFT_E_NOMEM)
        return rs_err_set(err, RSIFT_E_LIMIT, "a row group larger than the memory for rows: %.160s",
                          text);
    if (status != RSIFT_E_CANCELLED && status != RSIFT_E_UNSUPPORTED) status = RSIFT_E_FORMAT;
    return rs_err_set(err, status, "%s", text);
}

void rs_columns_put_from(rs_buf *sql, int fd)
{
    rs_buf_printf(sql, " FROM read_parquet('/proc/self/fd/%d', file_row_number = true)", fd);
}

static rsift_status prepare(rs_columns_scan *scan, const char *sql, rsift_error *err)
{
    if (duckdb_prepare(scan->con, sql, &scan->prepared) != DuckDBSuccess)
        return blame(err, DUCKDB_ERROR_BINDER, duckdb_prepare_error(scan->prepared));
    duckdb_pending_result pending = NULL;
    rsift_status status = RSIFT_OK;
    if (duckdb_pending_prepared_streaming(scan->prepared, &pending) != DuckDBSuccess)
        status = blame(err, DUCKDB_ERROR_INVALID, duckdb_pending_error(pending));
    else if (duckdb_execute_pending(pending, &scan->result) != DuckDBSuccess)
        status =
            blame(err, duckdb_result_error_type(&scan->result), duckdb_result_error(&scan->result));
    duckdb_destroy_pending(&pending);
    return status;
}

rsift_status rs_columns_scan_open(const rs_columns_engine *engine, rs_buf *sql,
                                  rs_columns_scan *out, rsift_error *err)
{
    *out = (rs_columns_scan){0};
    rs_buf_char(sql, '\0');
    rsift_status status = RSIFT_OK;
    if (sql->failed || duckdb_connect(engine->db, &out->con) != DuckDBSuccess)
        status = rs_err_nomem(err, "a statement over rows");
    else out->open = true;
    /* DuckDB counts what waits to be fetched without its blobs: one chunk at a time is enough */
    if (status == RSIFT_OK)
        status = rs_duck_run(out->con, "SET streaming_buffer_size = '1KB'", "rows", err);
    if (status == RSIFT_OK) status = prepare(out, sql->ptr, err);
    rs_buf_fini(sql);
    if (status != RSIFT_OK) rs_columns_scan_close(out);
    return status;
}

rsift_status rs_columns_scan_next(rs_columns_scan *scan, rsift_error *err)
{
    if (scan->ended) return RSIFT_END;
    do {
        if (scan->chunk) duckdb_destroy_data_chunk(&scan->chunk);
        scan->n = 0;
        scan->chunk = duckdb_fetch_chunk(scan->result);
        scan->ended = !scan->chunk;
        const char *message = scan->chunk ? NULL : duckdb_result_error(&scan->result);
        if (message && *message)
            return blame(err, duckdb_result_error_type(&scan->result), message);
        if (!scan->chunk) return RSIFT_END;
        scan->n = duckdb_data_chunk_get_size(scan->chunk);
    } while (scan->n == 0);
    return RSIFT_OK;
}

void rs_columns_scan_close(rs_columns_scan *scan)
{
    if (!scan->open) return;
    if (scan->chunk) duckdb_destroy_data_chunk(&scan->chunk);
    duckdb_destroy_result(&scan->result);
    duckdb_destroy_prepare(&scan->prepared);
    duckdb_disconnect(&scan->con);
    *scan = (rs_columns_scan){0};
}

bool rs_columns_is_null(duckdb_vector vector, idx_t row)
{
    uint64_t *validity = duckdb_vector_get_validity(vector);
    return validity && !duckdb_validity_row_is_valid(validity, row);
}

rs_str rs_columns_str(duckdb_vector vector, idx_t row)
{
    duckdb_string_t *s = (duckdb_string_t *)duckdb_vector_get_data(vector) + row;
    return rs_str_make(duckdb_string_t_data(s), duckdb_string_t_length(*s));
}
