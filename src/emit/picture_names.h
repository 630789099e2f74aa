/* Names of pictures in an output: "<dataset>/<canonical path>", with ".png" for the extension of a
 * rendered picture. No two pictures get names that a file system may take for one: names are
 * compared without case and in one normal form of Unicode (A.png and a.png are one file on some
 * disks). A rendered picture whose name is taken keeps its own extension too ("x.tif.png"); what is
 * still taken is numbered ("x~3.png"). */
#ifndef RS_EMIT_PICTURE_NAMES_H
#define RS_EMIT_PICTURE_NAMES_H

#include "emit/pictures.h"

/* Names the pictures that were loaded since the last call: first those that keep their path, then
 * rendered ones, each in the order of paths, so that names depend on nothing else. */
rsift_status rs_emit_name_pictures(rs_emit_pictures *pictures, rsift_error *err);

#endif
