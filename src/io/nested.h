/* Whether something is an archive, and what is in it. Above the containers, which report what they
 * hold to rs_io_add_nested; below folder.c, which asks it about each file. */
#ifndef RS_IO_NESTED_H
#define RS_IO_NESTED_H

#include "io/list.h"

/* See rs_io_nested_fn. A stream is unpacked to a temporary file when its first bytes are those of
 * an archive. */
rs_io_nested_fn rs_io_add_nested;
/* Adds `item` as a plain member over its span. */
rsift_status rs_io_add_plain(rs_io_tree *tree, const rs_io_item *item, rsift_error *err);

#endif
