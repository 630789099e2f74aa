/* Disks and spans: reading bytes by position from files that are opened when first needed, and from
 * the temporary file of unpacked archives. Shared by threads. */
#ifndef RS_IO_DISK_H
#define RS_IO_DISK_H

#include "io/stream.h"

#include <sys/stat.h>

/* A disk for a file below the root. NULL = out of memory. */
rs_io_disk *rs_io_disk_new(rs_io_tree *tree, rs_str name, int64_t n_bytes, int64_t mtime_ns);
/* A disk for an open temporary file, which it then owns. NULL = out of memory (fd stays open). */
rs_io_disk *rs_io_disk_of_spool(rs_io_tree *tree, int fd);
void rs_io_disk_free(rs_io_disk *disk);

/* n disks end to end, a piece of one disk, a part of a span; false = out of memory. */
bool rs_io_span_of(rs_io_tree *tree, rs_io_disk *const *disks, size_t n, rs_io_span *out);
bool rs_io_span_piece(rs_io_tree *tree, rs_io_disk *disk, int64_t begin, int64_t n_bytes,
                      rs_io_span *out);
bool rs_io_span_slice(rs_io_tree *tree, const rs_io_span *span, int64_t begin, int64_t n_bytes,
                      rs_io_span *out);

/* Reads up to n bytes at `offset`; *got < n only at the span's end. */
rsift_status rs_io_span_read(const rs_io_tree *tree, const rs_io_span *span, int64_t offset,
                             void *dst, size_t n, size_t *got, rsift_error *err);
/* Exactly n bytes, or RSIFT_E_FORMAT naming the byte where they end. */
rsift_status rs_io_span_need(const rs_io_tree *tree, const rs_io_span *span, int64_t offset,
                             void *dst, size_t n, rsift_error *err);
/* Tells the system that the span will be read from `offset` on. */
void rs_io_span_advise(const rs_io_tree *tree, const rs_io_span *span, int64_t offset,
                       int64_t n_bytes);

/* Makes the span's bytes from `begin` on the stream's source. */
void rs_io_stream_over_span(rs_io_stream *stream, const rs_io_span *span, int64_t begin,
                            int64_t n_bytes);

/* Opens a file below the root and checks that it is the one that was listed. */
rsift_status rs_io_open_listed(const rs_io_tree *tree, const char *name, int64_t n_bytes,
                               int64_t mtime_ns, int *fd, rsift_error *err);
int64_t rs_io_mtime_ns(const struct stat *st);

#endif
