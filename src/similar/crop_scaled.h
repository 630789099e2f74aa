/* Pieces that were rescaled or recompressed, by descriptions of their anchors. */
#ifndef RS_SIMILAR_CROP_SCALED_H
#define RS_SIMILAR_CROP_SCALED_H

#include "similar/crop_index.h"

/* Appends to out, which holds *n of at most max. */
rsift_status rs_crop_ask_scaled(const rs_crop_index *index, const rs_luma *picture,
                                rs_crop_candidate *out, size_t max, size_t *n, rsift_error *err);

#endif
