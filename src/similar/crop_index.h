/* What an index of pictures is made of; for the files that fill it and ask it. */
#ifndef RS_SIMILAR_CROP_INDEX_H
#define RS_SIMILAR_CROP_INDEX_H

#include "similar/anchors.h"
#include "similar/crop.h"
#include "similar/crop_keys.h"
#include "similar/crop_near.h"

/* What coordinates of 16 bits are in: a picture, or a square of one that is larger. */
typedef struct rs_crop_sheet {
    uint32_t number;
    uint32_t x0, y0;    /* of the sheet in its picture */
    uint32_t n_anchors; /* of the picture */
} rs_crop_sheet;

enum { RS_CROP_SHEET_SIDE = 1 << 16 };

struct rs_crop_index {
    rs_crop_keys keys; /* lossless pieces */
    rs_crop_near near; /* rescaled and recompressed ones, if asked for */
    rs_crop_sheet *sheets;
    size_t n_sheets, cap_sheets;
    rs_crop_options options;
    bool sealed;
};

#endif
