/* Pixels: decode a picture held in memory to 8-bit RGB, encode RGB, shrink it, turn it upright.
 *
 * How other pixels become 8-bit RGB (rs_image_render_rule puts the same into words):
 *   8-bit grey and RGB      unchanged; grey is repeated three times
 *   palette, YCbCr, CMYK    converted as the library of the format does
 *   alpha                   left out, not blended (as Pillow's convert("RGB") does)
 *   1, 2, 4 bits            scaled to 0..255
 *   more than three bands   the first three
 *   two bands               the first, as grey
 *   16-bit, 32-bit, float   each band stretched alone: its 2nd percentile becomes 0, its 98th 255,
 *                           NaN, infinity and declared no-data values are left out and become 0
 * One call per thread at a time is safe; nothing is shared. */
#ifndef RS_IMAGE_DECODE_H
#define RS_IMAGE_DECODE_H

#include "base/buf.h"
#include "image/probe.h"

typedef enum rs_image_rule {
    RS_RULE_AS_IS = 0, /* the pixels as stored */
    RS_RULE_CONVERT,   /* palette, YCbCr in TIFF, CMYK, few bits, alpha left out */
    RS_RULE_BANDS,     /* first bands of several */
    RS_RULE_STRETCH    /* percentile stretch */
} rs_image_rule;

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

/* Decodes the first frame. The format is told by the bytes.
 *   limits   max_pixels is checked before anything of the picture's size is allocated
 *   out      owned by the caller on RSIFT_OK, empty otherwise
 *   errors   RSIFT_E_FORMAT damaged beyond use, RSIFT_E_LIMIT, RSIFT_E_NOMEM, RSIFT_E_UNSUPPORTED
 *            (GIF, video, NPY, complex samples, unusual variants)
 * Stretched pictures need 12 more bytes per pixel while decoding. */
rsift_status rs_image_decode(rs_str bytes, const rsift_limits *limits, rs_pixels *out,
                             rsift_error *err);

/* The rule in one English sentence, for data cards; static. */
const char *rs_image_render_rule(rs_image_rule rule);

/* Appends a coded picture. quality 1..100 (above 90 without colour subsampling). */
rsift_status rs_image_encode_png(const rs_pixels *pixels, rs_buf *out, rsift_error *err);
rsift_status rs_image_encode_jpeg(const rs_pixels *pixels, int quality, rs_buf *out,
                                  rsift_error *err);

/* Area average to exactly width x height (each at least 1 and at most the source's). Whole-number
 * arithmetic: the same bytes on every machine. */
rsift_status rs_image_shrink(const rs_pixels *src, uint32_t width, uint32_t height, rs_pixels *out,
                             rsift_error *err);
/* The size that fits into max_side x max_side keeping the shape; never larger than the source. */
void rs_image_fit(uint32_t width, uint32_t height, uint32_t max_side, uint32_t *out_width,
                  uint32_t *out_height);

/* Turns the pixels upright in place (may reallocate); orientation 1..8 as in rs_image_info. */
rsift_status rs_image_orient(rs_pixels *pixels, unsigned orientation, rsift_error *err);

#endif
