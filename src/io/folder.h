/* Folders on disk and the files in them. */
#ifndef RS_IO_FOLDER_H
#define RS_IO_FOLDER_H

#include "io/list.h"

/* Adds everything below the tree's root folder. */
rsift_status rs_io_folder_walk(rs_io_tree *tree, rsift_error *err);
/* Adds one file of the root folder (with the pieces that belong to it) as what was opened. */
rsift_status rs_io_folder_one(rs_io_tree *tree, rs_str name, rsift_error *err);

#endif
