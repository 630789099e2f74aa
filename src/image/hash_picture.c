/* A picture's hashes: chooses how much of it is decoded and feeds the rows to the measurer. */
#include "image/hash.h"

#include "image/decode.h"
#include "image/hash_parts.h"

static rsift_status measure(const rs_pixels *pixels, bool exact, rs_image_hash *out,
                            rsift_error *err)
{
    rs_image_measurer *m;
    *out = (rs_image_hash){.width = pixels->width,
                           .height = pixels->height,
                           .scale = 1,
                           .rule = pixels->rule,
                           .damaged = pixels->damaged};
    if (!pixels->rgb) return rs_err_set(err, RSIFT_E_ARG, "no pixels to hash");
    RS_TRY(
        rs_image_measurer_new(pixels->width, pixels->height, exact && !pixels->damaged, &m, err));
    for (size_t y = 0; y < pixels->height; y++)
        rs_image_measurer_add_rgb(m, pixels->rgb + y * pixels->width * 3);
    rs_image_measurer_end(m, out);
    rs_image_measurer_free(m);
    return RSIFT_OK;
}

rsift_status rs_image_hash_pixels(const rs_pixels *pixels, rs_image_hash *out, rsift_error *err)
{
    return measure(pixels, true, out, err);
}

rsift_status rs_image_hash_bytes(rs_str bytes, const rsift_limits *limits,
                                 const rs_image_hash_options *options, rs_image_hash *out,
                                 rsift_error *err)
{
    rs_pixels pixels;
    *out = (rs_image_hash){0};
    RS_TRY(rs_image_decode_view(bytes, limits, options ? options->view : NULL, &pixels, err));
    const rsift_status status = measure(&pixels, !(options && options->no_exact), out, err);
    rs_pixels_fini(&pixels);
    return status;
}
