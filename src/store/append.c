/* Filling a table of rsift.duckdb (or a temporary one) through DuckDB's appender.
 *
 * A flush of the appender silently cuts off the stream that its connection is reading. So rows go
 * through a connection and a transaction of their own, all or nothing; only inside the store's
 * transaction, and into temporary tables, they must use the store's connection, and an open stream
 * is taken into memory first. */
#include "store/internal.h"

#include "base/alloc.h"

typedef struct rs_append {
    rs_store *store;
    duckdb_connection own; /* NULL = the store's */
    duckdb_appender appender;
    rs_rows *rows;
} rs_append;

static rsift_status append_chunk(void *ctx, duckdb_data_chunk *chunk, rsift_error *err)
{
    rs_append *append = ctx;
    /* Any chunk may make the appender flush, which on the store's connection ends its stream. */
    if (!append->own) RS_TRY(rs_result_detach(append->store, err));
    if (duckdb_append_data_chunk(append->appender, *chunk) == DuckDBSuccess) return RSIFT_OK;
    return rs_duck_fail_data(err, duckdb_appender_error_data(append->appender), "appending rows");
}

static void free_append(rs_append *append)
{
    if (append->appender) (void)duckdb_appender_destroy(&append->appender);
    if (append->own) duckdb_disconnect(&append->own); /* rolls back what was not committed */
    rs_free(append);
}

/* False when the table is not one of rsift.duckdb, or the store's own transaction must be used. */
static bool open_own(rs_append *append, const char *table)
{
    if (append->store->in_transaction) return false;
    duckdb_state state = duckdb_connect(append->store->instance->db, &append->own);
    if (state == DuckDBSuccess)
        state =
            duckdb_appender_create_ext(append->own, "decisions", "main", table, &append->appender);
    if (state == DuckDBSuccess &&
        rs_duck_run(append->own, "BEGIN TRANSACTION", "appending rows", NULL) == RSIFT_OK)
        return true;
    /* A connection that was opened halfway is given back; the caller then tries the store's. */
    if (append->appender) (void)duckdb_appender_destroy(&append->appender);
    if (append->own) duckdb_disconnect(&append->own);
    append->appender = NULL;
    append->own = NULL;
    return false;
}

/* Columns are put by this version's list, so the file's table must have as many. */
static rsift_status open_append(rs_append *append, rs_table table, rsift_error *err)
{
    const rs_table_def *def = rs_store_table(table);
    /* Without catalogue and schema the name is looked up along the store's search path. */
    if (!open_own(append, def->name) &&
        duckdb_appender_create_ext(append->store->con, NULL, NULL, def->name, &append->appender) !=
            DuckDBSuccess) {
        if (!append->appender) return rs_err_nomem(err, "an appender");
        return rs_duck_fail_data(err, duckdb_appender_error_data(append->appender),
                                 "appending rows");
    }
    idx_t n = duckdb_appender_column_count(append->appender);
    if (n != def->n_columns)
        return rs_err_set(err, RSIFT_E_FORMAT,
                          "expected %zu columns, found %zu; rsift.duckdb is of another version",
                          def->n_columns, (size_t)n);
    duckdb_logical_type *types = rs_calloc(n, sizeof *types);
    if (!types) return rs_err_nomem(err, "rows");
    for (idx_t i = 0; i < n; i++) types[i] = duckdb_appender_column_type(append->appender, i);
    /* `types` belongs to the rows from here on, also when they cannot be made. */
    return rs_rows_new(table, types, append_chunk, append, &append->rows, err);
}

rsift_status rs_store_append(rs_store *store, rs_table table, rs_rows **out, rsift_error *err)
{
    *out = NULL;
    if (store->mode != RS_STORE_DECIDE)
        return rs_err_set(err, RSIFT_E_ARG, "the workspace is not open for deciding");
    rs_append *append = rs_calloc(1, sizeof *append);
    if (!append) return rs_err_nomem(err, "rows");
    append->store = store;
    rsift_status status = open_append(append, table, err);
    if (status != RSIFT_OK) {
        free_append(append);
        return rs_err_within(err, status, "table %s", rs_store_table(table)->name);
    }
    *out = append->rows;
    return RSIFT_OK;
}

rsift_status rs_store_append_end(rs_rows *rows, rsift_error *err)
{
    rs_append *append = rs_rows_context(rows);
    rsift_status status = rs_rows_finish(rows, err);
    /* Closing flushes what is left: the store's stream must be in memory before that. */
    if (status == RSIFT_OK && !append->own) status = rs_result_detach(append->store, err);
    if (status == RSIFT_OK && duckdb_appender_close(append->appender) != DuckDBSuccess)
        status =
            rs_duck_fail_data(err, duckdb_appender_error_data(append->appender), "appending rows");
    if (status == RSIFT_OK && append->own)
        status = rs_duck_run(append->own, "COMMIT", "appending rows", err);
    rs_rows_free(rows);
    free_append(append);
    return status;
}
