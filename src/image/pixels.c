/* The pixel buffer and its limits. */
#include "image/pixels.h"

#include "base/alloc.h"

uint64_t rs_image_max_pixels(const rsift_limits *given)
{
    return given && given->max_pixels ? given->max_pixels : rsift_limits_default().max_pixels;
}

uint32_t rs_image_max_ratio(const rsift_limits *given)
{
    return given && given->max_ratio ? given->max_ratio : rsift_limits_default().max_ratio;
}

uint64_t rs_image_max_cost(const rsift_limits *given)
{
    return given && given->max_image ? given->max_image : rsift_limits_default().max_image;
}

void rs_pixels_fini(rs_pixels *pixels)
{
    rs_free(pixels->rgb);
    *pixels = (rs_pixels){0};
}

rsift_status rs_image_check_pixels(uint64_t width, uint64_t height, const rsift_limits *limits,
                                   rsift_error *err)
{
    if (width == 0 || height == 0 || width > INT32_MAX || height > INT32_MAX)
        return rs_err_set(err, RSIFT_E_FORMAT, "a picture of impossible size %llu x %llu",
                          (unsigned long long)width, (unsigned long long)height);
    uint64_t max = rs_image_max_pixels(limits);
    /* 16 bytes a pixel: the widest buffer that a decoder makes */
    if (width * height > max || width * height > SIZE_MAX / 16)
        return rs_err_set(err, RSIFT_E_LIMIT, "%llu x %llu pixels are above max_pixels %llu",
                          (unsigned long long)width, (unsigned long long)height,
                          (unsigned long long)max);
    return RSIFT_OK;
}

rsift_status rs_pixels_init(rs_pixels *pixels, uint64_t width, uint64_t height,
                            const rsift_limits *limits, rsift_error *err)
{
    *pixels = (rs_pixels){0};
    RS_TRY(rs_image_check_pixels(width, height, limits, err));
    pixels->rgb = rs_calloc((size_t)(width * height), 3);
    if (!pixels->rgb) return rs_err_nomem(err, "a picture");
    pixels->width = (uint32_t)width;
    pixels->height = (uint32_t)height;
    return RSIFT_OK;
}
