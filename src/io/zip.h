/* Zip archives by their central directory: zip64, data descriptors, stored and deflated members,
 * split zips. Not encryption, not Deflate64 and other methods (named and noted). */
#ifndef RS_IO_ZIP_H
#define RS_IO_ZIP_H

#include "io/list.h"

/* Adds the archive's members and reports archives among them to `nested`. */
rsift_status rs_io_zip_list(rs_io_tree *tree, uint32_t container, rs_io_nested_fn *nested,
                            rsift_error *err);

#endif
