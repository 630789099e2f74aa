/* Members of archives that can only be read from their start (tar.gz, 7z, rar), copied once to an
 * unlinked temporary file so that they can then be had in any order. Immutable after opening,
 * shared by threads. */
#ifndef RS_RELEASE_SPOOL_H
#define RS_RELEASE_SPOOL_H

#include "base/buf.h"
#include "io/io.h"

typedef struct rs_spool rs_spool;

/* Copies those of the members (any order) that cannot be opened by themselves; *out is NULL when
 * all can. Errors: RSIFT_E_LIMIT above what io/spool.h allows, RSIFT_E_IO, RSIFT_E_FORMAT of the
 * archive, RSIFT_E_NOMEM. */
rsift_status rs_spool_new(const rs_io_tree *tree, const size_t *members, size_t n, rs_spool **out,
                          rsift_error *err);
void rs_spool_free(rs_spool *spool); /* NULL is fine */

/* The member's bytes into `out` (emptied before), from the copy or from the tree. spool may be
 * NULL. RSIFT_E_LIMIT above `most` bytes. */
rsift_status rs_spool_read(const rs_spool *spool, const rs_io_tree *tree, size_t member,
                           size_t most, rs_buf *out, rsift_error *err);

#endif
