/* WebP through libwebp. Animations are not decoded. */
#include "image/decode_parts.h"

#include <webp/decode.h>

rsift_status rs_image_decode_webp(rs_str bytes, const rsift_limits *limits,
                                  const rs_image_view *view, rs_pixels *out, rsift_error *err)
{
    (void)view; /* 8-bit pictures of known colours */
    WebPBitstreamFeatures f;
    const uint8_t *p = (const uint8_t *)bytes.ptr;
    if (WebPGetFeatures(p, bytes.len, &f) != VP8_STATUS_OK)
        return rs_err_set(err, RSIFT_E_FORMAT, "cannot decode a WebP: damaged header");
    if (f.has_animation)
        return rs_err_set(err, RSIFT_E_UNSUPPORTED, "animated WebP is not decoded");
    RS_TRY(rs_pixels_init(out, (uint64_t)f.width, (uint64_t)f.height, limits, err));
    size_t stride = (size_t)out->width * 3;
    if (stride > INT32_MAX ||
        !WebPDecodeRGBInto(p, bytes.len, out->rgb, stride * out->height, (int)stride))
        return rs_err_set(err, RSIFT_E_FORMAT, "cannot decode a WebP: damaged or cut short");
    out->rule = f.has_alpha ? RS_RULE_CONVERT : RS_RULE_AS_IS;
    return RSIFT_OK;
}
