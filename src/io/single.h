/* One file by its path, as people name it in an option: a table, a recipe, a list. Archives stay
 * closed: nothing inside one is meant. Releases are read through io.h. */
#ifndef RS_IO_SINGLE_H
#define RS_IO_SINGLE_H

#include "io/io.h"

typedef struct rs_io_single {
    rs_io_tree *tree;
    rs_io_stream *stream;
} rs_io_single;

/* Opens it for reading from the front; limits may be NULL. Also after an error `out` can be closed.
 * RSIFT_E_IO naming it when it cannot be read, RSIFT_E_ARG for a folder. */
rsift_status rs_io_single_open(rs_str path, const rsift_limits *limits, rs_io_single *out,
                               rsift_error *err);
void rs_io_single_close(rs_io_single *file);
/* All bytes of it, in the arena. */
rsift_status rs_io_single_slurp(rs_str path, const rsift_limits *limits, rs_arena *arena,
                                rs_str *out, rsift_error *err);

#endif
