/* A query's answer as an Arrow C stream, on a connection of its own: the stream outlives the store
 * if its holder wants, and disturbs no other question. */
#include "rsift/arrow.h"
#include "store/internal.h"

#include "base/alloc.h"

#include <errno.h>

typedef struct arrow_stream {
    rs_instance *instance;
    rs_lock reading;
    duckdb_connection con;
    duckdb_prepared_statement prepared;
    duckdb_result result;
    duckdb_arrow_options options;
    rs_interrupts *interrupts; /* may outlive the context they come from */
    rs_interrupt interrupt;
    rsift_error error;
} arrow_stream;

static void interrupt_connection(void *ctx)
{
    duckdb_interrupt(ctx);
}

static void free_stream(arrow_stream *s)
{
    /* First, so that a cancel cannot reach a connection that is being closed. */
    rs_interrupts_remove(s->interrupts, &s->interrupt);
    rs_interrupts_drop(s->interrupts);
    if (s->options) duckdb_destroy_arrow_options(&s->options);
    duckdb_destroy_result(&s->result);
    if (s->prepared) duckdb_destroy_prepare(&s->prepared);
    if (s->con) duckdb_disconnect(&s->con);
    /* Last: the stream may be the only holder left, and then this closes the database. */
    rs_instance_drop(s->instance);
    rs_lock_drop(&s->reading, false);
    rs_free(s);
}

static int errno_of(rsift_status status)
{
    switch (status) {
    case RSIFT_OK: return 0;
    case RSIFT_E_NOMEM: return ENOMEM;
    case RSIFT_E_ARG: return EINVAL;
    case RSIFT_E_CANCELLED: return ECANCELED;
    default: return EIO;
    }
}

/* Writes the Arrow schema of the result's columns to *out. */
static rsift_status put_schema(arrow_stream *s, struct ArrowSchema *out)
{
    idx_t n = duckdb_column_count(&s->result);
    duckdb_logical_type *types = rs_calloc(n, sizeof *types);
    const char **names = rs_calloc(n, sizeof *names);
    rsift_status status = RSIFT_OK;
    if (!types || !names) {
        status = rs_err_nomem(&s->error, "an Arrow schema");
    } else {
        for (idx_t i = 0; i < n; i++) {
            /* Types are copies that are destroyed below; names belong to the result. */
            types[i] = duckdb_column_logical_type(&s->result, i);
            names[i] = duckdb_column_name(&s->result, i);
        }
        duckdb_error_data data = duckdb_to_arrow_schema(s->options, types, names, n, out);
        if (data) status = rs_duck_fail_data(&s->error, data, "an Arrow schema");
        for (idx_t i = 0; i < n; i++) duckdb_destroy_logical_type(&types[i]);
    }
    rs_free(types);
    rs_free(names);
    return status;
}

static int stream_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out)
{
    return errno_of(put_schema(stream->private_data, out));
}

static int stream_next(struct ArrowArrayStream *stream, struct ArrowArray *out)
{
    arrow_stream *s = stream->private_data;
    /* no release function = the end of the stream */
    *out = (struct ArrowArray){0}; /* released = the end */
    duckdb_data_chunk chunk = duckdb_fetch_chunk(s->result);
    if (!chunk) {
        /* There is no chunk at the end and after an error alike: only the message tells them
         * apart. */
        const char *message = duckdb_result_error(&s->result);
        if (!message || !message[0]) return 0;
        return errno_of(
            rs_duck_fail(&s->error, duckdb_result_error_type(&s->result), message, "query"));
    }
    duckdb_error_data data = duckdb_data_chunk_to_arrow(s->options, chunk, out);
    duckdb_destroy_data_chunk(&chunk);
    if (data) return errno_of(rs_duck_fail_data(&s->error, data, "an Arrow array"));
    return 0;
}

static const char *stream_error(struct ArrowArrayStream *stream)
{
    arrow_stream *s = stream->private_data;
    return s->error.message[0] ? s->error.message : NULL;
}

static void stream_release(struct ArrowArrayStream *stream)
{
    free_stream(stream->private_data);
    *stream = (struct ArrowArrayStream){0};
}

static rsift_status start(rs_store *store, arrow_stream *s, rs_str sql, const rs_arg *args,
                          size_t n_args, rsift_error *err)
{
    if (duckdb_connect(s->instance->db, &s->con) != DuckDBSuccess)
        return rs_err_nomem(err, "a connection to the database");
    s->interrupt = (rs_interrupt){.call = interrupt_connection, .ctx = s->con};
    s->interrupts = rs_interrupts_keep(store->interrupts);
    (void)rs_interrupts_add(s->interrupts, &s->interrupt);
    /* Variables and the search path belong to a connection: this one needs its own. */
    RS_TRY(rs_views_connect(store, s->con, err));
    RS_TRY(rs_store_prepare(store, s->con, sql, args, n_args, &s->prepared, err));
    RS_TRY(rs_store_execute(store, s->prepared, true, &s->result, err));
    s->options = duckdb_result_get_arrow_options(&s->result);
    return RSIFT_OK;
}

rsift_status rs_store_arrow(rs_store *store, rs_str sql, const rs_arg *args, size_t n_args,
                            struct ArrowArrayStream *stream, rsift_error *err)
{
    *stream = (struct ArrowArrayStream){0};
    if (!rs_store_reads(store))
        return rs_err_set(err, RSIFT_E_ARG, "the workspace is not open for reading");
    arrow_stream *s = rs_calloc(1, sizeof *s);
    if (!s) return rs_err_nomem(err, "an Arrow stream");
    /* A reference of the stream's own: the database stays open when the store is closed. */
    rs_instance_keep(store->instance);
    s->instance = store->instance;
    s->reading = rs_lock_share(store->dir.text);
    rsift_status status = start(store, s, sql, args, n_args, err);
    if (status != RSIFT_OK) {
        free_stream(s);
        return status;
    }
    *stream = (struct ArrowArrayStream){.get_schema = stream_schema,
                                        .get_next = stream_next,
                                        .get_last_error = stream_error,
                                        .release = stream_release,
                                        .private_data = s};
    return RSIFT_OK;
}
