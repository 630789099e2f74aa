/* One member of a zip as a stream. What members there are is zip.h's. */
#ifndef RS_IO_ZIP_READ_H
#define RS_IO_ZIP_READ_H

#include "io/stream.h"

/* A range of a zip with several small members, so that they take one read. bytes is freed by its
 * owner; all zero = nothing is read ahead. */
struct rs_io_ahead {
    const rs_io_span *span;
    int64_t begin;
    size_t n, cap;
    uint8_t *bytes;
};

/* Reads the range from members[0] on, ascending, that holds as many of them as stand close together
 * in one zip. Where that would be one, or cannot be read, nothing is ahead, and each is read
 * alone. */
void rs_io_zip_ahead(const rs_io_tree *tree, const size_t *members, size_t n, rs_io_ahead *ahead);
/* Is the member's beginning in the range? */
bool rs_io_is_ahead(const rs_io_tree *tree, size_t member, const rs_io_ahead *ahead);

/* Prepares a stream for one member: small ones are decoded at once. */
rsift_status rs_io_zip_start(rs_io_stream *stream, const rs_io_container *container,
                             const rs_io_entry *entry, int64_t n_bytes, rsift_error *err);
/* Where a stored member's bytes begin, for reading it in place; -1 in *begin for others. */
rsift_status rs_io_zip_place(const rs_io_tree *tree, const rs_io_container *container,
                             const rs_io_entry *entry, int64_t n_bytes, int64_t *begin,
                             rsift_error *err);

/* What rsift cannot read about a member and the way out; NULL = fine. */
const char *rs_io_zip_obstacle(uint16_t flags, uint16_t method);

#endif
