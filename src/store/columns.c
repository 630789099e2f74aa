/* Rows of a Parquet file as JSON Lines, and the bytes of its pictures. See columns.h. */
#include "store/columns.h"

#include "base/alloc.h"
#include "base/utf8.h"
#include "codec/json_writer.h"
#include "io/clean_name.h"
#include "store/columns_parts.h"
#include "store/quote.h"

#include <inttypes.h>

/* ---- the engine ------------------------------------------------------------------------------ */

static rsift_status configure(duckdb_config config, rsift_error *err)
{
    static const char *const settings[][2] = {
        {"threads", "1"},
        /* guess: a row group of 1,000 pictures of 1 MB, packed and unpacked */
        {"memory_limit", "2GB"},
        {"max_temp_directory_size", "0MB"},
        {"enable_external_file_cache", "false"},
        {"autoinstall_known_extensions", "false"},
        {"autoload_known_extensions", "false"},
        {"allow_community_extensions", "false"},
        {"allow_persistent_secrets", "false"},
        {"preserve_insertion_order", "true"},
    };
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
        if (duckdb_set_config(config, settings[i][0], settings[i][1]) != DuckDBSuccess)
            return rs_err_set(err, RSIFT_E_UNSUPPORTED, "the database refuses the setting %s",
                              settings[i][0]);
    return RSIFT_OK;
}

static rsift_status engine_new(const rsift_limits *limits, void **out, rsift_error *err)
{
    *out = NULL;
    RS_TRY(rs_duckdb_load(err));
    duckdb_config config = NULL;
    rs_columns_engine *engine = rs_calloc(1, sizeof *engine);
    if (!engine) return rs_err_nomem(err, "a reader of rows");
    engine->limits = *limits;
    rsift_status status = duckdb_create_config(&config) == DuckDBSuccess
                              ? configure(config, err)
                              : rs_err_nomem(err, "a reader of rows");
    char *message = NULL;
    if (status == RSIFT_OK &&
        duckdb_open_ext(NULL, &engine->db, config, &message) != DuckDBSuccess) {
        status = rs_duck_fail(err, DUCKDB_ERROR_IO, message, "opening a reader of rows");
        duckdb_free(message);
    }
    duckdb_destroy_config(&config);
    if (status == RSIFT_OK) *out = engine;
    else rs_free(engine);
    return status;
}

static void engine_free(void *opened)
{
    rs_columns_engine *engine = opened;
    duckdb_close(&engine->db);
    rs_free(engine);
}

/* ---- names of pictures ----------------------------------------------------------------------- */

void rs_columns_put_cell(rs_buf *buf, rs_arena *scratch, const rs_columns *table,
                         const rs_file_column *column, const rs_io_cell *cell, rs_str path)
{
    bool changed;
    rs_buf_printf(buf, "%" PRId64, cell->row);
    if (table->columns_named) {
        const rs_str name = rs_io_clean_name(scratch, rs_str_of(column->name), &changed);
        rs_buf_char(buf, '/');
        if (name.len) rs_buf_str(buf, name);
        else rs_buf_printf(buf, "%" PRIu32, cell->column);
        if (rs_column_is_list(column->kind)) rs_buf_printf(buf, "/%" PRIu32, cell->element);
    }
    if (path.len) path = rs_io_clean_name(scratch, path, &changed);
    if (!path.len) return;
    rs_buf_char(buf, '/');
    rs_buf_str(buf, path);
}

/* Appends the columns of a SELECT that rows are spelled from: lists of pictures were read before,
 * and of other pictures only the path is wanted. */
static void put_text_columns(rs_buf *sql, const rs_columns *table)
{
    rs_buf_cstr(sql, "SELECT file_row_number");
    for (size_t i = 0; i < table->n; i++) {
        const rs_file_column *column = &table->items[i];
        const bool path = column->kind == RS_COLUMN_STRUCT && column->path != RS_NPOS;
        if (!path && column->kind != RS_COLUMN_PLAIN && column->kind != RS_COLUMN_TEXT) continue;
        rs_buf_cstr(sql, ", ");
        rs_store_put_name(sql, column->name);
        if (path) rs_buf_cstr(sql, ".path");
    }
}

/* Behind the others, where there is one. */
static void put_naming_column(rs_buf *sql, const rs_columns *table)
{
    if (!table->named_by) return;
    rs_buf_cstr(sql, ", ");
    rs_store_put_name(sql, table->named_by->name);
}

/* The same for the paths alone. */
static void put_path_columns(rs_buf *sql, const rs_columns *table)
{
    rs_buf_cstr(sql, "SELECT file_row_number");
    for (size_t i = 0; i < table->n; i++) {
        const rs_file_column *column = &table->items[i];
        if (column->kind != RS_COLUMN_STRUCT || column->path == RS_NPOS) continue;
        rs_buf_cstr(sql, ", ");
        rs_store_put_name(sql, column->name);
        rs_buf_cstr(sql, ".path");
    }
}

/* What the column that names pictures says. */
static rs_str given_name(const rs_columns *table, const rs_columns_scan *scan, idx_t i)
{
    if (!table->named_by) return RS_STR("");
    const idx_t last = duckdb_data_chunk_get_column_count(scan->chunk) - 1;
    duckdb_vector vector = duckdb_data_chunk_get_vector(scan->chunk, last);
    if (rs_columns_is_null(vector, i)) return RS_STR("");
    const rs_str name = rs_columns_str(vector, i);
    return rs_utf8_valid(name) == name.len ? name : RS_STR("");
}

/* The path beside a picture, from vector `*next` of the chunk, which then is the one after it. A
 * picture without one may be named by another column of its row. */
static rs_str take_path(const rs_columns *table, const rs_file_column *column,
                        const rs_columns_scan *scan, idx_t *next, idx_t i)
{
    if (column->kind != RS_COLUMN_STRUCT || column->path == RS_NPOS)
        return given_name(table, scan, i);
    duckdb_vector vector = duckdb_data_chunk_get_vector(scan->chunk, (*next)++);
    return rs_columns_is_null(vector, i) ? given_name(table, scan, i) : rs_columns_str(vector, i);
}

/* Begin of the elements of a row. */
static uint64_t first_element(const rs_file_column *column, int64_t row)
{
    return row > 0 ? column->ends[row - 1] : 0;
}

static rsift_status row_at(const rs_columns *table, const rs_columns_scan *scan, idx_t i,
                           int64_t *row, rsift_error *err)
{
    *row = ((int64_t *)duckdb_vector_get_data(duckdb_data_chunk_get_vector(scan->chunk, 0)))[i];
    if (*row >= 0 && *row < table->n_rows) return RSIFT_OK;
    return rs_err_set(err, RSIFT_E_FORMAT, "more rows than its footer states");
}

/* ---- listing --------------------------------------------------------------------------------- */

typedef struct cell_lister {
    const rs_columns *table;
    rs_io_cell_fn *fn;
    void *ctx;
    rs_arena scratch;
    rs_buf name;
} cell_lister;

static rsift_status give_cell(cell_lister *l, const rs_file_column *column, rs_io_cell *cell,
                              rs_str path, rsift_error *err)
{
    l->name.len = 0;
    rs_columns_put_cell(&l->name, &l->scratch, l->table, column, cell, path);
    if (l->name.failed) return rs_err_nomem(err, "the name of a picture");
    cell->name = rs_buf_view(&l->name);
    return l->fn(l->ctx, cell, err);
}

static rsift_status give_row(cell_lister *l, const rs_columns_scan *scan, idx_t i, rsift_error *err)
{
    idx_t next = 1;
    rs_io_cell cell;
    RS_TRY(row_at(l->table, scan, i, &cell.row, err));
    for (size_t c = 0; c < l->table->n; c++) {
        const rs_file_column *column = &l->table->items[c];
        if (!rs_column_is_picture(column->kind)) continue;
        cell.column = column->picture;
        cell.element = 0;
        const rs_str path = take_path(l->table, column, scan, &next, i);
        if (!rs_column_is_list(column->kind)) {
            if (!rs_column_is_absent(column, cell.row))
                RS_TRY(give_cell(l, column, &cell, path, err));
            continue;
        }
        for (uint64_t k = first_element(column, cell.row); k < column->ends[cell.row]; k++) {
            const rs_column_element *e = &column->elements[k];
            if (!e->absent) RS_TRY(give_cell(l, column, &cell, e->path, err));
            cell.element++;
        }
    }
    rs_arena_reset(&l->scratch);
    return RSIFT_OK;
}

static rsift_status list_cells(const void *opened, int fd, rs_io_cell_fn *fn, void *ctx,
                               rsift_error *err)
{
    cell_lister l = {.table = opened, .fn = fn, .ctx = ctx};
    rs_columns_scan scan;
    rs_buf sql = {0};
    if (!l.table->n_pictures) return RSIFT_OK;
    put_path_columns(&sql, l.table);
    put_naming_column(&sql, l.table);
    rs_columns_put_from(&sql, fd);
    RS_TRY(rs_columns_scan_open(l.table->engine, &sql, &scan, err));
    rsift_status status;
    while ((status = rs_columns_scan_next(&scan, err)) == RSIFT_OK) {
        for (idx_t i = 0; status == RSIFT_OK && i < scan.n; i++)
            status = give_row(&l, &scan, i, err);
        if (status != RSIFT_OK) break;
    }
    rs_columns_scan_close(&scan);
    rs_buf_fini(&l.name);
    rs_arena_fini(&l.scratch);
    return status == RSIFT_END ? RSIFT_OK : status;
}

/* ---- cursors --------------------------------------------------------------------------------- */

typedef struct cursor {
    const rs_columns *table;
    int fd;
    rs_columns_scan scan;
    idx_t next; /* text: row of the chunk */
    rs_str name;
    rs_buf line;
    rs_arena scratch;
    uint32_t column; /* bytes: the one that is read, or RS_IO_ALL_COLUMNS */
    int64_t begin;   /* bytes: row of the first of the chunk */
} cursor;

static void cursor_close(void *opened)
{
    cursor *c = opened;
    rs_columns_scan_close(&c->scan);
    rs_buf_fini(&c->line);
    rs_arena_fini(&c->scratch);
    rs_free(c);
}

static rsift_status cursor_new(const rs_columns *table, int fd, cursor **out, rsift_error *err)
{
    *out = rs_calloc(1, sizeof **out);
    if (!*out) return rs_err_nomem(err, "a reader of rows");
    (*out)->table = table;
    (*out)->fd = fd;
    return RSIFT_OK;
}

static rsift_status text_open(const void *table, int fd, rs_str name, void **out, rsift_error *err)
{
    cursor *c;
    rs_buf sql = {0};
    *out = NULL;
    RS_TRY(cursor_new(table, fd, &c, err));
    c->name = name;
    put_text_columns(&sql, table);
    put_naming_column(&sql, table);
    rs_columns_put_from(&sql, fd);
    const rsift_status status = rs_columns_scan_open(c->table->engine, &sql, &c->scan, err);
    if (status == RSIFT_OK) *out = c;
    else cursor_close(c);
    return status;
}

/* A picture as the name of its member, one without bytes as its path; null = neither. */
static void put_picture(cursor *c, const rs_file_column *column, const rs_io_cell *cell,
                        bool absent, rs_str path)
{
    if (absent && !path.len) {
        rs_buf_cstr(&c->line, "null");
        return;
    }
    rs_buf name = {0};
    if (absent) rs_buf_str(&name, path);
    else {
        rs_buf_str(&name, c->name);
        rs_buf_char(&name, '/');
        rs_columns_put_cell(&name, &c->scratch, c->table, column, cell, path);
    }
    c->line.failed = c->line.failed || name.failed;
    rs_json_put_str(&c->line, rs_buf_view(&name));
    rs_buf_fini(&name);
}

static void put_pictures(cursor *c, const rs_file_column *column, rs_io_cell *cell)
{
    rs_buf_char(&c->line, '[');
    const uint64_t first = first_element(column, cell->row);
    for (uint64_t k = first; k < column->ends[cell->row]; k++) {
        if (k > first) rs_buf_char(&c->line, ',');
        cell->element = (uint32_t)(k - first);
        put_picture(c, column, cell, column->elements[k].absent, column->elements[k].path);
    }
    rs_buf_char(&c->line, ']');
}

/* Bytes that are text by the column's first value; others are not guessed. */
static void put_text(cursor *c, duckdb_vector vector, idx_t i)
{
    const rs_str text = rs_columns_is_null(vector, i) ? (rs_str){0} : rs_columns_str(vector, i);
    if (text.ptr && rs_utf8_valid(text) == text.len) rs_json_put_str(&c->line, text);
    else rs_buf_cstr(&c->line, "null");
}

static void put_value(cursor *c, const rs_file_column *column, rs_io_cell *cell, idx_t *next)
{
    const idx_t i = c->next;
    cell->column = column->picture;
    cell->element = 0;
    if (rs_column_is_list(column->kind)) {
        put_pictures(c, column, cell);
    } else if (rs_column_is_picture(column->kind)) {
        const rs_str path = take_path(c->table, column, &c->scan, next, i);
        put_picture(c, column, cell, rs_column_is_absent(column, cell->row), path);
    } else {
        duckdb_vector vector = duckdb_data_chunk_get_vector(c->scan.chunk, (*next)++);
        if (column->kind == RS_COLUMN_TEXT) put_text(c, vector, i);
        else rs_value_json(&column->type, vector, i, &c->line);
    }
}

static rsift_status text_next(void *opened, rs_str *line, rsift_error *err)
{
    cursor *c = opened;
    if (c->next >= c->scan.n) {
        RS_TRY(rs_columns_scan_next(&c->scan, err));
        c->next = 0;
    }
    rs_io_cell cell = {0};
    RS_TRY(row_at(c->table, &c->scan, c->next, &cell.row, err));
    idx_t next = 1;
    bool first = true;
    c->line.len = 0;
    rs_buf_char(&c->line, '{');
    for (size_t i = 0; i < c->table->n; i++) {
        const rs_file_column *column = &c->table->items[i];
        if (column->kind == RS_COLUMN_LEFT_OUT) continue;
        if (!first) rs_buf_char(&c->line, ',');
        first = false;
        rs_json_put_str(&c->line, rs_str_of(column->name));
        rs_buf_char(&c->line, ':');
        put_value(c, column, &cell, &next);
    }
    rs_buf_cstr(&c->line, "}\n");
    c->next++;
    rs_arena_reset(&c->scratch);
    if (c->line.failed) return rs_err_nomem(err, "a row");
    *line = rs_buf_view(&c->line);
    return RSIFT_OK;
}

/* ---- bytes ----------------------------------------------------------------------------------- */

static rsift_status bytes_open(const void *table, int fd, uint32_t column, void **out,
                               rsift_error *err)
{
    cursor *c;
    *out = NULL;
    RS_TRY(cursor_new(table, fd, &c, err));
    c->column = column;
    *out = c;
    return RSIFT_OK;
}

static bool is_read(const cursor *c, const rs_file_column *column)
{
    return rs_column_is_picture(column->kind) &&
           (c->column == RS_IO_ALL_COLUMNS || c->column == column->picture);
}

/* Starts at a row: row groups before it are passed over. */
static rsift_status start_at(cursor *c, int64_t row, rsift_error *err)
{
    rs_buf sql = {0};
    rs_columns_scan_close(&c->scan);
    rs_buf_cstr(&sql, "SELECT file_row_number");
    for (size_t i = 0; i < c->table->n; i++) {
        const rs_file_column *column = &c->table->items[i];
        if (!is_read(c, column)) continue;
        rs_buf_cstr(&sql, ", ");
        rs_store_put_name(&sql, column->name);
        if (column->kind == RS_COLUMN_STRUCT) rs_buf_cstr(&sql, ".bytes");
    }
    rs_columns_put_from(&sql, c->fd);
    rs_buf_printf(&sql, " WHERE file_row_number >= %" PRId64, row);
    if (c->column != RS_IO_ALL_COLUMNS) /* a picture by itself: nothing behind it is wanted */
        rs_buf_printf(&sql, " AND file_row_number <= %" PRId64, row);
    return rs_columns_scan_open(c->table->engine, &sql, &c->scan, err);
}

static rsift_status next_chunk(cursor *c, rsift_error *err)
{
    const rsift_status status = rs_columns_scan_next(&c->scan, err);
    if (status == RSIFT_END) return rs_err_set(err, RSIFT_E_FORMAT, "the row is not there");
    RS_TRY(status);
    c->begin =
        ((int64_t *)duckdb_vector_get_data(duckdb_data_chunk_get_vector(c->scan.chunk, 0)))[0];
    return RSIFT_OK;
}

/* The chunk that holds the row. A gap of more rows than are read in one is jumped over. */
static rsift_status seek_row(cursor *c, int64_t row, rsift_error *err)
{
    enum { GAP = 256 };
    const int64_t end = c->begin + (int64_t)c->scan.n;
    if (c->scan.n && row >= c->begin && row < end) return RSIFT_OK;
    if (!c->scan.open || !c->scan.n || row < c->begin || row >= end + GAP)
        RS_TRY(start_at(c, row, err));
    do RS_TRY(next_chunk(c, err));
    while (row >= c->begin + (int64_t)c->scan.n);
    return row >= c->begin ? RSIFT_OK : rs_err_set(err, RSIFT_E_FORMAT, "the row is not there");
}

/* The value at the cell in the column's vector: of a list, of its child. */
static rsift_status find_value(const rs_file_column *column, duckdb_vector vector, idx_t i,
                               const rs_io_cell *cell, rs_str *bytes, rsift_error *err)
{
    const rsift_status none = RSIFT_E_FORMAT;
    if (rs_columns_is_null(vector, i)) return rs_err_set(err, none, "the picture is not there");
    if (rs_column_is_list(column->kind)) {
        const duckdb_list_entry *entries = duckdb_vector_get_data(vector);
        if (cell->element >= entries[i].length)
            return rs_err_set(err, none, "the picture is not there");
        i = entries[i].offset + cell->element;
        vector = duckdb_list_vector_get_child(vector);
        if (column->kind == RS_COLUMN_STRUCTS)
            vector = duckdb_struct_vector_get_child(vector, column->bytes);
        if (rs_columns_is_null(vector, i)) return rs_err_set(err, none, "the picture is not there");
    }
    *bytes = rs_columns_str(vector, i);
    return RSIFT_OK;
}

static rsift_status bytes_at(void *opened, const rs_io_cell *cell, rs_str *bytes, rsift_error *err)
{
    cursor *c = opened;
    rsift_status status = seek_row(c, cell->row, err);
    if (status != RSIFT_OK) {
        rs_columns_scan_close(&c->scan); /* the next one may be read */
        c->begin = 0;
        return status;
    }
    idx_t at = 1;
    for (size_t i = 0; i < c->table->n; i++) {
        const rs_file_column *column = &c->table->items[i];
        if (!is_read(c, column)) continue;
        if (column->picture == cell->column)
            return find_value(column, duckdb_data_chunk_get_vector(c->scan.chunk, at),
                              (idx_t)(cell->row - c->begin), cell, bytes, err);
        at++;
    }
    return rs_err_set(err, RSIFT_E_FORMAT, "the column is not there");
}

const rs_io_rows_face rs_store_columns = {
    .engine_new = engine_new,
    .engine_free = engine_free,
    .table_new = rs_columns_table_new,
    .table_free = rs_columns_table_free,
    .cells = list_cells,
    .text_open = text_open,
    .text_next = text_next,
    .bytes_open = bytes_open,
    .bytes_at = bytes_at,
    .cursor_close = cursor_close,
};
