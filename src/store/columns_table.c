/* What a Parquet file consists of: kinds of its columns, and which cells hold pictures. Where the
 * footer's statistics say that a column has no nulls its blobs are not read for that; lists of
 * pictures are read once, since nothing else tells their lengths. */
#include "store/columns_parts.h"

#include "base/alloc.h"
#include "base/utf8.h"
#include "image/probe.h"
#include "store/quote.h"

/* ---- kinds ----------------------------------------------------------------------------------- */

/* Is it the Image of the library datasets? Sets which children hold bytes and path. */
static bool is_picture_struct(const rs_vtype *type, rs_file_column *column)
{
    if (type->id != DUCKDB_TYPE_STRUCT) return false;
    column->bytes = column->path = RS_NPOS;
    for (size_t i = 0; i < type->n; i++) {
        const duckdb_type id = type->children[i].id;
        if (id == DUCKDB_TYPE_BLOB && rs_str_eq(type->names[i], RS_STR("bytes"))) column->bytes = i;
        if (id == DUCKDB_TYPE_VARCHAR && rs_str_eq(type->names[i], RS_STR("path")))
            column->path = i;
    }
    return column->bytes != RS_NPOS && type->n <= 2;
}

static bool holds_blob(const rs_vtype *type)
{
    if (type->id == DUCKDB_TYPE_BLOB) return true;
    for (size_t i = 0; i < type->n; i++)
        if (type->children && holds_blob(&type->children[i])) return true;
    return false;
}

/* By the type alone; a BLOB counts as a picture until its first value was seen. */
static rs_column_kind kind_of(rs_file_column *column)
{
    const rs_vtype *type = &column->type;
    const bool list = type->id == DUCKDB_TYPE_LIST;
    const rs_vtype *one = list ? type->children : type;
    if (is_picture_struct(one, column)) return list ? RS_COLUMN_STRUCTS : RS_COLUMN_STRUCT;
    if (one->id == DUCKDB_TYPE_BLOB) return list ? RS_COLUMN_BLOBS : RS_COLUMN_BLOB;
    return holds_blob(type) ? RS_COLUMN_LEFT_OUT : RS_COLUMN_PLAIN;
}

static bool is_picture(rs_str bytes)
{
    rs_image_info info;
    size_t need;
    return rs_image_probe(bytes, (int64_t)bytes.len, &info, &need, NULL) == RSIFT_OK &&
           info.format != RS_IMAGE_UNKNOWN;
}

/* What the first value of a column of bytes is. */
static rsift_status settle_blob(rs_columns *table, rs_file_column *column, int fd, rsift_error *err)
{
    rs_buf sql = {0};
    rs_columns_scan scan;
    rs_buf_cstr(&sql, "SELECT ");
    rs_store_put_name(&sql, column->name);
    if (column->kind == RS_COLUMN_BLOBS) rs_buf_cstr(&sql, "[1]");
    rs_buf_cstr(&sql, " AS b");
    rs_columns_put_from(&sql, fd);
    rs_buf_cstr(&sql, " WHERE b IS NOT NULL LIMIT 1");
    RS_TRY(rs_columns_scan_open(table->engine, &sql, &scan, err));
    rsift_status status = rs_columns_scan_next(&scan, err);
    if (status == RSIFT_OK) {
        const rs_str value = rs_columns_str(duckdb_data_chunk_get_vector(scan.chunk, 0), 0);
        if (!is_picture(value))
            column->kind = column->kind == RS_COLUMN_BLOB && rs_utf8_valid(value) == value.len
                               ? RS_COLUMN_TEXT
                               : RS_COLUMN_LEFT_OUT;
    }
    rs_columns_scan_close(&scan);
    return status == RSIFT_END ? RSIFT_OK : status;
}

/* ---- columns --------------------------------------------------------------------------------- */

static rsift_status describe_column(rs_columns *table, rs_columns_scan *scan, idx_t i,
                                    rsift_error *err)
{
    rs_file_column *column = &table->items[i];
    column->name = rs_arena_cstr(&table->arena, rs_str_of(duckdb_column_name(&scan->result, i)));
    if (!column->name) return rs_err_nomem(err, "a column");
    duckdb_logical_type type = duckdb_column_logical_type(&scan->result, i);
    const rsift_status status = rs_vtype_of(&table->arena, type, &column->type, err);
    duckdb_destroy_logical_type(&type);
    if (status == RSIFT_E_UNSUPPORTED) {
        column->kind = RS_COLUMN_LEFT_OUT;
        return RSIFT_OK;
    }
    column->kind = kind_of(column);
    return status;
}

static rsift_status describe(rs_columns *table, int fd, rsift_error *err)
{
    rs_buf sql = {0};
    rs_columns_scan scan;
    rs_buf_cstr(&sql, "SELECT * EXCLUDE (file_row_number)");
    rs_columns_put_from(&sql, fd);
    rs_buf_cstr(&sql, " LIMIT 0");
    RS_TRY(rs_columns_scan_open(table->engine, &sql, &scan, err));
    table->n = duckdb_column_count(&scan.result);
    table->items = rs_arena_calloc(&table->arena, table->n + 1, sizeof *table->items);
    rsift_status status = table->items ? RSIFT_OK : rs_err_nomem(err, "columns");
    for (idx_t i = 0; status == RSIFT_OK && i < table->n; i++)
        status = describe_column(table, &scan, i, err);
    rs_columns_scan_close(&scan);
    return status;
}

/* The number of rows that the footer states, which bounds what is kept for them. */
static rsift_status read_n_rows(rs_columns *table, int fd, rsift_error *err)
{
    rs_buf sql = {0};
    rs_columns_scan scan;
    rs_buf_printf(&sql, "SELECT num_rows FROM parquet_file_metadata('/proc/self/fd/%d')", fd);
    RS_TRY(rs_columns_scan_open(table->engine, &sql, &scan, err));
    const rsift_status status = rs_columns_scan_next(&scan, err);
    if (status == RSIFT_OK)
        table->n_rows =
            ((int64_t *)duckdb_vector_get_data(duckdb_data_chunk_get_vector(scan.chunk, 0)))[0];
    rs_columns_scan_close(&scan);
    if (status != RSIFT_OK && status != RSIFT_END) return status;
    if (table->n_rows < 0)
        return rs_err_set(err, RSIFT_E_FORMAT, "states %lld rows", (long long)table->n_rows);
    if ((uint64_t)table->n_rows > table->engine->limits.max_members)
        return rs_err_set(err, RSIFT_E_LIMIT, "more than max_members = %llu rows",
                          (unsigned long long)table->engine->limits.max_members);
    return RSIFT_OK;
}

static rsift_status read_metadata(rs_columns *table, int fd, rsift_error *err)
{
    rs_buf sql = {0};
    rs_columns_scan scan;
    rs_buf_printf(&sql,
                  "SELECT value FROM parquet_kv_metadata('/proc/self/fd/%d') WHERE key = "
                  "'huggingface'::BLOB",
                  fd);
    RS_TRY(rs_columns_scan_open(table->engine, &sql, &scan, err));
    rsift_status status = rs_columns_scan_next(&scan, err);
    if (status == RSIFT_OK)
        status = rs_columns_name_values(
            table, rs_columns_str(duckdb_data_chunk_get_vector(scan.chunk, 0), 0), err);
    rs_columns_scan_close(&scan);
    return status == RSIFT_END ? RSIFT_OK : status;
}

/* ---- which cells hold pictures --------------------------------------------------------------- */

static rsift_status mark_absent(rs_columns *table, rs_file_column *column, int64_t row,
                                rsift_error *err)
{
    if (row < 0 || row >= table->n_rows)
        return rs_err_set(err, RSIFT_E_FORMAT,
                          "more rows than "
                          "its footer states");
    if (!column->absent)
        column->absent = rs_arena_calloc(&table->arena, (size_t)table->n_rows / 8 + 1, 1);
    if (!column->absent) return rs_err_nomem(err, "a column");
    column->absent[row / 8] |= (uint8_t)(1 << row % 8);
    return RSIFT_OK;
}

static rsift_status find_absent(rs_columns *table, rs_file_column *column, int fd, rsift_error *err)
{
    rs_buf sql = {0};
    rs_columns_scan scan;
    rs_buf_cstr(&sql, "SELECT file_row_number");
    rs_columns_put_from(&sql, fd);
    rs_buf_cstr(&sql, " WHERE ");
    rs_store_put_name(&sql, column->name);
    if (column->kind == RS_COLUMN_STRUCT) rs_buf_cstr(&sql, ".bytes");
    rs_buf_cstr(&sql, " IS NULL");
    RS_TRY(rs_columns_scan_open(table->engine, &sql, &scan, err));
    rsift_status status;
    while ((status = rs_columns_scan_next(&scan, err)) == RSIFT_OK) {
        const int64_t *rows = duckdb_vector_get_data(duckdb_data_chunk_get_vector(scan.chunk, 0));
        for (idx_t i = 0; status == RSIFT_OK && i < scan.n; i++)
            status = mark_absent(table, column, rows[i], err);
        if (status != RSIFT_OK) break;
    }
    rs_columns_scan_close(&scan);
    return status == RSIFT_END ? RSIFT_OK : status;
}

/* Element `at` of the child vector of a list of pictures. */
static rsift_status add_element(rs_columns *table, rs_file_column *column, duckdb_vector child,
                                idx_t at, rsift_error *err)
{
    if (column->n_elements >= table->engine->limits.max_members)
        return rs_err_set(err, RSIFT_E_LIMIT, "more than max_members = %llu pictures",
                          (unsigned long long)table->engine->limits.max_members);
    if (!RS_VEC_RESERVE(column->elements, column->cap_elements, column->n_elements + 1))
        return rs_err_nomem(err, "a column");
    rs_column_element e = {.absent = rs_columns_is_null(child, at)};
    if (!e.absent && column->kind == RS_COLUMN_STRUCTS) {
        e.absent = rs_columns_is_null(duckdb_struct_vector_get_child(child, column->bytes), at);
        if (column->path != RS_NPOS) {
            duckdb_vector path = duckdb_struct_vector_get_child(child, column->path);
            if (!rs_columns_is_null(path, at))
                e.path = rs_arena_str(&table->arena, rs_columns_str(path, at));
        }
    }
    column->elements[column->n_elements++] = e;
    return RSIFT_OK;
}

static rsift_status add_list(rs_columns *table, rs_file_column *column, duckdb_vector lists,
                             idx_t i, rsift_error *err)
{
    const duckdb_list_entry *entries = duckdb_vector_get_data(lists);
    if (rs_columns_is_null(lists, i)) return RSIFT_OK;
    duckdb_vector child = duckdb_list_vector_get_child(lists);
    for (uint64_t k = 0; k < entries[i].length; k++)
        RS_TRY(add_element(table, column, child, entries[i].offset + k, err));
    return RSIFT_OK;
}

static rsift_status read_lists(rs_columns *table, rs_file_column *column, int fd, rsift_error *err)
{
    rs_buf sql = {0};
    rs_columns_scan scan;
    rs_buf_cstr(&sql, "SELECT ");
    rs_store_put_name(&sql, column->name);
    rs_columns_put_from(&sql, fd);
    column->ends = rs_arena_calloc(&table->arena, (size_t)table->n_rows + 1, sizeof *column->ends);
    if (!column->ends) return rs_err_nomem(err, "a column");
    RS_TRY(rs_columns_scan_open(table->engine, &sql, &scan, err));
    rsift_status status;
    int64_t row = 0;
    while ((status = rs_columns_scan_next(&scan, err)) == RSIFT_OK) {
        duckdb_vector lists = duckdb_data_chunk_get_vector(scan.chunk, 0);
        for (idx_t i = 0; status == RSIFT_OK && i < scan.n; i++) {
            if (row >= table->n_rows)
                status = rs_err_set(err, RSIFT_E_FORMAT, "more rows than its footer states");
            else status = add_list(table, column, lists, i, err);
            if (status == RSIFT_OK) column->ends[row++] = column->n_elements;
        }
        if (status != RSIFT_OK) break;
    }
    rs_columns_scan_close(&scan);
    /* rows that the footer promises and that are not there have none */
    for (; row < table->n_rows; row++) column->ends[row] = column->n_elements;
    return status == RSIFT_END ? RSIFT_OK : status;
}

/* A picture without a path of its own is called by a text beside it (DIOR-RSVG's mirror, RS5M),
 * where the row has just one picture and the column's name says what it is. */
static const rs_file_column *naming_column(const rs_columns *table)
{
    static const char *const names[] = {"file_name", "filename", "image_name",
                                        "img_name",  "path",     "image_path"};
    const rs_file_column *found = NULL;
    for (size_t k = 0; k < sizeof names / sizeof *names && !found; k++)
        for (size_t i = 0; i < table->n && !found; i++) {
            const rs_file_column *column = &table->items[i];
            const bool text =
                column->kind == RS_COLUMN_TEXT ||
                (column->kind == RS_COLUMN_PLAIN && column->type.id == DUCKDB_TYPE_VARCHAR);
            if (text && rs_str_eq_nocase(rs_str_of(column->name), rs_str_of(names[k])))
                found = column;
        }
    return table->n_pictures == 1 && !table->columns_named ? found : NULL;
}

/* ---- the table ------------------------------------------------------------------------------- */

static rsift_status settle(rs_columns *table, int fd, rs_io_row_note_fn *note, void *ctx,
                           rsift_error *err)
{
    for (size_t i = 0; i < table->n; i++) {
        rs_file_column *column = &table->items[i];
        if (column->kind == RS_COLUMN_BLOB || column->kind == RS_COLUMN_BLOBS)
            RS_TRY(settle_blob(table, column, fd, err));
        if (column->kind == RS_COLUMN_LEFT_OUT) {
            char text[200];
            snprintf(text, sizeof text,
                     "the column %.100s holds bytes that are no pictures, and is not read",
                     column->name);
            note(ctx, text);
        }
        if (!rs_column_is_picture(column->kind)) continue;
        column->picture = (uint32_t)table->n_pictures++;
        table->columns_named = table->n_pictures > 1 || rs_column_is_list(column->kind);
        RS_TRY(rs_column_is_list(column->kind) ? read_lists(table, column, fd, err)
                                               : find_absent(table, column, fd, err));
    }
    table->named_by = naming_column(table);
    return RSIFT_OK;
}

rsift_status rs_columns_table_new(void *engine, int fd, rs_io_row_note_fn *note, void *ctx,
                                  void **out, rsift_error *err)
{
    *out = NULL;
    rs_columns *table = rs_calloc(1, sizeof *table);
    if (!table) return rs_err_nomem(err, "a table");
    table->engine = engine;
    rsift_status status = describe(table, fd, err);
    if (status == RSIFT_OK) status = read_n_rows(table, fd, err);
    if (status == RSIFT_OK) status = read_metadata(table, fd, err);
    if (status == RSIFT_OK) status = settle(table, fd, note, ctx, err);
    if (status == RSIFT_OK) *out = table;
    else rs_columns_table_free(table);
    return status;
}

void rs_columns_table_free(void *opened)
{
    rs_columns *table = opened;
    for (size_t i = 0; table->items && i < table->n; i++) rs_free(table->items[i].elements);
    rs_arena_fini(&table->arena);
    rs_free(table);
}
