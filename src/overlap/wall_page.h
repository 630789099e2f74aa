/* The HTML of a wall. Every text that comes from outside is escaped: between tags, in attributes
 * and in the list of pairs that the page's script reads. */
#ifndef RS_OVERLAP_WALL_PAGE_H
#define RS_OVERLAP_WALL_PAGE_H

#include "decide/walls.h"
#include "io/io.h"
#include "overlap/wall_views.h"

/* A pair and the numbers of its views. `whole`: all of each picture; `part`: what both show of it.
 */
typedef struct rs_wall_shown {
    rs_wall_pair pair;
    rs_str lineage; /* how the datasets are related; ptr NULL = not known */
    size_t whole[2], part[2];
    bool framed[2];     /* that is a piece of this picture: */
    double frame[2][4]; /* x, y, width, height as shares of it */
} rs_wall_shown;

typedef struct rs_wall_page {
    rs_wall_kind kind;
    int64_t n_all; /* pairs found */
    rs_wall_shown *shown;
    size_t n_shown;
    rs_wall_cell *cells; /* by row, column, method */
    size_t n_cells;
    const rs_wall_views *views;
} rs_wall_page;

rsift_status rs_wall_page_write(const rs_wall_page *page, rs_io_out *out, rsift_error *err);

#endif
