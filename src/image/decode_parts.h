/* One function per format behind rs_image_decode, and what they share. Private to the room. */
#ifndef RS_IMAGE_DECODE_PARTS_H
#define RS_IMAGE_DECODE_PARTS_H

#include "base/str.h"
#include "image/pixels.h"
#include "image/resize.h"

/* Each fills `out`, which is empty before; on failure the caller frees it. */
rsift_status rs_image_decode_jpeg(rs_str bytes, const rsift_limits *limits,
                                  const rs_image_view *view, rs_pixels *out, rsift_error *err);
rsift_status rs_image_decode_png(rs_str bytes, const rsift_limits *limits,
                                 const rs_image_view *view, rs_pixels *out, rsift_error *err);
rsift_status rs_image_decode_tiff(rs_str bytes, const rsift_limits *limits,
                                  const rs_image_view *view, rs_pixels *out, rsift_error *err);
rsift_status rs_image_decode_webp(rs_str bytes, const rsift_limits *limits,
                                  const rs_image_view *view, rs_pixels *out, rsift_error *err);
rsift_status rs_image_decode_jp2(rs_str bytes, const rsift_limits *limits,
                                 const rs_image_view *view, rs_pixels *out, rsift_error *err);
rsift_status rs_image_decode_bmp(rs_str bytes, const rsift_limits *limits,
                                 const rs_image_view *view, rs_pixels *out, rsift_error *err);

/* The rows of a picture of 8 bits, top to bottom, as RGB. */
rsift_status rs_image_rows_jpeg(rs_str bytes, rs_image_shrinker *to, rsift_error *err);
rsift_status rs_image_rows_png(rs_str bytes, rs_image_shrinker *to, rsift_error *err);
rsift_status rs_image_rows_tiff(rs_str bytes, rs_image_shrinker *to, rsift_error *err);

/* Interleaved float samples, 1 or 3 bands. NaN and infinity are no data; so is `no_data` (NAN when
 * there is none). */
typedef struct rs_image_samples {
    const float *values;
    size_t n_pixels;
    unsigned bands;
    double no_data;
} rs_image_samples;

/* To 8-bit RGB by RS_RULE_STRETCH, between the view's values where it fixes them. */
rsift_status rs_image_stretch(const rs_image_samples *samples, const rs_image_view *view,
                              uint8_t *rgb, rsift_error *err);

/* Float samples for a picture of pixels' size, filled with NaN; rs_free. NULL = out of memory. */
float *rs_image_samples_new(const rs_pixels *pixels, unsigned bands);

/* Stored numbers of a picture of one band, before any conversion: grey of any depth, or palette
 * indices. On success the array ([width * height]) is the caller's, rs_free; on failure NULL.
 * RSIFT_E_UNSUPPORTED for what stores no such numbers. */
rsift_status rs_image_values_png(rs_str bytes, const rsift_limits *limits, uint16_t **out,
                                 uint32_t *width, uint32_t *height, rsift_error *err);
rsift_status rs_image_values_bmp(rs_str bytes, const rsift_limits *limits, uint16_t **out,
                                 uint32_t *width, uint32_t *height, rsift_error *err);
rsift_status rs_image_values_tiff(rs_str bytes, const rsift_limits *limits, float **out,
                                  uint32_t *width, uint32_t *height, rsift_error *err);

#endif
