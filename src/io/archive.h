/* Archives that are read from the start: tar.gz and its kin, single compressed files, rar, 7z, by
 * libarchive. A pass is one reading of such an archive; one per thread. */
#ifndef RS_IO_ARCHIVE_H
#define RS_IO_ARCHIVE_H

#include "io/list.h"

typedef struct rs_io_pass rs_io_pass;

rsift_status rs_io_pass_open(const rs_io_tree *tree, const rs_io_container *container,
                             rs_io_pass **out, rsift_error *err);
void rs_io_pass_close(rs_io_pass *pass);
/* Moves on to the entry with this ordinal, which must not lie behind. After an error that ends the
 * archive every later call fails with the same error. */
rsift_status rs_io_pass_seek(rs_io_pass *pass, int64_t ordinal, rsift_error *err);
/* The current entry as a stream of n_bytes (-1 = not known); `own`: the pass closes with it. NULL =
 * out of memory, and the pass stays the caller's. */
rs_io_stream *rs_io_pass_stream(rs_io_pass *pass, rs_str chain, int64_t n_bytes, bool own);

/* Adds the archive's members and reports archives among them to `nested`; reads the archive once.
 * RSIFT_E_FORMAT after damage leaves the members before it in the tree. */
rsift_status rs_io_archive_list(rs_io_tree *tree, uint32_t container, rs_io_nested_fn *nested,
                                rsift_error *err);

#endif
