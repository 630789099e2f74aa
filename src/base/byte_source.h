/* Where a parser's bytes come from: one function and its context. The JSON cutter, lines, CSV and
 * XML read from one, whatever is behind it (rs_io_source for a member of a release). It is no file:
 * it has no size, no name, and only goes forward. */
#ifndef RS_BASE_BYTE_SOURCE_H
#define RS_BASE_BYTE_SOURCE_H

#include "base/err.h"
#include "base/str.h"

/* Up to n bytes into dst; *got == 0 only at the end. */
typedef rsift_status rs_byte_source_fn(void *ctx, void *dst, size_t n, size_t *got,
                                       rsift_error *err);

typedef struct rs_byte_source {
    rs_byte_source_fn *read;
    void *ctx; /* must outlive the parser that holds the source */
} rs_byte_source;

static inline rsift_status rs_byte_source_read(rs_byte_source source, void *dst, size_t n,
                                               size_t *got, rsift_error *err)
{
    return source.read(source.ctx, dst, n, got, err);
}

/* Text in memory as a source: what is still to be read, and the most that one read gives (0 = no
 * bound; tests try every size). */
typedef struct rs_text_source {
    rs_str rest;
    size_t step;
} rs_text_source;
rs_byte_source rs_byte_source_of_text(rs_text_source *text);

#endif
