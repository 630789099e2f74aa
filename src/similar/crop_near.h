/* Descriptions of the anchors of indexed pictures, found by their first bits: 18 bytes per
 * anchor. */
#ifndef RS_SIMILAR_CROP_NEAR_H
#define RS_SIMILAR_CROP_NEAR_H

#include "base/err.h"

typedef struct rs_crop_view {
    uint64_t bits;  /* of crop_describe.h; the lowest 3 are the orientation in which it is that */
    uint32_t sheet; /* of the index */
    uint16_t x, y;  /* in the sheet */
} rs_crop_view;

enum { RS_CROP_VIEW_PARTS = 256 };

typedef struct rs_crop_near {
    struct rs_crop_near_part {
        rs_crop_view *at; /* sealed: by the first bits, then by sheet as numbered */
        size_t n, cap;
        uint32_t
            *start; /* start[i]: the first whose next bits, after the part's 8, are at least i */
    } part[RS_CROP_VIEW_PARTS]; /* by the uppermost 8 bits */
    unsigned prefix;            /* how many bits are looked up */
} rs_crop_near;

void rs_crop_near_fini(rs_crop_near *near);
rsift_status rs_crop_near_add(rs_crop_near *near, const rs_crop_view *view, rsift_error *err);
/* Sheet i is number_of[i] from now on; the views come in the order of sheets. Before sealing. */
void rs_crop_near_renumber(rs_crop_near *near, const uint32_t *number_of);
/* Sorts; after it nothing is added. */
rsift_status rs_crop_near_seal(rs_crop_near *near, rsift_error *err);
/* All views of a sealed index whose first `prefix` bits are those of `bits`. */
const rs_crop_view *rs_crop_near_find(const rs_crop_near *near, uint64_t bits, size_t *n);
size_t rs_crop_near_bytes(const rs_crop_near *near);

#endif
