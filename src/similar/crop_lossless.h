/* Lossless pieces, by the keys of their anchors. */
#ifndef RS_SIMILAR_CROP_LOSSLESS_H
#define RS_SIMILAR_CROP_LOSSLESS_H

#include "similar/crop_index.h"

/* Appends to out, which holds *n of at most max, the indexed pictures of which `picture` may be a
 * lossless piece, or they of it. */
rsift_status rs_crop_ask_lossless(const rs_crop_index *index, const rs_luma *picture,
                                  rs_crop_candidate *out, size_t max, size_t *n, rsift_error *err);

#endif
