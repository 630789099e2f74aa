/* From anchors that a picture shares with indexed ones to placements that several of them
 * support. */
#ifndef RS_SIMILAR_CROP_VOTE_H
#define RS_SIMILAR_CROP_VOTE_H

#include "similar/crop.h"

enum {
    RS_CROP_MIN_APART = 32, /* px between the outermost anchors that agree */
    RS_CROP_PER_SHEET = 3,  /* placements proposed for one sheet */
};

/* One anchor of the picture that is asked for, found on a sheet: the picture laid in `orientation`
 * lies at (dx, dy) of the sheet if they are the same. */
typedef struct rs_crop_match {
    uint32_t sheet;
    unsigned orientation;
    int64_t dx, dy;
    uint32_t x, y; /* of the anchor, in the picture as it is */
    bool alone;    /* enough for a proposal: one of the two pictures has hardly any anchors */
} rs_crop_match;

typedef struct rs_crop_proposal {
    uint32_t sheet;
    unsigned orientation;
    int64_t dx, dy;
    uint32_t votes; /* anchors that agree */
} rs_crop_proposal;

/* Sorts the matches and writes over `out`, which has room for n, the placements that at least two
 * anchors RS_CROP_MIN_APART apart support, or one that may stand alone: most votes first. Returns
 * their number. */
size_t rs_crop_vote(rs_crop_match *matches, size_t n, rs_crop_proposal *out);

#endif
