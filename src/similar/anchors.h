/* Content-defined anchors of a picture: the same places are found in every piece of it, however it
 * is cut, turned or mirrored. An anchor is a pixel whose 9 x 9 box sum of luma is strictly the
 * greatest (or strictly the least) of the 25 x 25 box sums around it; no pixel beyond 16 px
 * decides. */
#ifndef RS_SIMILAR_ANCHORS_H
#define RS_SIMILAR_ANCHORS_H

#include "similar/crop.h"

#include <stdbool.h>

enum {
    RS_ANCHOR_REACH = 16,      /* px to each side that decide whether there is an anchor */
    RS_ANCHOR_PATCH_SIDE = 15, /* px of the patch that a key is made of */
};

typedef struct rs_anchor {
    uint32_t x, y;
    bool greatest; /* the greatest sum, else the least */
} rs_anchor;

typedef struct rs_anchors {
    rs_anchor *at; /* heap; rs_anchors_fini */
    size_t n, cap;
} rs_anchors;

/* Appends the anchors of a picture: about 900 per Mpx, none of a flat one or one below 33 px. The
 * order depends on the picture only. Needs 130 KB whatever its size. RSIFT_E_NOMEM. */
rsift_status rs_anchors_find(const rs_luma *luma, rs_anchors *out, rsift_error *err);
void rs_anchors_fini(rs_anchors *anchors);
/* Do the anchors lie all over the picture? Those of a mark, a logo, a date or a frame on calm water
 * do not, and by them nothing is found of what the picture was cut from: of its 7 x 7 cells the
 * outermost are left out, and 4 of the other 5 rows and 4 of the 5 columns need an anchor. */
bool rs_anchors_are_spread(const rs_anchors *anchors, const rs_luma *luma);

/* Hash of the 15 x 15 patch around an anchor, laid such that its bytes are least: equal for all 8
 * orientations of a picture. Bit o of *least is set when the patch laid in orientation o is that;
 * several bits are set of a symmetrical patch. */
uint64_t rs_anchor_key(const rs_luma *luma, const rs_anchor *anchor, uint8_t *least);

#endif
