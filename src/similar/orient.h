/* The 8 ways to lay a picture (image/hash.h) as maps of points. */
#ifndef RS_SIMILAR_ORIENT_H
#define RS_SIMILAR_ORIENT_H

#include "image/hash.h"

/* A transposition after a mirroring mirrors the other axis. */
static inline unsigned rs_orient_swapped(unsigned mirrors)
{
    return (mirrors & 1) << 1 | (mirrors >> 1 & 1);
}

/* The one orientation that does first `a`, then `b`. */
static inline unsigned rs_orient_then(unsigned a, unsigned b)
{
    unsigned mirrors = a & 3;
    if (b & RS_IMAGE_TRANSPOSE) mirrors = rs_orient_swapped(mirrors);
    return (mirrors ^ (b & 3)) | ((a ^ b) & RS_IMAGE_TRANSPOSE);
}

static inline unsigned rs_orient_inverse(unsigned o)
{
    return o & RS_IMAGE_TRANSPOSE ? rs_orient_swapped(o & 3) | RS_IMAGE_TRANSPOSE : o;
}

/* Where the pixel (*x, *y) of a width x height picture lies when the picture is laid in `o`. */
static inline void rs_orient_pixel(unsigned o, uint32_t width, uint32_t height, uint32_t *x,
                                   uint32_t *y)
{
    uint32_t w = width, h = height;
    if (o & RS_IMAGE_TRANSPOSE) {
        uint32_t t = *x;
        *x = *y, *y = t;
        w = height, h = width;
    }
    if (o & RS_IMAGE_MIRROR_X) *x = w - 1 - *x;
    if (o & RS_IMAGE_MIRROR_Y) *y = h - 1 - *y;
}

/* How a laid picture is read from one that is not: its pixel (x, y) is at[x * right + y * down]. */
typedef struct rs_orient_view {
    const uint8_t *at;
    ptrdiff_t right, down;
} rs_orient_view;

static inline rs_orient_view rs_orient_view_of(const uint8_t *pixels, uint32_t width,
                                               uint32_t height, unsigned o)
{
    ptrdiff_t right = 1, down = (ptrdiff_t)width;
    uint32_t w = width, h = height;
    if (o & RS_IMAGE_TRANSPOSE) {
        right = (ptrdiff_t)width, down = 1;
        w = height, h = width;
    }
    rs_orient_view view = {pixels, right, down};
    if (o & RS_IMAGE_MIRROR_X) view.at += right * ((ptrdiff_t)w - 1), view.right = -right;
    if (o & RS_IMAGE_MIRROR_Y) view.at += down * ((ptrdiff_t)h - 1), view.down = -down;
    return view;
}

#endif
