/* CSV and Parquet into brought_row. CSV is read by our own reader, which counts what does not fit
 * instead of refusing the file, and goes through lines that the database reads back; Parquet has
 * types and is asked directly. */
#include "decide/brought_file.h"

#include "base/ascii.h"
#include "base/num.h"
#include "base/utf8.h"
#include "codec/csv.h"
#include "decide/ask.h"
#include "io/hash_file.h"
#include "io/single.h"
#include "store/quote.h"

#include <inttypes.h>
#include <math.h>

enum { most_columns = 4096, longest_id = 4096, flush_at = 1 << 16 };

size_t rs_brought_find(const rs_brought_file *file, rs_str name)
{
    for (size_t c = 0; c < file->n_columns; c++)
        if (rs_str_eq_nocase(file->columns[c].name, name)) return c;
    return RS_NPOS;
}

void rs_brought_file_fini(rs_brought_file *file)
{
    rs_arena_fini(&file->arena);
    *file = (rs_brought_file){0};
}

/* ---- header ---------------------------------------------------------------------------------- */

static rsift_status add_column(rs_brought_file *f, rs_str name, bool is_text, rsift_error *err)
{
    char quoted[RS_QUOTE_SIZE];
    name = rs_arena_str(&f->arena, rs_str_trim(name));
    if (!name.ptr || !rs_arena_grow(&f->arena, (void **)&f->columns, &f->cap_columns,
                                    f->n_columns + 1, sizeof *f->columns))
        return rs_err_nomem(err, "the columns");
    if (rs_brought_find(f, name) != RS_NPOS)
        return rs_err_set(err, RSIFT_E_ARG, "two columns are called \"%s\": give each its own name",
                          rs_err_quote(quoted, name));
    if (f->n_columns >= most_columns)
        return rs_err_set(err, RSIFT_E_LIMIT, "expected at most %d columns", most_columns);
    f->columns[f->n_columns++] = (rs_brought_column){.name = name, .is_text = is_text};
    return RSIFT_OK;
}

/* Which column says whose a row is. */
static rsift_status find_id(rs_brought_file *f, rsift_error *err)
{
    static const struct {
        const char *name;
        rs_brought_by by;
    } known[] = {{"sample_id", RS_BROUGHT_BY_SAMPLE}, {"original_id", RS_BROUGHT_BY_ORIGINAL},
                 {"picture", RS_BROUGHT_BY_PICTURE},  {"image", RS_BROUGHT_BY_PICTURE},
                 {"path", RS_BROUGHT_BY_PICTURE},     {"content_hash", RS_BROUGHT_BY_PICTURE}};
    f->dataset = rs_brought_find(f, RS_STR("dataset"));
    for (size_t k = 0; k < sizeof known / sizeof *known; k++) {
        f->id = rs_brought_find(f, rs_str_of(known[k].name));
        f->by = known[k].by;
        if (f->id != RS_NPOS) return RSIFT_OK;
    }
    return rs_err_set(err, RSIFT_E_ARG,
                      "expected a column that says whose each row is: sample_id, original_id (with "
                      "dataset), or picture");
}

/* ---- CSV: what a row is ---------------------------------------------------------------------- */

typedef struct csv_file {
    rs_io_single file;
    rs_csv csv;
    rs_arena row; /* of the fields at hand */
} csv_file;

static rsift_status open_csv(const rs_brought_file *f, const rsift_limits *limits, csv_file *in,
                             rsift_error *err)
{
    *in = (csv_file){0};
    RS_TRY(rs_io_single_open(f->path, limits, &in->file, err));
    in->csv = (rs_csv){.source = rs_io_source(in->file.stream), .separator = f->separator};
    return RSIFT_OK;
}

static void close_csv(csv_file *in)
{
    rs_csv_fini(&in->csv);
    rs_io_single_close(&in->file);
    rs_arena_fini(&in->row);
}

static rsift_status next_row(csv_file *in, rs_str **fields, size_t *n, rsift_error *err)
{
    int64_t offset;
    rs_arena_reset(&in->row);
    return rs_csv_next(&in->csv, &in->row, fields, n, &offset, err);
}

static rsift_status read_csv_header(rs_brought_file *f, const rsift_limits *limits,
                                    rsift_error *err)
{
    csv_file in;
    rs_str *fields;
    size_t n = 0;
    rsift_status status = open_csv(f, limits, &in, err);
    if (status == RSIFT_OK) status = next_row(&in, &fields, &n, err);
    if (status == RSIFT_END) status = rs_err_set(err, RSIFT_E_ARG, "the file is empty");
    for (size_t c = 0; status == RSIFT_OK && c < n; c++)
        status = rs_utf8_valid(fields[c]) == fields[c].len
                     ? add_column(f, fields[c], false, err)
                     : rs_err_set(err, RSIFT_E_FORMAT, "the header is no UTF-8 text");
    close_csv(&in);
    return status;
}

/* ---- CSV: cells ------------------------------------------------------------------------------ */

typedef enum cell_kind { CELL_EMPTY, CELL_NUMBER, CELL_NO_NUMBER, CELL_WORD } cell_kind;

static bool is_one_of(rs_str cell, const char *const *words)
{
    for (; *words; words++)
        if (rs_str_eq_nocase(cell, rs_str_of(*words))) return true;
    return false;
}

static cell_kind kind_of(rs_str cell, double *number)
{
    static const char *const empty[] = {"", "null", "none", "na", "n/a", NULL},
                             *const odd[] = {"nan",  "inf",       "-inf",      "+inf", "infinity",
                                             "-nan", "-infinity", "+infinity", NULL};
    if (rs_num_double(cell, number)) return isfinite(*number) ? CELL_NUMBER : CELL_NO_NUMBER;
    if (is_one_of(cell, empty)) return CELL_EMPTY;
    return is_one_of(cell, odd) ? CELL_NO_NUMBER : CELL_WORD;
}

/* An id that the lines below can hold; what they cannot hold is nobody's id. */
static void put_id(rs_buf *line, rs_str id)
{
    id = rs_str_trim(id);
    bool fine = id.len <= longest_id && rs_utf8_valid(id) == id.len;
    for (size_t i = 0; fine && i < id.len; i++) fine = (unsigned char)id.ptr[i] >= ' ';
    if (fine) rs_buf_str(line, id);
}

static bool put_cell(rs_brought_file *f, rs_brought_column *column, rs_str cell, int64_t line_no,
                     rs_buf *line)
{
    double number = 0;
    cell = rs_str_trim(cell);
    const cell_kind kind = kind_of(cell, &number);
    rs_buf_char(line, '\t');
    if (kind == CELL_NUMBER) {
        rs_buf_double(line, number);
        column->n_numbers++;
    } else if (kind != CELL_EMPTY) column->n_no_number++;
    if (kind == CELL_WORD && !column->seen_line) {
        column->seen = rs_arena_str(&f->arena, rs_str_sub(cell, 0, 64));
        column->seen_line = line_no;
        return column->seen.ptr != NULL;
    }
    return true;
}

/* One row as the line "i, id, dataset, c0, c1, .." between tabs. */
static bool put_row(rs_brought_file *f, const rs_str *fields, int64_t line_no, const size_t *wanted,
                    size_t n_wanted, rs_buf *line)
{
    bool ok = true;
    rs_buf_i64(line, f->n_rows);
    rs_buf_char(line, '\t');
    put_id(line, fields[f->id]);
    rs_buf_char(line, '\t');
    if (f->dataset != RS_NPOS) put_id(line, fields[f->dataset]);
    for (size_t w = 0; ok && w < n_wanted; w++)
        ok = put_cell(f, &f->columns[wanted[w]], fields[wanted[w]], line_no, line);
    rs_buf_char(line, '\n');
    return ok && !line->failed;
}

static rsift_status write_lines(rs_brought_file *f, csv_file *in, const size_t *wanted,
                                size_t n_wanted, rs_io_out *out, rsift_error *err)
{
    rs_buf lines = {0};
    rs_str *fields;
    size_t n;
    rsift_status status = next_row(in, &fields, &n, err); /* the header */
    while (status == RSIFT_OK && (status = next_row(in, &fields, &n, err)) == RSIFT_OK) {
        if (n != f->n_columns) f->n_wrong_length++;
        else if (!put_row(f, fields, in->csv.line, wanted, n_wanted, &lines))
            status = rs_err_nomem(err, "a row");
        f->n_rows++;
        if (status == RSIFT_OK && lines.len >= flush_at) {
            status = rs_io_out_write(out, lines.ptr, lines.len, err);
            lines.len = 0;
        }
    }
    if (status == RSIFT_END) status = rs_io_out_write(out, lines.ptr, lines.len, err);
    rs_buf_fini(&lines);
    return status;
}

/* The lines as a table. */
static rsift_status read_lines(rs_store *store, size_t n_wanted, rs_str path, rsift_error *err)
{
    rs_buf sql = {0};
    rs_buf_cstr(&sql, "CREATE OR REPLACE TEMP TABLE brought_row AS SELECT * FROM read_csv(");
    rs_store_put_literal(&sql, path);
    rs_buf_cstr(&sql, ", delim = '\\t', quote = '', escape = '', header = false, auto_detect = "
                      "false, columns = {'i': 'BIGINT', 'id': 'VARCHAR', 'dataset': 'VARCHAR'");
    for (size_t w = 0; w < n_wanted; w++) rs_buf_printf(&sql, ", 'c%zu': 'DOUBLE'", w);
    rs_buf_cstr(&sql, "})");
    const rsift_status status = sql.failed ? rs_err_nomem(err, "a statement")
                                           : rs_store_exec(store, rs_buf_view(&sql), err);
    rs_buf_fini(&sql);
    return status;
}

static rsift_status load_csv(rs_brought_file *f, rs_store *store, const rsift_limits *limits,
                             const size_t *wanted, size_t n_wanted, rs_str tmp, rsift_error *err)
{
    csv_file in;
    rs_io_out *out = NULL;
    const rs_str path = rs_arena_printf(&f->arena, "%.*s/brought.tsv", RS_STR_ARG(tmp));
    if (!path.ptr) return rs_err_nomem(err, "a file's name");
    rsift_status status = open_csv(f, limits, &in, err);
    if (status == RSIFT_OK) status = rs_io_out_open(path, &out, err);
    if (status == RSIFT_OK) status = write_lines(f, &in, wanted, n_wanted, out, err);
    close_csv(&in);
    if (status == RSIFT_OK) status = rs_io_out_commit(out, err);
    else if (out) rs_io_out_discard(out);
    for (size_t w = 0; w < n_wanted; w++) {
        rs_brought_column *c = &f->columns[wanted[w]];
        c->is_text = c->seen_line && !c->n_numbers;
    }
    return status == RSIFT_OK ? read_lines(store, n_wanted, path, err) : status;
}

/* ---- Parquet --------------------------------------------------------------------------------- */

/* "<before>read_parquet('FILE')<behind>" */
static bool put_parquet(const rs_brought_file *f, rs_buf *sql, const char *behind)
{
    rs_buf_cstr(sql, "read_parquet(");
    rs_store_put_path(sql, f->path);
    rs_buf_printf(sql, ", file_row_number = true, union_by_name = false)%s", behind);
    return !sql->failed;
}

static bool is_number_type(rs_str type)
{
    static const char *const words[] = {"TINYINT",  "SMALLINT",  "INTEGER",  "BIGINT",  "HUGEINT",
                                        "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT",
                                        "FLOAT",    "DOUBLE",    "BOOLEAN",  NULL};
    return is_one_of(type, words) || rs_str_starts(type, RS_STR("DECIMAL"));
}

static rsift_status read_parquet_header(rs_brought_file *f, rs_store *store, rsift_error *err)
{
    rs_buf sql = {0};
    rs_result *rows;
    rs_buf_cstr(&sql, "SELECT * EXCLUDE (file_row_number) FROM ");
    rsift_status status = put_parquet(f, &sql, " LIMIT 0")
                              ? rs_store_query(store, rs_buf_view(&sql), NULL, 0, &rows, err)
                              : rs_err_nomem(err, "a statement");
    rs_buf_fini(&sql);
    RS_TRY(status);
    for (size_t c = 0; status == RSIFT_OK && c < rs_result_n_columns(rows); c++)
        status =
            add_column(f, rs_result_name(rows, c), !is_number_type(rs_result_type(rows, c)), err);
    rs_result_close(rows);
    return status;
}

/* The column's name in SQL, cast. */
static bool put_cast(rs_brought_file *f, size_t column, const char *type, rs_buf *sql)
{
    const char *name = rs_arena_cstr(&f->arena, f->columns[column].name);
    if (!name) return false;
    rs_buf_cstr(sql, "CAST(");
    rs_store_put_name(sql, name);
    rs_buf_printf(sql, " AS %s)", type);
    return true;
}

static rsift_status make_parquet_table(rs_brought_file *f, rs_store *store, const size_t *wanted,
                                       size_t n_wanted, rsift_error *err)
{
    rs_buf sql = {0};
    rs_buf_cstr(&sql, "CREATE OR REPLACE TEMP TABLE brought_row AS SELECT file_row_number AS i, "
                      "trim(");
    bool ok = put_cast(f, f->id, "VARCHAR", &sql);
    rs_buf_cstr(&sql, ") AS id, ");
    if (f->dataset == RS_NPOS) rs_buf_cstr(&sql, "CAST(NULL AS VARCHAR)");
    else ok = ok && put_cast(f, f->dataset, "VARCHAR", &sql);
    rs_buf_cstr(&sql, " AS dataset");
    for (size_t w = 0; w < n_wanted; w++) {
        rs_buf_cstr(&sql, ", ");
        ok = ok && put_cast(f, wanted[w], "DOUBLE", &sql);
        rs_buf_printf(&sql, " AS c%zu", w);
    }
    rs_buf_cstr(&sql, " FROM ");
    ok = put_parquet(f, &sql, "") && ok;
    const rsift_status status =
        ok ? rs_store_exec(store, rs_buf_view(&sql), err) : rs_err_nomem(err, "a statement");
    rs_buf_fini(&sql);
    return status;
}

/* Counts the cells of each column, and takes out what is not finite. */
static rsift_status count_parquet(rs_brought_file *f, rs_store *store, const size_t *wanted,
                                  size_t n_wanted, rsift_error *err)
{
    rs_buf sql = {0};
    rs_result *row;
    rs_buf_cstr(&sql, "SELECT count(*)");
    for (size_t w = 0; w < n_wanted; w++)
        rs_buf_printf(&sql, ", count(c%zu), count(*) FILTER (isfinite(c%zu))", w, w);
    rs_buf_cstr(&sql, " FROM brought_row");
    rsift_status status = sql.failed ? rs_err_nomem(err, "a statement")
                                     : rs_store_query(store, rs_buf_view(&sql), NULL, 0, &row, err);
    if (status == RSIFT_OK) {
        status = rs_result_next(row, err);
        if (status == RSIFT_OK) f->n_rows = rs_result_i64(row, 0);
        for (size_t w = 0; status == RSIFT_OK && w < n_wanted; w++) {
            rs_brought_column *c = &f->columns[wanted[w]];
            c->n_numbers = rs_result_i64(row, 2 + 2 * w);
            c->n_no_number = rs_result_i64(row, 1 + 2 * w) - c->n_numbers;
        }
        rs_result_close(row);
    }
    sql.len = 0;
    for (size_t w = 0; w < n_wanted; w++)
        rs_buf_printf(&sql, "UPDATE brought_row SET c%zu = NULL WHERE NOT isfinite(c%zu);\n", w, w);
    if (status == RSIFT_OK && sql.len) status = rs_store_exec(store, rs_buf_view(&sql), err);
    rs_buf_fini(&sql);
    return status;
}

static rsift_status check_types(const rs_brought_file *f, const size_t *wanted, size_t n_wanted,
                                rsift_error *err)
{
    char column[RS_QUOTE_SIZE], cell[RS_QUOTE_SIZE];
    for (size_t w = 0; w < n_wanted; w++) {
        const rs_brought_column *c = &f->columns[wanted[w]];
        if (!c->is_text) continue;
        rs_err_quote(column, c->name);
        if (!c->seen_line)
            return rs_err_set(err, RSIFT_E_ARG, "column \"%s\" holds text: expected numbers",
                              column);
        return rs_err_set(
            err, RSIFT_E_ARG,
            "column \"%s\" holds text: expected numbers, found \"%s\" in line %" PRId64, column,
            rs_err_quote(cell, c->seen), c->seen_line);
    }
    return RSIFT_OK;
}

/* ---- both ------------------------------------------------------------------------------------ */

rsift_status rs_brought_open(rs_store *store, rs_str path, const rsift_limits *limits,
                             rs_brought_file *out, rsift_error *err)
{
    *out = (rs_brought_file){.path = path, .id = RS_NPOS, .dataset = RS_NPOS};
    out->parquet = rs_str_ends_nocase(path, RS_STR(".parquet"));
    out->separator = rs_str_ends_nocase(path, RS_STR(".tsv")) ? '\t' : ',';
    rsift_status status = rs_io_hash_file(path, &out->hash, err);
    if (status == RSIFT_OK)
        status =
            out->parquet ? read_parquet_header(out, store, err) : read_csv_header(out, limits, err);
    return status == RSIFT_OK ? find_id(out, err) : status;
}

rsift_status rs_brought_load(rs_brought_file *file, rs_store *store, const rsift_limits *limits,
                             const size_t *wanted, size_t n_wanted, rs_str tmp, rsift_error *err)
{
    if (!file->parquet) {
        RS_TRY(load_csv(file, store, limits, wanted, n_wanted, tmp, err));
        return check_types(file, wanted, n_wanted, err);
    }
    RS_TRY(check_types(file, wanted, n_wanted, err));
    RS_TRY(make_parquet_table(file, store, wanted, n_wanted, err));
    return count_parquet(file, store, wanted, n_wanted, err);
}
