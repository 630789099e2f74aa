/* One member of a zip as a stream. What members there are is zip.h's. */
#ifndef RS_IO_ZIP_READ_H
#define RS_IO_ZIP_READ_H

#include "io/list.h"

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
