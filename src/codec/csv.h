/* HOW comma-separated text spells rows (RFC 4180): quoted fields may hold separators, doubled quotes
 * and line ends; LF or CRLF; of files of any size. A quote inside an unquoted field is kept as it is. */
#ifndef RS_CODEC_CSV_H
#define RS_CODEC_CSV_H

#include "base/arena.h"
#include "codec/lines.h"

/* {0} plus read and ctx is a reader at its beginning. One thread. */
typedef struct rs_csv {
    rs_lines_read_fn *read;
    void *ctx;
    char separator;     /* 0 = ',' */
    uint64_t max_row;   /* bytes; 0 = 16 MiB */
    char *window;
    size_t cap, pos, end;
    int64_t base;       /* file offset of window[0] */
    bool eof;
} rs_csv;

/* The next row; blank lines are passed over, a byte order mark in front too.
 *   fields  [*n], in the arena, quotes taken off
 *   offset  of the row's first byte
 *   returns RSIFT_END at the end; RSIFT_E_FORMAT for a quote that never closes or text behind a
 *           closing quote, RSIFT_E_LIMIT for a row above max_row; both with "byte B" */
rsift_status rs_csv_next(rs_csv *csv, rs_arena *arena, rs_str **fields, size_t *n, int64_t *offset,
                         rsift_error *err);
void rs_csv_fini(rs_csv *csv);

#endif
