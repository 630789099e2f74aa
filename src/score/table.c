/* CSV, TSV and Excel rows as JSON objects, so that record.c sees the same as in a JSON file.
 *
 * The first row names the columns. Cutting text into cells is the codec's (csv.h, xlsx.h); which
 * column means what is record.c's. Cells of text stay texts, also where they look like numbers. */
#include "score/table.h"

#include "base/alloc.h"
#include "base/ascii.h"
#include "base/map.h"
#include "base/utf8.h"
#include "codec/json.h"

#include <inttypes.h>

enum { MAX_COLUMNS = 16384 };

/* ---- header -------------------------------------------------------------------------------- */

/* Keeps the names of the columns; a name may stand once, and a column without one is passed
 * over. */
static rsift_status name_columns(rs_score_table *t, const rs_str *names, size_t n, rsift_error *err)
{
    char quoted[RS_QUOTE_SIZE];
    if (n > MAX_COLUMNS) return rs_err_set(err, RSIFT_E_LIMIT, "more than %d columns", MAX_COLUMNS);
    rs_strmap seen = {0};
    rsift_status status = RSIFT_OK;
    t->columns = rs_arena_calloc(&t->arena, n + 1, sizeof *t->columns);
    if (!t->columns) status = rs_err_nomem(err, "columns");
    for (size_t i = 0; status == RSIFT_OK && i < n; i++) {
        bool made = true;
        t->columns[i] = rs_arena_str(&t->arena, rs_str_trim(names[i]));
        if (!t->columns[i].ptr ||
            (t->columns[i].len && rs_strmap_put(&seen, t->columns[i], &made) == RS_NPOS))
            status = rs_err_nomem(err, "columns");
        else if (!made)
            status = rs_err_set(err, RSIFT_E_FORMAT, "two columns are named \"%s\"",
                                rs_err_quote(quoted, t->columns[i]));
        else if (rs_utf8_valid(t->columns[i]) != t->columns[i].len)
            status = rs_err_set(err, RSIFT_E_FORMAT, "the name of column %zu is not UTF-8", i + 1);
    }
    t->n_columns = n; /* columns without a name count, too */
    rs_strmap_fini(&seen);
    return status == RSIFT_OK ? status : rs_err_within(err, status, "header");
}

rsift_status rs_score_table_text(rs_score_table *t, rs_csv text, rsift_error *err)
{
    t->csv = text;
    t->max_record = text.max_row;
    rs_arena scratch = {0};
    rs_str *names;
    size_t n;
    int64_t offset;
    rsift_status status = rs_csv_next(&t->csv, &scratch, &names, &n, &offset, err);
    if (status == RSIFT_OK) status = name_columns(t, names, n, err);
    rs_arena_fini(&scratch);
    return status == RSIFT_END ? RSIFT_OK : status; /* an empty file has no header and no rows */
}

rsift_status rs_score_table_sheet(rs_score_table *t, const char *path, const rsift_limits *limits,
                                  rsift_error *err)
{
    const rs_io_options options = {.limits = limits, .open_sheets = true};
    t->max_record = limits->max_record;
    RS_TRY(rs_io_tree_open(rs_str_of(path), &options, &t->zip, err));
    RS_TRY(rs_xlsx_open(t->zip, limits, &t->book, err));
    const rs_xlsx_cell *cells;
    rs_arena scratch = {0};
    size_t n;
    int64_t row;
    rsift_status status = rs_xlsx_next(t->book, &scratch, &cells, &n, &row, err);
    if (status == RSIFT_OK) {
        /* Cells name their columns; those that are left out have no name. */
        const size_t n_names = n ? (size_t)cells[n - 1].column + 1 : 0;
        rs_str *names = rs_arena_calloc(&scratch, n_names + 1, sizeof *names);
        for (size_t i = 0; names && i < n; i++)
            if (cells[i].column < n_names) names[cells[i].column] = cells[i].text;
        status = names ? name_columns(t, names, n_names, err) : rs_err_nomem(err, "columns");
    }
    rs_arena_fini(&scratch);
    return status == RSIFT_END ? RSIFT_OK : status;
}

void rs_score_table_fini(rs_score_table *t)
{
    rs_csv_fini(&t->csv);
    rs_xlsx_close(t->book);
    rs_io_tree_close(t->zip);
    rs_arena_fini(&t->arena);
    *t = (rs_score_table){0};
}

/* ---- rows ---------------------------------------------------------------------------------- */

rsift_status rs_score_table_next(rs_score_table *t, rs_arena *arena, rs_score_row *row,
                                 rsift_error *err)
{
    int64_t offset;
    if (t->book)
        return rs_xlsx_next(t->book, arena, &row->cells, &row->n_cells, &row->position, err);
    RS_TRY(rs_csv_row(&t->csv, &row->text, &offset, err));
    row->position = t->csv.line;
    /* The cutter's window moves on: rows of a chunk need a copy. */
    row->text = rs_arena_str(arena, row->text);
    return row->text.ptr ? RSIFT_OK : rs_err_nomem(err, "a row");
}

/* Appends a cell as a JSON field. VLMEvalKit's options stand in columns A, B, C ...: an empty cell
 * there is no option (pandas: NaN), while an empty prediction is an answer. At most max_record and
 * one cell are ever written: a row grows by the escapes, six bytes for a control character, and by
 * the header's names, which the JSON of every row repeats. */
static rsift_status put_cell(const rs_score_table *t, size_t column, rs_str text, rs_xlsx_kind kind,
                             rs_buf *json, rsift_error *err)
{
    const rs_str name = t->columns[column];
    const bool option = name.len == 1 && rs_ascii_is_upper(name.ptr[0]);
    if (!name.len || (!text.len && option)) return RSIFT_OK;
    rs_buf_char(json, json->len > 1 ? ',' : ' ');
    rs_json_put_str(json, name);
    rs_buf_char(json, ':');
    /* Numbers and booleans of a sheet are spelled as JSON already. */
    if (kind == RS_XLSX_TEXT) rs_json_put_str(json, text);
    else rs_buf_str(json, text);
    if (json->len <= t->max_record) return RSIFT_OK;
    char quoted[RS_QUOTE_SIZE];
    rs_err_set(err, RSIFT_E_LIMIT,
               "the row as JSON exceeds the limit max_record (%" PRIu64 " bytes)", t->max_record);
    return rs_err_within(err, RSIFT_E_LIMIT, "column \"%s\"", rs_err_quote(quoted, name));
}

/* A row of text must have as many cells as the header, in UTF-8. */
static rsift_status json_of_text(const rs_score_table *t, rs_str row, rs_arena *scratch,
                                 rs_buf *json, rsift_error *err)
{
    rs_str *fields;
    size_t n;
    RS_TRY(rs_csv_cut(row, t->csv.separator, scratch, &fields, &n, err));
    if (n != t->n_columns)
        return rs_err_set(err, RSIFT_E_FORMAT, "expected %zu cells as in the header, found %zu",
                          t->n_columns, n);
    for (size_t i = 0; i < n; i++) {
        const rs_str text = fields[i];
        const size_t good = rs_utf8_valid(text);
        char quoted[RS_QUOTE_SIZE];
        if (good == text.len) {
            RS_TRY(put_cell(t, i, text, RS_XLSX_TEXT, json, err));
            continue;
        }
        if (!text.ptr[good]) rs_err_set(err, RSIFT_E_FORMAT, "a NUL byte");
        else
            rs_err_set(err, RSIFT_E_FORMAT, "expected UTF-8, found \"%s\"",
                       rs_err_quote(quoted, rs_str_sub(text, good, good + 8)));
        return rs_err_within(err, RSIFT_E_FORMAT, "column \"%s\"",
                             rs_err_quote(quoted, t->columns[i]));
    }
    return RSIFT_OK;
}

/* A sheet leaves empty cells out: columns without a cell are empty texts. */
static rsift_status json_of_cells(const rs_score_table *t, const rs_score_row *row, rs_buf *json,
                                  rsift_error *err)
{
    size_t at = 0;
    for (size_t column = 0; column < t->n_columns; column++) {
        const rs_xlsx_cell *cell = at < row->n_cells ? &row->cells[at] : NULL;
        const bool here = cell && cell->column == column;
        RS_TRY(put_cell(t, column, here ? cell->text : RS_STR(""), here ? cell->kind : RS_XLSX_TEXT,
                        json, err));
        at += here;
    }
    if (at == row->n_cells) return RSIFT_OK; /* every cell has its column */
    char letters[4];
    return rs_err_set(err, RSIFT_E_FORMAT,
                      "expected %zu cells as in the header, found one in column %s", t->n_columns,
                      rs_xlsx_letters(row->cells[at].column, letters));
}

rsift_status rs_score_table_json(const rs_score_table *t, const rs_score_row *row,
                                 rs_arena *scratch, rs_buf *json, rsift_error *err)
{
    rs_buf_char(json, '{');
    if (t->book) RS_TRY(json_of_cells(t, row, json, err));
    else RS_TRY(json_of_text(t, row->text, scratch, json, err));
    rs_buf_char(json, '}');
    return json->failed ? rs_err_nomem(err, "a row") : RSIFT_OK;
}
