/* Connected parts of a label map: pixels of one class that touch at a side or a corner. */
#ifndef RS_GEOM_PARTS_H
#define RS_GEOM_PARTS_H

#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    RS_PARTS_NONE = UINT16_MAX, /* a label that is of no class */
    RS_PARTS_MAX = 1 << 18,     /* parts of one map, counted while they grow together */
};

typedef struct rs_part {
    uint32_t x0, y0, x1, y1; /* half-open */
    uint64_t n_pixels;
    uint16_t class_number;
} rs_part;

typedef struct rs_parts {
    rs_part *items; /* heap; in the order of their first pixels, row by row */
    size_t n;
} rs_parts;

void rs_geom_parts_fini(rs_parts *parts);
/* Parts of a map.
 *   at        [width * height] rows top to bottom: indices into `classes`
 *   classes   [n labels] class number of each label, or RS_PARTS_NONE
 *   errors    RSIFT_E_LIMIT for more than RS_PARTS_MAX, RSIFT_E_NOMEM; *out is {0} then */
rsift_status rs_geom_parts_find(const uint16_t *at, uint32_t width, uint32_t height,
                                const uint16_t *classes, rs_parts *out, rsift_error *err);

#endif
