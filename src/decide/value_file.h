/* The file with a row of values per sample. Unknown is an empty field. */
#ifndef RS_DECIDE_VALUE_FILE_H
#define RS_DECIDE_VALUE_FILE_H

#include "decide/value_unit.h"
#include "io/io.h"
#include "store/store.h"

/* Rows of CSV: rs_value_file_open, then a row per sample, then close. */
typedef struct rs_value_file {
    rs_io_out *out; /* NULL = none is wanted */
    rs_buf rows;
    int64_t n;
} rs_value_file;
rsift_status rs_value_file_open(rs_value_file *file, rs_str path, rsift_error *err);
/* Commits when `status` is RSIFT_OK, else discards; returns `status` or what failed here. */
rsift_status rs_value_file_close(rs_value_file *file, rsift_status status, rsift_error *err);
/* Turns the finished file of rows into Parquet. */
rsift_status rs_value_file_to_parquet(rs_store *store, rs_str csv, rs_str path, rsift_error *err);

/* A sample of which some turns were judged. */
typedef struct rs_value_row {
    rs_id id;
    const rs_value_unit *unit;
    const rs_value_cell *cell; /* of its first question; NULL = it has none */
    rs_value_sums sums;        /* of its questions; no distinct words */
    double share;              /* sum over the judged ones */
    size_t level;              /* of the first judged question */
} rs_value_row;
rsift_status rs_value_file_put(rs_value_file *file, const rs_value_row *row, rsift_error *err);

#endif
