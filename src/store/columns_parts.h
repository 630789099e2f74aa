/* Inside of the columns of Parquet files: what is known of a file, and statements over it. */
#ifndef RS_STORE_COLUMNS_PARTS_H
#define RS_STORE_COLUMNS_PARTS_H

#include "io/rows.h"
#include "store/internal.h"

typedef struct rs_columns_engine {
    duckdb_database db;
    rsift_limits limits;
} rs_columns_engine;

typedef enum rs_column_kind {
    RS_COLUMN_PLAIN,
    RS_COLUMN_TEXT,    /* a BLOB that holds text */
    RS_COLUMN_STRUCT,  /* pictures: STRUCT(bytes, path) */
    RS_COLUMN_BLOB,    /* pictures: BLOB */
    RS_COLUMN_STRUCTS, /* lists of pictures */
    RS_COLUMN_BLOBS,
    RS_COLUMN_LEFT_OUT, /* bytes of another kind */
} rs_column_kind;

static inline bool rs_column_is_list(rs_column_kind kind)
{
    return kind == RS_COLUMN_STRUCTS || kind == RS_COLUMN_BLOBS;
}
static inline bool rs_column_is_picture(rs_column_kind kind)
{
    return kind >= RS_COLUMN_STRUCT && kind <= RS_COLUMN_BLOBS;
}

/* An element of a list of pictures. */
typedef struct rs_column_element {
    rs_str path; /* ptr NULL = none */
    bool absent; /* no bytes */
} rs_column_element;

typedef struct rs_file_column {
    const char *name;
    rs_column_kind kind;
    rs_vtype type;
    size_t bytes, path; /* children of the struct; path == RS_NPOS = none */
    uint32_t picture;   /* number among the columns of pictures */
    /* What cannot be had from the file without reading its blobs, read once: */
    uint8_t *absent; /* a bit a row: no bytes; NULL = every row has some */
    uint64_t *ends;  /* lists: end of the row's elements */
    rs_column_element *elements;
    size_t n_elements, cap_elements;
} rs_file_column;

typedef struct rs_columns {
    const rs_columns_engine *engine;
    rs_arena arena;
    rs_file_column *items;
    size_t n, n_pictures;
    int64_t n_rows;                 /* as the file states */
    const rs_file_column *named_by; /* the column of texts that names the one picture of a row */
    bool columns_named; /* more than one column of pictures, or lists: names tell which */
} rs_columns;

/* The name of a picture below its file, clean; `path` may be empty. Appended. */
void rs_columns_put_cell(rs_buf *buf, rs_arena *scratch, const rs_columns *table,
                         const rs_file_column *column, const rs_io_cell *cell, rs_str path);
static inline bool rs_column_is_absent(const rs_file_column *column, int64_t row)
{
    return column->absent && (column->absent[row / 8] >> (row % 8) & 1);
}

/* An open statement, of which one chunk is held. */
typedef struct rs_columns_scan {
    duckdb_connection con;
    duckdb_prepared_statement prepared;
    duckdb_result result;
    bool open, ended; /* ended: DuckDB takes one more question for a mistake */
    duckdb_data_chunk chunk;
    idx_t n; /* rows of the chunk */
} rs_columns_scan;

/* " FROM read_parquet(...)" of the descriptor's file. */
void rs_columns_put_from(rs_buf *sql, int fd);
/* Runs one SELECT; frees `sql`. */
rsift_status rs_columns_scan_open(const rs_columns_engine *engine, rs_buf *sql,
                                  rs_columns_scan *out, rsift_error *err);
/* The next chunk with rows, RSIFT_END. */
rsift_status rs_columns_scan_next(rs_columns_scan *scan, rsift_error *err);
void rs_columns_scan_close(rs_columns_scan *scan);
bool rs_columns_is_null(duckdb_vector vector, idx_t row);
rs_str rs_columns_str(duckdb_vector vector, idx_t row); /* VARCHAR, BLOB */

/* columns_names.c: names of values out of the file's metadata; which structs are no pictures. */
rsift_status rs_columns_name_values(rs_columns *table, rs_str metadata, rsift_error *err);

/* columns_table.c */
rsift_status rs_columns_table_new(void *engine, int fd, rs_io_row_note_fn *note, void *ctx,
                                  void **table, rsift_error *err);
void rs_columns_table_free(void *table);

#endif
