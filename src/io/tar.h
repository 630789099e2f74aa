/* Plain tar archives: ustar, pax, GNU long names; an index of offsets, so that members can be read
 * in any order. Not sparse members (noted), not links (noted). */
#ifndef RS_IO_TAR_H
#define RS_IO_TAR_H

#include "io/list.h"

/* Adds the archive's members and reports archives among them to `nested`. RSIFT_E_FORMAT after a
 * damaged place leaves the members before it in the tree. */
rsift_status rs_io_tar_list(rs_io_tree *tree, uint32_t container, rs_io_nested_fn *nested,
                            rsift_error *err);

#endif
