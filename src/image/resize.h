/* Pixels shrunk and oriented upright. */
#ifndef RS_IMAGE_RESIZE_H
#define RS_IMAGE_RESIZE_H

#include "image/pixels.h"

/* Area average to exactly width x height (each at least 1 and at most the source's). Whole-number
 * arithmetic: the same bytes on every machine. */
rsift_status rs_image_shrink(const rs_pixels *src, uint32_t width, uint32_t height, rs_pixels *out,
                             rsift_error *err);
/* The largest size within max_side x max_side of the same shape; never larger than the source. */
void rs_image_fit(uint32_t width, uint32_t height, uint32_t max_side, uint32_t *out_width,
                  uint32_t *out_height);

/* Makes the pixels upright in place (may reallocate); orientation 1..8 as in rs_image_info. */
rsift_status rs_image_orient(rs_pixels *pixels, unsigned orientation, rsift_error *err);

#endif
