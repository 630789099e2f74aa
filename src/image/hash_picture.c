/* A picture's hashes: chooses how much of it is decoded and feeds the rows to the measurer. */
#include "image/decode_parts.h"
#include "image/hash_parts.h"

/* Below this many pixels on the shorter side perceptual hashes drift apart. */
enum { MIN_SCALED_SIDE = 256 };

typedef struct hashing {
    bool exact;
    rs_image_measurer *measurer;
    rs_image_rule rule;
} hashing;

static rsift_status begin(void *ctx, const rs_pixels *size, rsift_error *err)
{
    hashing *h = ctx;
    rs_image_measurer_free(h->measurer);
    h->measurer = NULL;
    h->rule = size->rule;
    return rs_image_measurer_new(size->width, size->height, h->exact, &h->measurer, err);
}

static void add_rgb(void *ctx, const uint8_t *row)
{
    rs_image_measurer_add_rgb(((hashing *)ctx)->measurer, row);
}

static void add_luma(void *ctx, const uint8_t *row)
{
    rs_image_measurer_add_luma(((hashing *)ctx)->measurer, row);
}

rsift_status rs_image_hash_pixels(const rs_pixels *pixels, rs_image_hash *out, rsift_error *err)
{
    hashing h = {.exact = !pixels->damaged};
    *out = (rs_image_hash){.width = pixels->width,
                           .height = pixels->height,
                           .scale = 1,
                           .rule = pixels->rule,
                           .damaged = pixels->damaged};
    if (!pixels->rgb) return rs_err_set(err, RSIFT_E_ARG, "no pixels to hash");
    RS_TRY(begin(&h, pixels, err));
    for (size_t y = 0; y < pixels->height; y++) add_rgb(&h, pixels->rgb + y * pixels->width * 3);
    rs_image_measurer_end(h.measurer, out);
    rs_image_measurer_free(h.measurer);
    return RSIFT_OK;
}

rsift_status rs_image_hash_bytes(rs_str bytes, const rsift_limits *limits,
                                 const rs_image_hash_options *options, rs_image_hash *out,
                                 rsift_error *err)
{
    const bool scaled = options && options->no_exact;
    hashing h = {.exact = !scaled};
    rs_image_rows rows = {.limits = limits,
                          .view = options ? options->view : NULL,
                          .min_side = scaled ? MIN_SCALED_SIDE : 0,
                          .ctx = &h,
                          .begin = begin,
                          .rgb = add_rgb,
                          .luma = scaled ? add_luma : NULL};
    *out = (rs_image_hash){0};
    rsift_status status = rs_image_read_rows(bytes, &rows, err);
    if (status == RSIFT_OK && !rs_image_measurer_is_done(h.measurer))
        status = rs_err_set(err, RSIFT_E_FORMAT, "a picture that ends before its last row");
    if (status == RSIFT_OK) {
        h.measurer->exact = h.exact && !rows.damaged; /* which is known at the end */
        rs_image_measurer_end(h.measurer, out);
        out->width = rows.scale == 1 ? h.measurer->width : rows.width;
        out->height = rows.scale == 1 ? h.measurer->height : rows.height;
        out->scale = rows.scale;
        out->rule = h.rule;
        out->damaged = rows.damaged;
    }
    rs_image_measurer_free(h.measurer);
    return status;
}
