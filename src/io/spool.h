/* Temporary files: unlinked at once, so that nothing stays behind a killed process, and bounded.
 * All of a tree together hold at most limits.max_spool bytes and at most half of what was free
 * where they are made. Crossing that, or a full disk, is RSIFT_E_LIMIT: the archive is too large
 * for here, the rest of the tree can be read. */
#ifndef RS_IO_SPOOL_H
#define RS_IO_SPOOL_H

#include "io/list.h"

/* An empty temporary file. */
rsift_status rs_io_spool_open(const rs_io_tree *tree, int *fd, rsift_error *err);
/* Appends at the file's position; *n_bytes grows by what was counted. */
rsift_status rs_io_spool_append(const rs_io_tree *tree, int fd, rs_str bytes, int64_t *n_bytes,
                                rsift_error *err);
/* Gives counted bytes back: the file is closed or cut. */
void rs_io_spool_forget(const rs_io_tree *tree, int64_t n_bytes);

/* The rest of `stream` into a file of its own. The caller closes fd and forgets n_bytes. */
rsift_status rs_io_spool(const rs_io_tree *tree, rs_io_stream *stream, int *fd, int64_t *n_bytes,
                         rsift_error *err);
/* `head` and then the rest of `stream` behind what the tree's own temporary file holds, for as long
 * as the tree is open: unpacked archives share one descriptor. Only while the tree is being
 * listed. */
rsift_status rs_io_spool_keep(rs_io_tree *tree, rs_str head, rs_io_stream *stream, rs_io_span *out,
                              rsift_error *err);

#endif
