/* Archives that are read from the start: tar.gz and its kin, single compressed files, rar, 7z, by
 * libarchive. A pass is one reading of such an archive; one per thread. */
#ifndef RS_IO_ARCHIVE_H
#define RS_IO_ARCHIVE_H

#include "io/tree.h"

typedef struct rs_io_pass rs_io_pass;

rsift_status rs_io_pass_open(const rs_io_tree *tree, const rs_io_container *container,
                             rs_io_pass **out, rsift_error *err);
void rs_io_pass_close(rs_io_pass *pass);
/* Moves on to the entry with this ordinal, which must not lie behind. After an error that ends the
 * archive every later call fails with the same error. */
rsift_status rs_io_pass_seek(rs_io_pass *pass, int64_t ordinal, rsift_error *err);
/* Bytes of the current entry; *got == 0 at its end. */
rsift_status rs_io_pass_read(rs_io_pass *pass, void *dst, size_t n, size_t *got, rsift_error *err);

/* Adds the archive's members, looking into archives among them; reads the archive once.
 * RSIFT_E_FORMAT after a damaged place leaves the members before it in the tree. */
rsift_status rs_io_archive_list(rs_io_tree *tree, uint32_t container, rsift_error *err);

#endif
