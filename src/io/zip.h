/* Zip archives by their central directory: zip64, data descriptors, stored and deflated members,
 * split zips. Not encryption, not Deflate64 and other methods (named and noted). */
#ifndef RS_IO_ZIP_H
#define RS_IO_ZIP_H

#include "io/tree.h"

/* Adds the archive's members, looking into archives among them. */
rsift_status rs_io_zip_list(rs_io_tree *tree, uint32_t container, rsift_error *err);
/* Prepares a stream for one member: small ones are decoded at once. */
rsift_status rs_io_zip_start(rs_io_stream *stream, const rs_io_container *container,
                             const rs_io_entry *entry, int64_t n_bytes, rsift_error *err);
/* The next decoded bytes of a large deflated member; 1 <= n <= bytes that are left. */
rsift_status rs_io_zip_inflate(rs_io_stream *stream, void *dst, size_t n, size_t *got,
                               rsift_error *err);
/* Where a stored member's bytes begin, for reading it in place; false in *stored otherwise. */
rsift_status rs_io_zip_place(const rs_io_tree *tree, const rs_io_container *container,
                             const rs_io_entry *entry, int64_t n_bytes, bool *stored,
                             int64_t *begin, rsift_error *err);

/* What rsift cannot read about a member and the way out; NULL = fine. */
const char *rs_io_zip_obstacle(uint16_t flags, uint16_t method);
/* Bytes that n compressed ones may decode to; small numbers are not worth a quarrel. */
uint64_t rs_io_zip_most(const rs_io_tree *tree, int64_t n_packed);

#endif
