/* A file of numbers that somebody brings for samples: CSV (.csv, .tsv) or Parquet, one row per
 * sample or picture. This file knows what the columns are and brings the rows into the table
 * brought_row; which samples they are is brought.sql's, what they are good for brought.h's.
 *
 * A row says whose it is by the first of these columns that the file has:
 *
 *     sample_id       as `rsift query` shows it, with or without dashes
 *     original_id     the release's own id, with a column `dataset` where two datasets share ids
 *     picture         or image, path, content_hash: the picture's hash, path or name; of all
 *                     samples with that one picture */
#ifndef RS_DECIDE_BROUGHT_FILE_H
#define RS_DECIDE_BROUGHT_FILE_H

#include "base/arena.h"
#include "store/store.h"

typedef enum rs_brought_by {
    RS_BROUGHT_BY_SAMPLE,
    RS_BROUGHT_BY_ORIGINAL,
    RS_BROUGHT_BY_PICTURE
} rs_brought_by;

typedef struct rs_brought_column {
    rs_str name;
    bool is_text;        /* its type is none of numbers; of CSV known once the rows were read */
    int64_t n_numbers;   /* out of reading: cells that hold a finite number */
    int64_t n_no_number; /* NaN, infinity, words; an empty cell is neither */
    rs_str seen;         /* the first cell that holds a word, for messages; CSV only */
    int64_t seen_line;
} rs_brought_column;

typedef struct rs_brought_file {
    rs_arena arena;
    rs_str path;
    bool parquet;
    char separator; /* of CSV */
    rs_id hash;     /* of the bytes */
    rs_brought_by by;
    size_t id, dataset; /* columns; RS_NPOS = none */
    rs_brought_column *columns;
    size_t n_columns, cap_columns;
    int64_t n_rows, n_wrong_length; /* out of reading; rows of another length are not used */
} rs_brought_file;

/* Reads the header. {0} before; rs_brought_file_fini also after a failure.
 * Errors: RSIFT_E_ARG for a file without a column that says whose a row is, or with two columns of
 * one name; RSIFT_E_IO, RSIFT_E_FORMAT with the file. */
rsift_status rs_brought_open(rs_store *store, rs_str path, const rsift_limits *limits,
                             rs_brought_file *out, rsift_error *err);

/* Brings the columns `wanted` (numbers of them) into the temporary table brought_row(i, id,
 * dataset, c0, c1, ..) and counts. NaN and infinity become NULL. `tmp`: a folder of the caller's.
 * Errors: RSIFT_E_ARG for a wanted column that holds text, with a cell of it. */
rsift_status rs_brought_load(rs_brought_file *file, rs_store *store, const rsift_limits *limits,
                             const size_t *wanted, size_t n_wanted, rs_str tmp, rsift_error *err);
void rs_brought_file_fini(rs_brought_file *file);

/* Number of the column of that name, RS_NPOS = none. */
size_t rs_brought_find(const rs_brought_file *file, rs_str name);

#endif
