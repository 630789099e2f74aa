/* Paths as they are typed on a POSIX shell's command line. */
#ifndef RS_RELEASE_TYPED_H
#define RS_RELEASE_TYPED_H

#include "base/arena.h"
#include "base/buf.h"

/* Appends the path `below` of the scanned `path` ("" = that itself) as one word: bare when it
 * cannot mean anything else, else in quotes; a leading '-' behind "./". */
void rs_typed_path(rs_buf *out, rs_arena *arena, rs_str path, rs_str below);
/* The path itself, joined. ptr NULL = out of memory. */
rs_str rs_typed_join(rs_arena *arena, rs_str path, rs_str below);

#endif
