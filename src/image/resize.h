/* Pixels shrunk and oriented upright. */
#ifndef RS_IMAGE_RESIZE_H
#define RS_IMAGE_RESIZE_H

#include "image/pixels.h"

/* Area average to exactly width x height (each at least 1 and at most the source's). Whole-number
 * arithmetic: the same bytes on every machine. */
rsift_status rs_image_shrink(const rs_pixels *src, uint32_t width, uint32_t height, rs_pixels *out,
                             rsift_error *err);
/* The same by rows, where the source is not held: its rows are added from top to bottom. */
typedef struct rs_image_shrinker {
    rs_pixels out;
    uint64_t *sums;         /* of the target row that is being made */
    uint64_t width, height; /* of the source */
    uint64_t next, made;    /* source rows added, target rows made */
} rs_image_shrinker;

/* Errors: RSIFT_E_ARG (a size that is no smaller one), RSIFT_E_NOMEM. */
rsift_status rs_image_shrinker_init(rs_image_shrinker *s, uint32_t width, uint32_t height,
                                    uint32_t out_width, uint32_t out_height, rsift_error *err);
/* One row of RGB; rows behind the last one are left out. */
void rs_image_shrinker_add(rs_image_shrinker *s, const uint8_t *rgb);
/* Forgets the rows added. */
void rs_image_shrinker_restart(rs_image_shrinker *s);
bool rs_image_shrinker_done(const rs_image_shrinker *s);
void rs_image_shrinker_fini(rs_image_shrinker *s);

/* The largest size within max_side x max_side of the same shape; never larger than the source. */
void rs_image_fit(uint32_t width, uint32_t height, uint32_t max_side, uint32_t *out_width,
                  uint32_t *out_height);

/* Makes the pixels upright in place (may reallocate); orientation 1..8 as in rs_image_info. */
rsift_status rs_image_orient(rs_pixels *pixels, unsigned orientation, rsift_error *err);

#endif
