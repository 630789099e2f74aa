/* Questions and their answers, row by row.
 *
 * A connection can stream one answer at a time and the next statement would cut it off. Temporary
 * tables and transactions belong to the connection, so a second one is no way out: what an open
 * stream still holds is moved into memory before anything else runs. */
#include "store/internal.h"

#include "base/alloc.h"

#include <math.h>
#include <time.h>

typedef struct rs_result_column {
    rs_vtype type;
    rs_str name;
    duckdb_vector vector;
    const void *data;
    uint64_t *validity;
} rs_result_column;

struct rs_result {
    rs_store *store;
    rs_lock reading; /* of mode ASK, whose stores stay open for long */
    duckdb_prepared_statement prepared;
    duckdb_result result;
    bool live;               /* draws from the connection */
    duckdb_data_chunk *kept; /* chunks moved into memory */
    size_t n_kept, cap_kept, i_kept;
    duckdb_data_chunk chunk;
    idx_t row, n_rows; /* row + 1 is next; row == n_rows before the first */
    bool started;
    rs_arena arena; /* types and names */
    rs_result_column *columns;
    size_t n_columns;
    rs_buf text; /* of a non-VARCHAR value asked as text */
    rs_str *strs;
    size_t cap_strs;
};

/* ---- preparing ------------------------------------------------------------------------------- */

/* Refuses LOAD and INSTALL always, and anything but SELECT from outside. */
static rsift_status check_statement(const rs_store *store, duckdb_statement_type type,
                                    rsift_error *err)
{
    /* extensions would bring code and a network */
    if (type == DUCKDB_STATEMENT_TYPE_LOAD)
        return rs_err_set(err, RSIFT_E_UNSUPPORTED, "extensions of the database are switched off");
    /* What EXPLAIN is about was looked at by the caller (api/select.c): the type hides it. */
    if (store->mode == RS_STORE_ASK && type != DUCKDB_STATEMENT_TYPE_SELECT &&
        type != DUCKDB_STATEMENT_TYPE_EXPLAIN)
        return rs_err_set(err, RSIFT_E_ARG,
                          "expected a SELECT: the workspace is read-only, and so is everything "
                          "outside it");
    return RSIFT_OK;
}

static rsift_status get_ready(rs_store *store, rsift_error *err)
{
    RS_TRY(rs_result_detach(store, err));
    if (store->views_ready) return RSIFT_OK;
    RS_TRY(rs_instance_make_ready(store, err)); /* mode PARTS: most stores ask nothing */
    RS_TRY(rs_views_connect(store, store->con, err));
    store->views_ready = true;
    return RSIFT_OK;
}

/* Binds one argument by its type to parameter i, counted from 1. */
static rsift_status bind_one(duckdb_prepared_statement prepared, idx_t i, const rs_arg *arg)
{
    duckdb_state state = DuckDBError;
    switch (arg->type) {
    case RS_ARG_STR:
        state = arg->str.ptr ? duckdb_bind_varchar_length(prepared, i, arg->str.ptr, arg->str.len)
                             : duckdb_bind_null(prepared, i);
        break;
    case RS_ARG_I64: state = duckdb_bind_int64(prepared, i, arg->i64); break;
    case RS_ARG_DOUBLE: state = duckdb_bind_double(prepared, i, arg->real); break;
    case RS_ARG_BOOL: state = duckdb_bind_boolean(prepared, i, arg->i64 != 0); break;
    case RS_ARG_ID: {
        /* Takes the plain 128 bits; only stored UUIDs have their top bit inverted. */
        duckdb_value value =
            duckdb_create_uuid((duckdb_uhugeint){.lower = arg->id.lo, .upper = arg->id.hi});
        state = duckdb_bind_value(prepared, i, value);
        duckdb_destroy_value(&value);
        break;
    }
    }
    return state == DuckDBSuccess ? RSIFT_OK : RSIFT_E_ARG;
}

static rsift_status bind_all(duckdb_prepared_statement prepared, const rs_arg *args, size_t n,
                             rsift_error *err)
{
    /* DuckDB would take NULL for a missing one */
    if (duckdb_nparams(prepared) != n)
        return rs_err_set(err, RSIFT_E_ARG, "expected %zu parameters, found %zu",
                          (size_t)duckdb_nparams(prepared), n);
    for (size_t i = 0; i < n; i++) {
        /* DuckDB counts parameters from 1. */
        if (bind_one(prepared, (idx_t)i + 1, &args[i]) != RSIFT_OK)
            return rs_err_set(err, RSIFT_E_ARG, "parameter %zu cannot be bound: %s", i + 1,
                              duckdb_prepare_error(prepared) ? duckdb_prepare_error(prepared)
                                                             : "wrong type");
    }
    return RSIFT_OK;
}

/* Statement i of several. */
static rsift_status prepare_one(const rs_store *store, duckdb_connection con,
                                duckdb_extracted_statements statements, idx_t i,
                                duckdb_prepared_statement *prepared, rsift_error *err)
{
    if (duckdb_prepare_extracted_statement(con, statements, i, prepared) != DuckDBSuccess) {
        /* A failed prepare has a message but no type; a file that cannot be read shows in it. */
        const char *message = duckdb_prepare_error(*prepared);
        bool io = message && rs_str_starts(rs_str_of(message), RS_STR("IO Error"));
        return rs_duck_fail(err, io ? DUCKDB_ERROR_IO : DUCKDB_ERROR_BINDER, message, "query");
    }
    return check_statement(store, duckdb_prepared_statement_type(*prepared), err);
}

static rsift_status extract(duckdb_connection con, rs_str sql, duckdb_extracted_statements *out,
                            idx_t *n, rsift_error *err)
{
    rs_buf text = {0};
    rs_buf_str(&text, sql);
    rs_buf_char(&text, '\0');
    if (text.failed) return rs_err_nomem(err, "a statement");
    rsift_status status = RSIFT_OK;
    /* DuckDB reads up to the first NUL and would silently leave out the rest. */
    if (memchr(text.ptr, 0, sql.len))
        status = rs_err_set(err, RSIFT_E_ARG, "a NUL byte in the query");
    if (status == RSIFT_OK) {
        *n = duckdb_extract_statements(con, text.ptr, out);
        const char *message = *n == 0 ? duckdb_extract_statements_error(*out) : NULL;
        if (message) status = rs_duck_fail(err, DUCKDB_ERROR_PARSER, message, "query");
    }
    rs_buf_fini(&text);
    return status;
}

rsift_status rs_store_prepare(const rs_store *store, duckdb_connection con, rs_str sql,
                              const rs_arg *args, size_t n_args,
                              duckdb_prepared_statement *prepared, rsift_error *err)
{
    duckdb_extracted_statements statements = NULL;
    idx_t n = 0;
    RS_TRY(rs_instance_make_views(store, sql, err));
    rsift_status status = extract(con, sql, &statements, &n, err);
    if (status == RSIFT_OK && n != 1) /* an answer belongs to one statement */
        status = rs_err_set(err, RSIFT_E_ARG, "expected one statement, found %zu", (size_t)n);
    if (status == RSIFT_OK) status = prepare_one(store, con, statements, 0, prepared, err);
    if (statements) duckdb_destroy_extracted(&statements);
    return status == RSIFT_OK ? bind_all(*prepared, args, n_args, err) : status;
}

/* A statement forgets an interrupt when it begins, so the flag is read again after that: no cancel
 * falls between the two. */
rsift_status rs_store_execute(const rs_store *store, duckdb_prepared_statement prepared,
                              bool streaming, duckdb_result *result, rsift_error *err)
{
    duckdb_pending_result pending = NULL;
    rsift_status status = RSIFT_OK;
    const duckdb_state state = streaming ? duckdb_pending_prepared_streaming(prepared, &pending)
                                         : duckdb_pending_prepared(prepared, &pending);
    if (state != DuckDBSuccess)
        status = rs_duck_fail(err, DUCKDB_ERROR_BINDER, duckdb_pending_error(pending), "query");
    else if (rs_cancelled(store->cancel)) status = rs_err_cancelled(err);
    else if (duckdb_execute_pending(pending, result) != DuckDBSuccess)
        status = rs_duck_fail(err, duckdb_result_error_type(result), duckdb_result_error(result),
                              "query");
    duckdb_destroy_pending(&pending);
    return status;
}

/* ---- statements without answers -------------------------------------------------------------- */

static rsift_status exec_one(rs_store *store, duckdb_extracted_statements statements, idx_t i,
                             rsift_error *err)
{
    duckdb_prepared_statement prepared = NULL;
    duckdb_result result = {0};
    rsift_status status = prepare_one(store, store->con, statements, i, &prepared, err);
    if (status == RSIFT_OK) status = rs_store_execute(store, prepared, false, &result, err);
    duckdb_destroy_result(&result);
    duckdb_destroy_prepare(&prepared);
    return status;
}

/* Could a statement of the text be LOAD or INSTALL? Says yes too often (the letters in a literal,
 * or in another word), never too rarely. */
static bool may_bring_extensions(rs_str sql)
{
    static const char *const words[] = {"load", "install"};
    for (size_t w = 0; w < sizeof words / sizeof *words; w++) {
        const rs_str word = rs_str_of(words[w]);
        for (size_t i = 0; i + word.len <= sql.len; i++)
            if (rs_str_eq_nocase(rs_str_sub(sql, i, i + word.len), word)) return true;
    }
    return false;
}

/* Each statement is looked at before it runs. A prepared statement that reads the parts is planned
 * twice by DuckDB: once to be prepared and again to be run. */
static rsift_status exec_prepared(rs_store *store, rs_str sql, rsift_error *err)
{
    duckdb_extracted_statements statements = NULL;
    idx_t n = 0;
    rsift_status status = extract(store->con, sql, &statements, &n, err);
    for (idx_t i = 0; i < n && status == RSIFT_OK; i++)
        status = exec_one(store, statements, i, err);
    if (statements) duckdb_destroy_extracted(&statements);
    return status;
}

/* All statements in one go, each planned once; an error stops the text where it is. DuckDB forgets
 * an interrupt when the text begins, so one that comes in the instant before is noticed only when
 * the text has run. */
static rsift_status exec_at_once(rs_store *store, rs_str sql, rsift_error *err)
{
    rs_buf text = {0};
    rs_buf_str(&text, sql);
    if (!text.failed && memchr(text.ptr, 0, text.len)) {
        rs_buf_fini(&text);
        return rs_err_set(err, RSIFT_E_ARG, "a NUL byte in the query");
    }
    rsift_status status = rs_cancelled(store->cancel) ? rs_err_cancelled(err) : RSIFT_OK;
    if (status == RSIFT_OK) status = rs_duck_run_buf(store->con, &text, "query", err);
    if (status == RSIFT_OK && rs_cancelled(store->cancel)) status = rs_err_cancelled(err);
    rs_buf_fini(&text);
    return status;
}

rsift_status rs_store_exec(rs_store *store, rs_str sql, rsift_error *err)
{
    RS_TRY(get_ready(store, err));
    if (sql.len == 0) return RSIFT_OK; /* a text that was put together of nothing */
    RS_TRY(rs_instance_make_views(store, sql, err));
    if (store->mode == RS_STORE_ASK || may_bring_extensions(sql))
        return exec_prepared(store, sql, err);
    return exec_at_once(store, sql, err);
}

rsift_status rs_store_begin(rs_store *store, rsift_error *err)
{
    if (store->in_transaction) return rs_err_set(err, RSIFT_E_ARG, "a transaction is open already");
    RS_TRY(rs_store_exec(store, RS_STR("BEGIN TRANSACTION"), err));
    store->in_transaction = true;
    return RSIFT_OK;
}

rsift_status rs_store_end(rs_store *store, bool keep, rsift_error *err)
{
    if (!store->in_transaction) return rs_err_set(err, RSIFT_E_ARG, "no transaction is open");
    /* Over in any case: a COMMIT that fails is rolled back below. */
    store->in_transaction = false;
    rsift_status status = keep ? rs_store_exec(store, RS_STR("COMMIT"), err) : RSIFT_OK;
    if (keep && status == RSIFT_OK) return status;
    /* also after a cancel, which the statement COMMIT obeys */
    (void)rs_result_detach(store, NULL);
    const rsift_status undone =
        rs_duck_run(store->con, "ROLLBACK", "undoing a decision", status == RSIFT_OK ? err : NULL);
    return status == RSIFT_OK ? undone : status;
}

/* ---- questions ------------------------------------------------------------------------------- */

static rsift_status describe(rs_result *result, rsift_error *err)
{
    result->n_columns = duckdb_column_count(&result->result);
    result->columns = rs_arena_calloc(&result->arena, result->n_columns, sizeof *result->columns);
    if (!result->columns) return rs_err_nomem(err, "a result");
    for (size_t i = 0; i < result->n_columns; i++) {
        rs_result_column *column = &result->columns[i];
        column->name =
            rs_arena_str(&result->arena, rs_str_of(duckdb_column_name(&result->result, i)));
        if (!column->name.ptr) return rs_err_nomem(err, "a result");
        duckdb_logical_type type = duckdb_column_logical_type(&result->result, i);
        rsift_status status = rs_vtype_of(&result->arena, type, &column->type, err);
        duckdb_destroy_logical_type(&type);
        if (status != RSIFT_OK) return rs_err_within(err, status, "column %zu", i + 1);
    }
    return RSIFT_OK;
}

static rsift_status start(rs_result *result, rs_str sql, const rs_arg *args, size_t n_args,
                          rsift_error *err)
{
    rs_store *store = result->store;
    RS_TRY(rs_store_prepare(store, store->con, sql, args, n_args, &result->prepared, err));
    RS_TRY(rs_store_execute(store, result->prepared, true, &result->result, err));
    /* From here on the connection is this stream's, until it ends or is moved into memory. */
    result->live = true;
    result->store->streaming = result;
    return describe(result, err);
}

rsift_status rs_store_query(rs_store *store, rs_str sql, const rs_arg *args, size_t n_args,
                            rs_result **out, rsift_error *err)
{
    enum { ROUNDS = 20 };
    const struct timespec pause = {.tv_nsec = 25 * 1000 * 1000};
    *out = NULL;
    RS_TRY(get_ready(store, err));
    rsift_status status = RSIFT_E_IO;
    /* A part may go between the listing of the parts and their opening: a release is indexed again
     * or removed. The parts are then listed anew. */
    for (int round = 0; status == RSIFT_E_IO && round < ROUNDS; round++) {
        if (round) nanosleep(&pause, NULL);
        rs_result *result = rs_calloc(1, sizeof *result);
        if (!result) return rs_err_nomem(err, "a result");
        result->store = store;
        result->reading =
            store->mode == RS_STORE_ASK ? rs_lock_share(store->dir.text) : RS_LOCK_NONE;
        status = start(result, sql, args, n_args, err);
        if (status == RSIFT_OK) *out = result;
        else rs_result_close(result);
    }
    return status;
}

/* RSIFT_END at the end; the stream is over then and after an error. */
static rsift_status fetch(rs_result *result, duckdb_data_chunk *chunk, rsift_error *err)
{
    *chunk = NULL;
    if (rs_cancelled(result->store->cancel)) return rs_err_cancelled(err);
    *chunk = duckdb_fetch_chunk(result->result);
    if (*chunk && duckdb_data_chunk_get_size(*chunk) > 0) return RSIFT_OK;
    if (*chunk) duckdb_destroy_data_chunk(chunk);
    *chunk = NULL;
    result->live = false;
    if (result->store->streaming == result) result->store->streaming = NULL;
    const char *message = duckdb_result_error(&result->result);
    if (message && message[0])
        return rs_duck_fail(err, duckdb_result_error_type(&result->result), message, "query");
    return RSIFT_END;
}

rsift_status rs_result_detach(rs_store *store, rsift_error *err)
{
    rs_result *result = store->streaming;
    if (!result) return RSIFT_OK;
    for (;;) {
        /* Room first: a chunk that was fetched must not be lost when memory runs out. */
        if (!RS_VEC_RESERVE(result->kept, result->cap_kept, result->n_kept + 1))
            return rs_err_nomem(err, "the rest of a result");
        duckdb_data_chunk chunk;
        rsift_status status = fetch(result, &chunk, err);
        if (status == RSIFT_END) return RSIFT_OK;
        RS_TRY(status);
        result->kept[result->n_kept++] = chunk;
    }
}

/* Makes the next chunk the current one, from those in memory first and from the connection after
 * them, and points the columns at its vectors; RSIFT_END after the last. */
static rsift_status next_chunk(rs_result *result, rsift_error *err)
{
    if (result->chunk) duckdb_destroy_data_chunk(&result->chunk);
    result->chunk = NULL;
    result->n_rows = result->row = 0;
    if (result->i_kept < result->n_kept) {
        result->chunk = result->kept[result->i_kept];
        result->kept[result->i_kept++] = NULL;
    } else if (result->live) {
        RS_TRY(fetch(result, &result->chunk, err));
    } else {
        return RSIFT_END;
    }
    result->n_rows = duckdb_data_chunk_get_size(result->chunk);
    for (size_t i = 0; i < result->n_columns; i++) {
        rs_result_column *column = &result->columns[i];
        column->vector = duckdb_data_chunk_get_vector(result->chunk, i);
        column->data = duckdb_vector_get_data(column->vector);
        column->validity = duckdb_vector_get_validity(column->vector);
    }
    return RSIFT_OK;
}

rsift_status rs_result_next(rs_result *result, rsift_error *err)
{
    if (result->started && result->row + 1 < result->n_rows) {
        result->row++;
        return RSIFT_OK;
    }
    result->started = true;
    return next_chunk(result, err);
}

void rs_result_close(rs_result *result)
{
    if (!result) return;
    if (result->store->streaming == result) result->store->streaming = NULL;
    if (result->chunk) duckdb_destroy_data_chunk(&result->chunk);
    for (size_t i = result->i_kept; i < result->n_kept; i++)
        duckdb_destroy_data_chunk(&result->kept[i]);
    rs_free(result->kept);
    duckdb_destroy_result(&result->result);
    if (result->prepared) duckdb_destroy_prepare(&result->prepared);
    rs_arena_fini(&result->arena);
    rs_buf_fini(&result->text);
    rs_free(result->strs);
    rs_lock_drop(&result->reading, false);
    rs_free(result);
}

/* ---- values ---------------------------------------------------------------------------------- */

size_t rs_result_n_columns(const rs_result *result)
{
    return result->n_columns;
}

rs_str rs_result_name(const rs_result *result, size_t column)
{
    return result->columns[column].name;
}

rs_str rs_result_type(const rs_result *result, size_t column)
{
    return result->columns[column].type.word;
}

bool rs_result_null(const rs_result *result, size_t column)
{
    const rs_result_column *c = &result->columns[column];
    return c->type.id == DUCKDB_TYPE_SQLNULL ||
           (c->validity && !(c->validity[result->row / 64] >> (result->row % 64) & 1));
}

int64_t rs_result_i64(const rs_result *result, size_t column)
{
    const rs_result_column *c = &result->columns[column];
    int64_t v = 0;
    if (rs_result_null(result, column)) return 0;
    if (rs_value_i64(&c->type, c->data, result->row, &v)) return v;
    /* DECIMAL and floating point are cut towards zero; NaN, and what is beyond the range of int64_t
     * (9.22e18), give 0. */
    double real = rs_value_double(&c->type, c->data, result->row);
    return real >= -9.2e18 && real <= 9.2e18 ? (int64_t)real : 0;
}

double rs_result_double(const rs_result *result, size_t column)
{
    const rs_result_column *c = &result->columns[column];
    if (rs_result_null(result, column)) return NAN;
    return rs_value_double(&c->type, c->data, result->row);
}

/* By the layout that duckdb.h declares: a call per value would cost as much as the value. */
static rs_str string_of(const void *data, idx_t row)
{
    const duckdb_string_t *s = (const duckdb_string_t *)data + row;
    const uint32_t n = s->value.inlined.length;
    const bool in_cell = n <= sizeof s->value.inlined.inlined;
    return rs_str_make(in_cell ? s->value.inlined.inlined : s->value.pointer.ptr, n);
}

rs_str rs_result_str(rs_result *result, size_t column)
{
    const rs_result_column *c = &result->columns[column];
    if (rs_result_null(result, column)) return (rs_str){0};
    if (c->type.id == DUCKDB_TYPE_VARCHAR) return string_of(c->data, result->row);
    result->text.len = 0;
    if (c->type.n > 0) rs_value_json(&c->type, c->vector, result->row, &result->text);
    else rs_value_text(&c->type, c->data, result->row, &result->text);
    rs_buf_reserve(&result->text, 1); /* empty text is not NULL */
    return rs_buf_view(&result->text);
}

rs_str rs_result_bytes(const rs_result *result, size_t column)
{
    const rs_result_column *c = &result->columns[column];
    if (rs_result_null(result, column) || c->type.id != DUCKDB_TYPE_BLOB) return (rs_str){0};
    return string_of(c->data, result->row);
}

rs_id rs_result_id(const rs_result *result, size_t column)
{
    const rs_result_column *c = &result->columns[column];
    if (rs_result_null(result, column) || c->type.id != DUCKDB_TYPE_UUID) return (rs_id){0, 0};
    return rs_id_of_uuid(((const duckdb_hugeint *)c->data)[result->row]);
}

static const rs_result_column *list_column(const rs_result *result, size_t column,
                                           duckdb_type child, duckdb_list_entry *at)
{
    const rs_result_column *c = &result->columns[column];
    if (rs_result_null(result, column) || c->type.id != DUCKDB_TYPE_LIST ||
        c->type.children[0].id != child)
        return NULL;
    *at = ((const duckdb_list_entry *)c->data)[result->row];
    return c;
}

size_t rs_result_doubles(rs_result *result, size_t column, const double **v)
{
    *v = NULL;
    duckdb_list_entry at;
    const rs_result_column *c = list_column(result, column, DUCKDB_TYPE_DOUBLE, &at);
    if (!c) return 0;
    const double *data = duckdb_vector_get_data(duckdb_list_vector_get_child(c->vector));
    /* No copy: the values of one list lie together in the child vector. */
    *v = data + at.offset;
    return at.length;
}

size_t rs_result_strs(rs_result *result, size_t column, const rs_str **v)
{
    *v = NULL;
    duckdb_list_entry at;
    const rs_result_column *c = list_column(result, column, DUCKDB_TYPE_VARCHAR, &at);
    if (!c || !RS_VEC_RESERVE(result->strs, result->cap_strs, at.length)) return 0;
    duckdb_vector child = duckdb_list_vector_get_child(c->vector);
    const void *data = duckdb_vector_get_data(child);
    uint64_t *validity = duckdb_vector_get_validity(child);
    for (idx_t i = 0; i < at.length; i++) {
        /* A NULL inside the list becomes ptr NULL, an empty text does not. */
        bool valid = !validity || duckdb_validity_row_is_valid(validity, at.offset + i);
        result->strs[i] = valid ? string_of(data, at.offset + i) : (rs_str){0};
    }
    *v = result->strs;
    return at.length;
}

void rs_result_json(rs_result *result, size_t column, rs_buf *buf)
{
    const rs_result_column *c = &result->columns[column];
    rs_value_json(&c->type, c->vector, result->row, buf);
}
