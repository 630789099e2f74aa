/* Pixels: decode a picture held in memory to 8-bit RGB, encode RGB, shrink it, turn it upright.
 *
 * How other pixels become 8-bit RGB:
 *   8-bit grey and RGB      unchanged; grey is repeated three times
 *   palette, YCbCr, CMYK    converted as the library of the format does
 *   alpha                   left out, not blended (as Pillow's convert("RGB") does)
 *   1, 2, 4 bits            scaled to 0..255
 *   more than three bands   the three that the header names (image/bands.h) or the caller; a
 *                           picture whose header names none is refused
 *   two bands               the first, as grey
 *   16-bit, 32-bit, float   each band stretched alone: its 2nd percentile becomes 0, its 98th 255
 *                           (or two given values), NaN, infinity and declared no-data values are
 *                           left out and become 0
 * One call per thread at a time is safe; nothing is shared. */
#ifndef RS_IMAGE_DECODE_H
#define RS_IMAGE_DECODE_H

#include "base/str.h"
#include "image/info.h"
#include "image/encode.h"
#include "image/pixels.h"
#include "image/resize.h"

/* Decodes the first frame. The bytes decide the format.
 *   limits   max_pixels, max_ratio and max_image are checked before anything of the picture's size
 *            is allocated
 *   out      owned by the caller on RSIFT_OK, else empty
 *   errors   RSIFT_E_FORMAT damaged beyond use, RSIFT_E_LIMIT, RSIFT_E_NOMEM, RSIFT_E_UNSUPPORTED
 *            (GIF, video, NPY, complex samples, unusual variants)
 * Stretched pictures need 12 more bytes per pixel while decoding. */
rsift_status rs_image_decode(rs_str bytes, const rsift_limits *limits, rs_pixels *out,
                             rsift_error *err);
/* Decodes and shrinks so that no side is longer than max_side. A picture of 8 bits that would cross
 * max_image is read by rows where its format can be (JPEG, PNG, TIFF in strips).
 * Errors: as above. */
rsift_status rs_image_decode_small(rs_str bytes, const rsift_limits *limits, uint32_t max_side,
                                   rs_pixels *out, rsift_error *err);
/* Is there a decoder for the format? Others are known by their headers only (GIF, NPY, video). */
bool rs_image_has_decoder(rs_image_format format);
/* The same with bands and stretch as asked; view NULL or {0} = as above. Bands count from 1 and are
 * for pictures of more than three; RSIFT_E_FORMAT where one of them has no such band. */
rsift_status rs_image_decode_view(rs_str bytes, const rsift_limits *limits,
                                  const rs_image_view *view, rs_pixels *out, rsift_error *err);

#endif
