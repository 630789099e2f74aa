/* A decoded picture in memory and the limits on its size: what the decoders fill, the encoders
 * write and drawing changes. */
#ifndef RS_IMAGE_PIXELS_H
#define RS_IMAGE_PIXELS_H

#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

typedef enum rs_image_rule {
    RS_RULE_AS_IS = 0, /* the pixels as stored */
    RS_RULE_CONVERT,   /* palette, YCbCr in TIFF, CMYK, few bits, alpha left out */
    RS_RULE_BANDS,     /* first bands of several */
    RS_RULE_STRETCH    /* percentile stretch */
} rs_image_rule;

/* What is asked of a picture whose bands or values have to be chosen. {0} = nothing. */
typedef struct rs_image_view {
    uint16_t bands[3]; /* shown as red, green and blue, from 1; 0 = by the header */
    bool fixed;        /* `low` becomes 0 and `high` 255 in every band, instead of percentiles */
    double low, high;
} rs_image_view;

/* 8-bit RGB, rows top to bottom as stored, no padding: 3 * width * height bytes. */
typedef struct rs_pixels {
    uint8_t *rgb; /* heap; rs_pixels_fini */
    uint32_t width, height;
    rs_image_rule rule;
    bool damaged; /* decoded, but the library met damaged or missing data */
} rs_pixels;

void rs_pixels_fini(rs_pixels *pixels);
/* Zeroed (black) pixels. RSIFT_E_LIMIT above limits->max_pixels; limits NULL = defaults. */
rsift_status rs_pixels_init(rs_pixels *pixels, uint64_t width, uint64_t height,
                            const rsift_limits *limits, rsift_error *err);

/* Is a picture of this size possible and within max_pixels? */
rsift_status rs_image_check_pixels(uint64_t width, uint64_t height, const rsift_limits *limits,
                                   rsift_error *err);

/* The limits in force: `given`, or the defaults when it is NULL; 0 fields are defaults too. */
uint64_t rs_image_max_pixels(const rsift_limits *given);
uint32_t rs_image_max_ratio(const rsift_limits *given);
uint64_t rs_image_max_cost(const rsift_limits *given); /* bytes: max_image */

#endif
