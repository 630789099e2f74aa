/* One function per format behind rs_image_decode, and what they share. Private to the room. */
#ifndef RS_IMAGE_DECODE_PARTS_H
#define RS_IMAGE_DECODE_PARTS_H

#include "base/str.h"
#include "image/info.h"
#include "image/pixels.h"

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

/* The rows of a picture as they are decoded, top to bottom, without holding the picture. */
typedef struct rs_image_rows {
    const rsift_limits *limits; /* NULL = defaults */
    const rs_image_view *view;  /* bands settled */
    uint32_t min_side; /* 0: all pixels are wanted; else a smaller form of the picture may be read,
                        * down to this many pixels on its shorter side */
    void *ctx;
    /* Before the first row, with the size and rule of what comes (no pixels). Once more where the
     * reader has to begin anew. */
    rsift_status (*begin)(void *ctx, const rs_pixels *size, rsift_error *err);
    void (*rgb)(void *ctx, const uint8_t *row);
    void (*luma)(void *ctx, const uint8_t *row); /* NULL: only RGB is wanted */
    /* Set by the reader: */
    uint32_t width, height; /* as stored */
    uint32_t scale;         /* 1 / scale of it was read */
    bool damaged;
} rs_image_rows;

/* Hands out the rows of a picture that had to be held. */
static inline rsift_status rs_image_hand_out(const rs_pixels *pixels, rs_image_rows *rows,
                                             rsift_error *err)
{
    const rs_pixels size = {.width = pixels->width, .height = pixels->height, .rule = pixels->rule};
    const rsift_status status = rows->begin(rows->ctx, &size, err);
    for (size_t y = 0; status == RSIFT_OK && y < pixels->height; y++)
        rows->rgb(rows->ctx, pixels->rgb + y * pixels->width * 3);
    return status;
}

/* RSIFT_E_UNSUPPORTED, before `begin` is called, for kinds that are not read by rows: interlaced,
 * more than 8 bits, unusual colours. */
rsift_status rs_image_rows_jpeg(rs_str bytes, rs_image_rows *rows, rsift_error *err);
rsift_status rs_image_rows_png(rs_str bytes, rs_image_rows *rows, rsift_error *err);
rsift_status rs_image_rows_tiff(rs_str bytes, rs_image_rows *rows, rsift_error *err);
rsift_status rs_image_rows_bmp(rs_str bytes, rs_image_rows *rows, rsift_error *err);
rsift_status rs_image_rows_jp2(rs_str bytes, rs_image_rows *rows, rsift_error *err);
/* Any picture: by rows where its format and kind can be, of more than max_pixels too, else decoded
 * whole and handed out. Checks limits; asks for nothing but limits, view (may be NULL), min_side
 * and the functions.
 * Errors: as rs_image_decode_view. */
rsift_status rs_image_read_rows(rs_str bytes, rs_image_rows *rows, rsift_error *err);

/* The bands to show: those asked for, else the header's; none where there is nothing to choose. */
rsift_status rs_image_settle_bands(const rs_image_info *info, rs_image_view *view,
                                   rsift_error *err);

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
