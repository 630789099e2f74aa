/* Run-length masks as COCO keeps them: column by column, runs of 0 and 1 in turn, beginning with a
 * (possibly empty) run of 0. Masks made here are canonical: no empty run but the first, and the
 * runs cover the picture exactly. Text and polygons are untrusted and bounded.
 *   source  cocodataset/cocoapi common/maskApi.h; results agree bit for bit with pycocotools */
#ifndef RS_GEOM_RLE_H
#define RS_GEOM_RLE_H

#include "base/buf.h"
#include "base/str.h"
#include "geom/rle_build.h"

/* Every function that fills a mask writes *out, which is freed by rs_geom_rle_fini ({0} is valid);
 * on error *out is {0}. RSIFT_E_NOMEM, RSIFT_E_LIMIT when height * width >= 2^32. */
void rs_geom_rle_fini(rs_rle *rle);

/* Pixels -> runs; any non-zero byte is 1. step_y, step_x: bytes between pixels below and next to
 * each other (column-major: 1, height; rows of a picture: stride, 1). */
rsift_status rs_geom_rle_encode(const uint8_t *pixels, uint32_t height, uint32_t width,
                                size_t step_y, size_t step_x, rs_rle *out, rsift_error *err);

/* Runs -> bytes 0 or 1 with the same steps; every pixel is written. */
void rs_geom_rle_decode(const rs_rle *rle, uint8_t *pixels, size_t step_y, size_t step_x);

/* Counts as released ("counts" as a list) -> canonical mask. RSIFT_E_FORMAT when they do not add up
 * to height * width. */
rsift_status rs_geom_rle_of_counts(const uint32_t *counts, size_t n, uint32_t height,
                                   uint32_t width, rs_rle *out, rsift_error *err);

/* COCO's compressed text, both ways. Reading: RSIFT_E_FORMAT on a byte outside '0'..'o', a cut
 * number, a negative run or a sum that is not height * width. */
rsift_status rs_geom_rle_of_text(rs_str text, uint32_t height, uint32_t width, rs_rle *out,
                                 rsift_error *err);
void rs_geom_rle_to_text(const rs_rle *rle, rs_buf *out); /* appends; check out->failed */

/* Polygon x y x y ... in pixels, n points, closed by itself; five-fold upsampled boundary as
 * maskApi's rleFrPoly. RSIFT_E_ARG for a number that is not finite, RSIFT_E_LIMIT for one beyond
 * a million pixels or a boundary longer than 2^28 fifths of a pixel. No points: an empty mask. */
rsift_status rs_geom_rle_of_polygon(const double *xy, size_t n, uint32_t height, uint32_t width,
                                    rs_rle *out, rsift_error *err);
/* x y w h, as a polygon of four corners. */
rsift_status rs_geom_rle_of_box(const double xywh[4], uint32_t height, uint32_t width, rs_rle *out,
                                rsift_error *err);

/* Union of n masks of one size, or what they all share. RSIFT_E_ARG when sizes differ or n is 0. */
rsift_status rs_geom_rle_merge(const rs_rle *const *masks, size_t n, bool shared, rs_rle *out,
                               rsift_error *err);

uint64_t rs_geom_rle_area(const rs_rle *rle); /* pixels that are 1 */
/* Smallest x y w h around the pixels that are 1; all 0 when there are none. */
void rs_geom_rle_box(const rs_rle *rle, double xywh[4]);

/* Pixels that are 1 in both; 0 when the sizes differ. */
uint64_t rs_geom_rle_shared(const rs_rle *a, const rs_rle *b);
/* Ratio of shared to united pixels, or to the detection's own when the truth is a crowd; 0 when
 * nothing is shared, -1 when the sizes differ (as pycocotools). */
double rs_geom_rle_iou(const rs_rle *det, const rs_rle *truth, bool crowd);

#endif
