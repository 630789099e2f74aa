/* The table above a wall: what each method says about two sets of pictures. */
#ifndef RS_OVERLAP_WALL_MATRIX_H
#define RS_OVERLAP_WALL_MATRIX_H

#include "base/buf.h"
#include "decide/walls.h"

/* Appends the table as HTML: rows in the order of the cells, columns in that of the alphabet,
 * nothing where there are no cells. A field says in short what its methods say together, and opens
 * to one line for each of them. */
void rs_wall_put_matrix(const rs_wall_cell *cells, size_t n, rs_buf *out);

#endif
