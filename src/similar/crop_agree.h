/* From anchors that look alike to placements at any scale that several of them agree on. */
#ifndef RS_SIMILAR_CROP_AGREE_H
#define RS_SIMILAR_CROP_AGREE_H

#include "similar/crop.h"

/* An anchor of the picture asked for that looks like one of a sheet. */
typedef struct rs_alike {
    uint32_t sheet;
    uint8_t orientation; /* in which the picture lies, if they are the same */
    uint8_t distance;    /* bits */
    float scale;         /* sheet pixels per picture pixel, within a few per cent */
    float x, y;          /* in the picture laid in that orientation */
    float sheet_x, sheet_y;
} rs_alike;

typedef struct rs_agreed {
    uint32_t sheet, votes; /* distinct anchors of the sheet */
    unsigned orientation;
    double scale, x, y; /* of the laid picture's corner on the sheet */
} rs_agreed;

/* Sorts the matches and writes over `out`, which has room for n, one placement for each sheet and
 * orientation that at least two matches agree on; most votes first. Returns their number. */
size_t rs_alike_agree(rs_alike *alike, size_t n, rs_agreed *out);

#endif
