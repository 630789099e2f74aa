/* Rows put by column number into DuckDB's own vectors, 2,048 at a time. Errors stick to the rows
 * and come out once, so that the caller's inner loop has no checks.
 *
 * Each column knows how many rows it has; rows that it was not put in are made NULL together, when
 * its next value or the end of the chunk comes. DuckDB has no way to unset a value. */
#include "store/internal.h"

#include "base/alloc.h"
#include "base/utf8.h"
#include "store/words.h"

#include <inttypes.h>

typedef struct rs_cell {
    duckdb_type type, child; /* child of LIST */
    duckdb_vector vector;
    void *data;
    uint64_t *validity; /* NULL = every row valid so far */
    idx_t n_rows;       /* that have a value or were made NULL */
    duckdb_vector child_vector;
    idx_t n_children, cap_children;
    rs_strmap words;     /* of a column of words: its rows hold their numbers */
    uint32_t word;       /* the last one put */
    idx_t behind_shared; /* 1 + the chunk's last row whose text others may share; 0 = none */
} rs_cell;

struct rs_rows {
    duckdb_logical_type *types;
    rs_cell *cells;
    size_t n_cells;
    const rs_table_def *def;
    int first; /* number of the first column */
    idx_t row, capacity;
    int64_t n_rows;
    rs_arena text; /* of all chunks that the sink keeps, and of the open one */
    duckdb_data_chunk chunk;
    rs_rows_sink *sink;
    void *ctx;
    rsift_status status; /* first error; later puts do nothing */
    rsift_error error;
};

duckdb_logical_type rs_rows_type_of(rs_col_type type)
{
    static const duckdb_type ids[] = {
        [RS_COL_UUID] = DUCKDB_TYPE_UUID,
        [RS_COL_VARCHAR] = DUCKDB_TYPE_VARCHAR,
        [RS_COL_WORD] = DUCKDB_TYPE_UINTEGER,
        [RS_COL_BIGINT] = DUCKDB_TYPE_BIGINT,
        [RS_COL_INTEGER] = DUCKDB_TYPE_INTEGER,
        [RS_COL_DOUBLE] = DUCKDB_TYPE_DOUBLE,
        [RS_COL_BOOLEAN] = DUCKDB_TYPE_BOOLEAN,
        [RS_COL_BLOB] = DUCKDB_TYPE_BLOB,
        [RS_COL_VARCHAR_LIST] = DUCKDB_TYPE_VARCHAR,
        [RS_COL_DOUBLE_LIST] = DUCKDB_TYPE_DOUBLE,
    };
    duckdb_logical_type logical = duckdb_create_logical_type(ids[type]);
    /* For a list, `ids` names the type of its values. */
    if (type != RS_COL_VARCHAR_LIST && type != RS_COL_DOUBLE_LIST) return logical;
    duckdb_logical_type list = duckdb_create_list_type(logical);
    duckdb_destroy_logical_type(&logical);
    return list;
}

/* Points the cells at the vectors of a new or emptied chunk. */
static void aim_cells(rs_rows *rows)
{
    for (size_t i = 0; i < rows->n_cells; i++) {
        rs_cell *cell = &rows->cells[i];
        cell->vector = duckdb_data_chunk_get_vector(rows->chunk, i);
        cell->data = duckdb_vector_get_data(cell->vector);
        /* A new or emptied vector has neither NULLs nor children: both are asked for again. */
        cell->validity = NULL;
        cell->n_rows = 0;
        cell->n_children = cell->cap_children = 0;
        cell->behind_shared = 0;
        if (cell->type == DUCKDB_TYPE_LIST)
            cell->child_vector = duckdb_list_vector_get_child(cell->vector);
    }
    rows->row = 0;
}

rsift_status rs_rows_new(rs_table table, duckdb_logical_type *types, rs_rows_sink *sink, void *ctx,
                         rs_rows **out, rsift_error *err)
{
    const rs_table_def *def = rs_store_table(table);
    const size_t n = def->n_columns;
    RS_ASSERT(n <= RS_MAX_COLUMNS);
    rs_rows *rows = rs_calloc(1, sizeof *rows);
    rs_cell *cells = rs_calloc(n, sizeof *cells);
    if (!rows || !cells) {
        for (size_t i = 0; i < n; i++) duckdb_destroy_logical_type(&types[i]);
        rs_free(types);
        rs_free(rows);
        rs_free(cells);
        return rs_err_nomem(err, "rows");
    }
    *rows = (rs_rows){.types = types,
                      .cells = cells,
                      .n_cells = n,
                      .def = def,
                      .first = (int)table * RS_MAX_COLUMNS,
                      .sink = sink,
                      .ctx = ctx};
    for (size_t i = 0; i < n; i++) {
        cells[i].type = duckdb_get_type_id(types[i]);
        if (cells[i].type != DUCKDB_TYPE_LIST) continue;
        duckdb_logical_type child = duckdb_list_type_child_type(types[i]);
        cells[i].child = duckdb_get_type_id(child);
        duckdb_destroy_logical_type(&child);
    }
    rows->capacity = duckdb_vector_size();
    rows->chunk = duckdb_create_data_chunk(types, n);
    aim_cells(rows);
    *out = rows;
    return RSIFT_OK;
}

void rs_rows_free(rs_rows *rows)
{
    if (!rows) return;
    if (rows->chunk) duckdb_destroy_data_chunk(&rows->chunk);
    rs_arena_fini(&rows->text);
    for (size_t i = 0; i < rows->n_cells; i++) {
        duckdb_destroy_logical_type(&rows->types[i]);
        rs_strmap_fini(&rows->cells[i].words);
    }
    rs_free(rows->types);
    rs_free(rows->cells);
    rs_free(rows);
}

rs_rows *rs_rows_dead(void)
{
    static rs_rows dead = {.status = RSIFT_E_NOMEM}; /* every put returns before it writes */
    return &dead;
}

void *rs_rows_context(const rs_rows *rows)
{
    return rows->ctx;
}

const rs_strmap *rs_rows_words(const rs_rows *rows, size_t column)
{
    const rs_cell *cell = &rows->cells[column];
    return cell->type == DUCKDB_TYPE_UINTEGER ? &cell->words : NULL;
}

int64_t rs_rows_count(const rs_rows *rows)
{
    return rows->n_rows;
}

static void fail(rs_rows *rows, size_t column, const char *what)
{
    if (rows->status != RSIFT_OK) return;
    rows->status = rs_err_set(&rows->error, RSIFT_E_ARG, "column %s of row %" PRId64 ": %s",
                              rows->def->columns[column].name, rows->n_rows, what);
}

/* Makes the rows before `end` NULL in which the column was not put. */
static void fill_nulls(rs_cell *cell, idx_t end)
{
    if (cell->n_rows >= end) return;
    if (!cell->validity) {
        duckdb_vector_ensure_validity_writable(cell->vector);
        cell->validity = duckdb_vector_get_validity(cell->vector);
    }
    for (idx_t i = cell->n_rows; i < end; i++) {
        cell->validity[i / 64] &= ~(UINT64_C(1) << i % 64);
        /* DuckDB wants a list's entry even for a NULL: an empty range, so that the child positions
         * stay in order. */
        if (cell->type == DUCKDB_TYPE_LIST)
            ((duckdb_list_entry *)cell->data)[i] = (duckdb_list_entry){cell->n_children, 0};
    }
    cell->n_rows = end;
}

/* Gives the rows put so far to the sink, and begins a new chunk or empties the old one. */
static void hand_on(rs_rows *rows)
{
    if (rows->row == 0 || rows->status != RSIFT_OK) return;
    duckdb_data_chunk_set_size(rows->chunk, rows->row);
    /* The number of children is not derived from the rows' entries: it must be stated. */
    for (size_t i = 0; i < rows->n_cells; i++) {
        rs_cell *cell = &rows->cells[i];
        fill_nulls(cell, rows->row);
        if (cell->type == DUCKDB_TYPE_LIST)
            duckdb_list_vector_set_size(cell->vector, cell->n_children);
    }
    rows->status = rows->sink(rows->ctx, &rows->chunk, &rows->error);
    /* A part keeps the chunk, an appender copies it and leaves it here. */
    if (!rows->chunk) {
        rows->chunk = duckdb_create_data_chunk(rows->types, rows->n_cells);
    } else {
        duckdb_data_chunk_reset(rows->chunk);
        rs_arena_reset(&rows->text);
    }
    aim_cells(rows);
}

rsift_status rs_rows_finish(rs_rows *rows, rsift_error *err)
{
    for (size_t i = 0; i < rows->n_cells && rows->status == RSIFT_OK; i++)
        if (rows->cells[i].n_rows > rows->row)
            rows->status = rs_err_set(&rows->error, RSIFT_E_ARG,
                                      "row %" PRId64 ", the last one, was not ended", rows->n_rows);
    hand_on(rows);
    if (rows->status != RSIFT_OK && err) *err = rows->error;
    return rows->status;
}

/* The cell of a column to fill, or NULL when it is none of this table, is filled already, or an
 * error happened before. */
static rs_cell *cell_of(rs_rows *rows, int column)
{
    if (rows->status != RSIFT_OK) return NULL;
    const size_t i = (size_t)(column - rows->first); /* a lower table's column becomes large */
    if (i >= rows->n_cells) {
        rows->status = rs_err_set(&rows->error, RSIFT_E_ARG, "column number %d is not of table %s",
                                  column, rows->def->name);
        return NULL;
    }
    rs_cell *cell = &rows->cells[i];
    if (cell->n_rows > rows->row) {
        fail(rows, i, "put twice");
        return NULL;
    }
    fill_nulls(cell, rows->row);
    cell->n_rows++;
    return cell;
}

static void fail_cell(rs_rows *rows, const rs_cell *cell, const char *what)
{
    fail(rows, (size_t)(cell - rows->cells), what);
}

/* Of the cell that cell_of gave. */
static void set_null(rs_cell *cell)
{
    const idx_t end = cell->n_rows--;
    fill_nulls(cell, end);
}

static void wrong_type(rs_rows *rows, const rs_cell *cell, const char *given)
{
    char text[80];
    snprintf(text, sizeof text, "the column does not take %s", given);
    fail_cell(rows, cell, text);
}

void rs_put_id(rs_rows *rows, int column, rs_id id)
{
    rs_cell *cell = cell_of(rows, column);
    if (!cell) return;
    if (cell->type == DUCKDB_TYPE_UUID) {
        ((duckdb_hugeint *)cell->data)[rows->row] = rs_uuid_of_id(id);
    } else if (cell->type == DUCKDB_TYPE_VARCHAR) {
        /* Tables that keep ids as text have 32 hex digits, as they are printed. */
        char text[RS_ID_TEXT];
        duckdb_vector_assign_string_element_len(cell->vector, rows->row, rs_id_text(text, id), 32);
    } else {
        wrong_type(rows, cell, "an id");
    }
}

/* Checked in debug builds only: readers give valid UTF-8, and a check of every text costs time. */
static bool good_text(rs_str s)
{
#ifdef NDEBUG
    (void)s;
    return true;
#else
    return rs_utf8_valid(s) == s.len;
#endif
}

/* A copy of the bytes in DuckDB's layout: up to 12 lie in the cell itself, more in the arena. */
static bool make_cell(rs_rows *rows, rs_str s, duckdb_string_t *cell)
{
    if (s.len > sizeof cell->value.inlined.inlined) {
        char *copy = s.len <= UINT32_MAX ? rs_arena_alloc(&rows->text, s.len) : NULL;
        if (!copy) {
            if (rows->status == RSIFT_OK) rows->status = rs_err_nomem(&rows->error, "a text");
            return false;
        }
        s.ptr = memcpy(copy, s.ptr, s.len);
    }
    *cell = rs_words_cell(s);
    return true;
}

/* Is all of a short text, which lies in the cell, ASCII? */
static bool is_ascii_cell(const duckdb_string_t *cell)
{
    uint64_t low;
    uint32_t high;
    memcpy(&low, cell->value.inlined.inlined, sizeof low);
    memcpy(&high, cell->value.inlined.inlined + sizeof low, sizeof high);
    return ((low | high) & UINT64_C(0x8080808080808080)) == 0;
}

/* What is no UTF-8 is left to DuckDB, which makes it NULL; false then. */
static bool put_text_at(rs_rows *rows, duckdb_vector vector, idx_t i, rs_str s)
{
    duckdb_string_t *cell = (duckdb_string_t *)duckdb_vector_get_data(vector) + i;
    if (rs_utf8_valid(s) == s.len) return make_cell(rows, s, cell);
    duckdb_vector_assign_string_element_len(vector, i, s.ptr, s.len);
    return false;
}

/* Puts the text's number; what is no UTF-8 is NULL, as DuckDB makes it elsewhere. */
static void put_word(rs_rows *rows, rs_cell *cell, rs_str s)
{
    if (cell->words.n == 0 || !rs_str_eq(cell->words.keys[cell->word], s)) {
        if (rs_utf8_valid(s) != s.len) {
            set_null(cell);
            return;
        }
        const size_t word = s.len <= UINT32_MAX ? rs_strmap_put(&cell->words, s, NULL) : RS_NPOS;
        if (word == RS_NPOS) {
            rows->status = rs_err_nomem(&rows->error, "a text");
            return;
        }
        cell->word = (uint32_t)word;
    }
    ((uint32_t *)cell->data)[rows->row] = cell->word;
}

/* Longer text that repeats the last one of its column (a release, a file, a class) shares its
 * bytes. */
static void put_text(rs_rows *rows, rs_cell *cell, rs_str s)
{
    enum { MOST_SHARED = 256 }; /* longer text is seldom repeated */
    duckdb_string_t *at = (duckdb_string_t *)cell->data + rows->row;
    const bool in_cell = s.len <= sizeof at->value.inlined.inlined;
    if (!in_cell && s.len <= MOST_SHARED && cell->behind_shared) {
        const duckdb_string_t last = ((const duckdb_string_t *)cell->data)[cell->behind_shared - 1];
        if (last.value.pointer.length == s.len &&
            memcmp(last.value.pointer.ptr, s.ptr, s.len) == 0) {
            *at = last;
            return;
        }
    }
    if (in_cell && make_cell(rows, s, at) && is_ascii_cell(at)) return;
    if (put_text_at(rows, cell->vector, rows->row, s) && !in_cell)
        cell->behind_shared = rows->row + 1;
}

void rs_put_str(rs_rows *rows, int column, rs_str s)
{
    rs_cell *cell = cell_of(rows, column);
    if (!cell) return;
    if (!s.ptr) {
        set_null(cell);
        return;
    }
    RS_ASSERT(good_text(s));
    if (cell->type == DUCKDB_TYPE_UINTEGER) put_word(rows, cell, s);
    else if (cell->type == DUCKDB_TYPE_VARCHAR) put_text(rows, cell, s);
    else wrong_type(rows, cell, "text");
}

void rs_put_bytes(rs_rows *rows, int column, rs_str bytes)
{
    rs_cell *cell = cell_of(rows, column);
    if (!cell) return;
    if (!bytes.ptr) set_null(cell);
    else if (cell->type != DUCKDB_TYPE_BLOB) wrong_type(rows, cell, "bytes");
    else (void)make_cell(rows, bytes, (duckdb_string_t *)cell->data + rows->row);
}

void rs_put_i64(rs_rows *rows, int column, int64_t v)
{
    rs_cell *cell = cell_of(rows, column);
    if (!cell) return;
    switch (cell->type) {
    case DUCKDB_TYPE_BIGINT: ((int64_t *)cell->data)[rows->row] = v; return;
    case DUCKDB_TYPE_INTEGER:
        if (v < INT32_MIN || v > INT32_MAX) {
            fail_cell(rows, cell, "the number does not fit 32 bits");
            return;
        }
        ((int32_t *)cell->data)[rows->row] = (int32_t)v;
        return;
    case DUCKDB_TYPE_UBIGINT: ((uint64_t *)cell->data)[rows->row] = (uint64_t)v; return;
    case DUCKDB_TYPE_DOUBLE: ((double *)cell->data)[rows->row] = (double)v; return;
    case DUCKDB_TYPE_BOOLEAN: ((bool *)cell->data)[rows->row] = v != 0; return;
    default: wrong_type(rows, cell, "an integer");
    }
}

void rs_put_double(rs_rows *rows, int column, double v)
{
    rs_cell *cell = cell_of(rows, column);
    if (!cell) return;
    if (cell->type == DUCKDB_TYPE_DOUBLE) ((double *)cell->data)[rows->row] = v;
    else wrong_type(rows, cell, "a real number");
}

void rs_put_bool(rs_rows *rows, int column, bool v)
{
    rs_cell *cell = cell_of(rows, column);
    if (!cell) return;
    if (cell->type == DUCKDB_TYPE_BOOLEAN) ((bool *)cell->data)[rows->row] = v;
    else wrong_type(rows, cell, "a truth value");
}

/* Makes room for n children behind those of earlier rows and sets the row's entry; false = error
 * kept. */
static bool open_list(rs_rows *rows, rs_cell *cell, duckdb_type child, size_t n, const char *given)
{
    if (cell->type != DUCKDB_TYPE_LIST || cell->child != child) {
        wrong_type(rows, cell, given);
        return false;
    }
    /* Far above any sample, and far below what would overflow the doubling below. */
    if (n > (size_t)1 << 28) {
        fail_cell(rows, cell, "a list of more than 2^28 values");
        return false;
    }
    idx_t need = cell->n_children + n;
    if (need > cell->cap_children) {
        idx_t cap = cell->cap_children ? cell->cap_children : rows->capacity;
        while (cap < need) cap *= 2;
        /* the child vector may move: it is asked for again */
        if (duckdb_list_vector_reserve(cell->vector, cap) != DuckDBSuccess) {
            rows->status = rs_err_nomem(&rows->error, "a list");
            return false;
        }
        cell->cap_children = cap;
        cell->child_vector = duckdb_list_vector_get_child(cell->vector);
    }
    ((duckdb_list_entry *)cell->data)[rows->row] = (duckdb_list_entry){cell->n_children, n};
    return true;
}

void rs_put_doubles(rs_rows *rows, int column, const double *v, size_t n)
{
    rs_cell *cell = cell_of(rows, column);
    if (!cell || !open_list(rows, cell, DUCKDB_TYPE_DOUBLE, n, "a list of numbers")) return;
    double *child = duckdb_vector_get_data(cell->child_vector);
    if (n > 0) memcpy(child + cell->n_children, v, n * sizeof *v);
    cell->n_children += n;
}

void rs_put_strs(rs_rows *rows, int column, const rs_str *v, size_t n)
{
    rs_cell *cell = cell_of(rows, column);
    if (!cell || !open_list(rows, cell, DUCKDB_TYPE_VARCHAR, n, "a list of texts")) return;
    for (size_t i = 0; i < n; i++) {
        RS_ASSERT(v[i].ptr == NULL || good_text(v[i]));
        idx_t at = cell->n_children + i;
        if (v[i].ptr) {
            put_text_at(rows, cell->child_vector, at, v[i]);
            continue;
        }
        duckdb_vector_ensure_validity_writable(cell->child_vector);
        duckdb_validity_set_row_invalid(duckdb_vector_get_validity(cell->child_vector), at);
    }
    cell->n_children += n;
}

void rs_put_end(rs_rows *rows)
{
    if (rows->status != RSIFT_OK) return;
    /* Every row of every table has its first column: without it, a put was forgotten. */
    if (rows->cells[0].n_rows <= rows->row) {
        fail(rows, 0, "the row ends without it");
        return;
    }
    rows->n_rows++;
    if (++rows->row == rows->capacity) hand_on(rows);
}
