/* HOW comma-separated text spells rows (RFC 4180): quoted fields may hold separators, doubled
 * quotes and line ends; LF or CRLF; of files of any size. A quote inside an unquoted field is kept
 * as it is. */
#ifndef RS_CODEC_CSV_H
#define RS_CODEC_CSV_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/byte_source.h"

/* {0} plus the source is a reader at its beginning. One thread. */
typedef struct rs_csv {
    rs_byte_source source;
    char separator;   /* 0 = ',' */
    uint64_t max_row; /* bytes; 0 = 16 MiB */
    int64_t line;     /* 1-based, where the row given last begins */
    char *window;
    size_t cap, pos, end;
    int64_t base;      /* file offset of window[0] */
    int64_t next_line; /* lines before pos */
    size_t scanned;    /* bytes behind pos that are known not to end the row */
    enum {
        RS_CSV_FRESH,
        RS_CSV_PLAIN,
        RS_CSV_QUOTED,
        RS_CSV_CLOSED
    } state; /* of the field there */
    bool eof;
} rs_csv;

/* The next row as written, without its line end; good until the next call. Blank lines are passed
 * over, a byte order mark in front too.
 *   offset  of the row's first byte
 *   returns RSIFT_END at the end; RSIFT_E_FORMAT for a quote that never closes, RSIFT_E_LIMIT for
 *           a row above max_row; both with "line L > byte B" */
rsift_status rs_csv_row(rs_csv *csv, rs_str *row, int64_t *offset, rsift_error *err);

/* The fields of such a row, without their quotes, in the arena.
 *   errors  RSIFT_E_FORMAT "field N: ..." for text behind a closing quote */
rsift_status rs_csv_cut(rs_str row, char separator, rs_arena *arena, rs_str **fields, size_t *n,
                        rsift_error *err);

/* Both at once; errors with "line L > byte B", B being the row's first. */
rsift_status rs_csv_next(rs_csv *csv, rs_arena *arena, rs_str **fields, size_t *n, int64_t *offset,
                         rsift_error *err);
void rs_csv_fini(rs_csv *csv);

/* A field as it is written: quoted where it has to be. What a spreadsheet would compute is only
 * text. */
void rs_csv_put_field(rs_buf *out, rs_str text);

#endif
