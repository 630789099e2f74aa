/* HOW text files spell lines: LF or CRLF, a last line without either, of files of any size. */
#ifndef RS_CODEC_LINES_H
#define RS_CODEC_LINES_H

#include "base/byte_source.h"
#include "base/err.h"
#include "base/str.h"

#include <stdbool.h>

/* {0} plus the source is a reader at its beginning. One thread. */
typedef struct rs_lines {
    rs_byte_source source;
    uint64_t max_line; /* bytes; 0 = 16 MiB */
    char *window;
    size_t cap, pos, end;
    int64_t base; /* file offset of window[0] */
    bool eof;
} rs_lines;

/* The next line without its end; good until the next call. RSIFT_END at the end; RSIFT_E_LIMIT when
 * a line is longer than max_line. */
rsift_status rs_lines_next(rs_lines *lines, rs_str *line, int64_t *offset, rsift_error *err);
void rs_lines_fini(rs_lines *lines);

#endif
