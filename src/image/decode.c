/* Chooses the decoder by the bytes, once the size stated in them is within the limits. */
#include "image/decode.h"

#include "base/alloc.h"
#include "image/cost.h"
#include "image/decode_parts.h"
#include "image/probe.h"

typedef rsift_status decode_fn(rs_str bytes, const rsift_limits *limits, const rs_image_view *view,
                               rs_pixels *out, rsift_error *err);

static decode_fn *const decoders[RS_IMAGE_N_FORMATS] = {
    [RS_IMAGE_JPEG] = rs_image_decode_jpeg, [RS_IMAGE_PNG] = rs_image_decode_png,
    [RS_IMAGE_TIFF] = rs_image_decode_tiff, [RS_IMAGE_WEBP] = rs_image_decode_webp,
    [RS_IMAGE_JP2] = rs_image_decode_jp2,   [RS_IMAGE_BMP] = rs_image_decode_bmp,
};

bool rs_image_has_decoder(rs_image_format format)
{
    return decoders[format] != NULL;
}

rsift_status rs_image_settle_bands(const rs_image_info *info, rs_image_view *view, rsift_error *err)
{
    if (!info->shown[0] && !info->bands_unknown) {
        memset(view->bands, 0, sizeof view->bands);
        return RSIFT_OK;
    }
    if (!view->bands[0] && info->bands_unknown)
        return rs_err_set(err, RSIFT_E_UNSUPPORTED,
                          "%u bands of unknown meaning; name three: --bands R,G,B", info->bands);
    for (int i = 0; i < 3; i++) {
        if (!view->bands[0]) break;
        if (view->bands[i] > info->bands)
            return rs_err_set(err, RSIFT_E_FORMAT, "band %u is asked for, the picture has %u",
                              view->bands[i], info->bands);
    }
    if (!view->bands[0]) memcpy(view->bands, info->shown, sizeof view->bands);
    return RSIFT_OK;
}

static rsift_status decode_once(rs_str bytes, const rsift_limits *limits, const rs_image_view *view,
                                rs_pixels *out, rsift_error *err)
{
    rs_image_info info;
    rs_image_view settled = view ? *view : (rs_image_view){0};
    *out = (rs_pixels){0};
    RS_TRY(rs_image_probe(bytes, (int64_t)bytes.len, &info, NULL, err));
    /* by the bytes, whatever the name says */
    decode_fn *decode = decoders[info.format];
    if (!decode)
        return rs_err_set(err, RSIFT_E_UNSUPPORTED, "%s pictures are not decoded",
                          info.format_name);
    RS_TRY(rs_image_check_size(&info, (int64_t)bytes.len, limits, err));
    RS_TRY(rs_image_check_cost(&info, RS_IMAGE_AS_PIXELS, limits, err));
    RS_TRY(rs_image_settle_bands(&info, &settled, err));
    const rsift_status st = decode(bytes, limits, &settled, out, err);
    if (st != RSIFT_OK) rs_pixels_fini(out);
    return st;
}

/* Some libraries call a picture damaged when it is the memory that was short. A second try tells
 * the two apart, unless a megabyte cannot be had at all. */
rsift_status rs_image_decode_view(rs_str bytes, const rsift_limits *limits,
                                  const rs_image_view *view, rs_pixels *out, rsift_error *err)
{
    const rsift_status status = decode_once(bytes, limits, view, out, err);
    if (status != RSIFT_E_FORMAT) return status;
    void *some = rs_alloc(1 << 20);
    if (!some) return rs_err_nomem(err, "a picture");
    rs_free(some);
    return decode_once(bytes, limits, view, out, err);
}

rsift_status rs_image_decode(rs_str bytes, const rsift_limits *limits, rs_pixels *out,
                             rsift_error *err)
{
    return rs_image_decode_view(bytes, limits, NULL, out, err);
}
