/* A picture in a few numbers, for small models: how its colours and edges lie. Made for speed and
 * repeatability, not as a rival of learned descriptors.
 *
 * The picture is shrunk to RS_IMAGE_DESCRIBED x RS_IMAGE_DESCRIBED (smaller ones as they are); on a
 * grid of 4 x 4 cells: mean and deviation of red, green and blue (96 numbers), then the strength of
 * gradients of luma in eight directions (128 numbers), each over the cell's pixels. All in 0..1 of
 * 8-bit values. */
#ifndef RS_IMAGE_DESCRIBE_H
#define RS_IMAGE_DESCRIBE_H

#include "image/pixels.h"

enum {
    RS_IMAGE_DESCRIBED = 64,
    RS_IMAGE_DESCRIPTOR = 16 * 6 + 16 * 8,
};

/* Errors: RSIFT_E_NOMEM. */
rsift_status rs_image_describe(const rs_pixels *pixels, float out[RS_IMAGE_DESCRIPTOR],
                               rsift_error *err);

#endif
