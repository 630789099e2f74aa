/* Bytes per pixel by format, depth and bands: what each decoder of this room allocates. */
#include "image/cost.h"

#include "image/pixels.h"
#include "image/probe.h"

/* Pixels that decode to more than this must not come from too few bytes: blank pictures shrink
 * without bound and are small. */
static const uint64_t free_of_ratio = (uint64_t)1 << 30;

/* Of the 8-bit RGB pixels and what stands beside them while they are made. */
static uint64_t bytes_of_pixel(const rs_image_info *info)
{
    const uint64_t bands = info->bands ? info->bands : 1, shown = bands >= 3 ? 3 : 1;
    switch (info->format) {
    case RS_IMAGE_JPEG:
        /* all coefficients of a progressive picture are kept to its end */
        return info->is_progressive ? 3 + 2 * bands : 3;
    case RS_IMAGE_PNG:
        /* 16 bits: as stored and as floats */
        return info->bits > 8 ? 3 + shown * 6 : 3;
    case RS_IMAGE_TIFF:
        /* wide samples as floats; odd colours as a raster of four bytes */
        if (info->bits > 8) return 3 + shown * 4;
        return info->is_rgb8 ? 3 : 7;
    case RS_IMAGE_JP2:
        /* openjpeg: four bytes a component, in its tile and in the picture */
        return 3 + bands * 8 + (info->bits > 8 ? shown * 4 : 0);
    case RS_IMAGE_WEBP: return 8;
    default: return 3;
    }
}

/* Of numbers of 16 bits and what they are made of. */
static uint64_t bytes_of_label(const rs_image_info *info)
{
    const bool one_band = info->bands == 1 || (info->bands == 2 && info->has_alpha);
    if (info->format == RS_IMAGE_NPY) return 2;
    if (!one_band) return bytes_of_pixel(info) + 2;
    if (info->format == RS_IMAGE_TIFF) return 6; /* floats first */
    return info->bits > 8 ? 4 : 3;
}

/* n pixels; sides are below 2^31 and a pixel takes some hundred thousand bytes at most: may still
 * overflow. */
static uint64_t cost_of(const rs_image_info *info, uint64_t each)
{
    uint64_t cost;
    const uint64_t n = (uint64_t)info->width * info->height;
    return __builtin_mul_overflow(n, each, &cost) ? UINT64_MAX : cost;
}

/* What is held while the rows of a picture are hashed. */
static uint64_t cost_of_rows(const rs_image_info *info)
{
    /* the measurer's sums and rows, and the library's */
    const uint64_t fixed = 1 << 18, width = info->width, rows = fixed + width * 128;
    const uint64_t whole = cost_of(info, bytes_of_pixel(info)), bands = info->bands;
    uint64_t cost = whole;
    if (info->format == RS_IMAGE_JPEG)
        cost = info->is_progressive ? cost_of(info, 2 * (bands ? bands : 1)) : 0;
    else if (info->format == RS_IMAGE_BMP) cost = 0;
    else if (info->format == RS_IMAGE_PNG && info->bits <= 8 && !info->is_progressive) cost = 0;
    /* a row of tiles, which are rarely higher */
    else if (info->format == RS_IMAGE_TIFF && info->bits == 8) cost = width * 512 * (3 + bands);
    if (cost > whole) cost = whole;
    return cost > UINT64_MAX - rows ? UINT64_MAX : cost + rows;
}

uint64_t rs_image_cost(const rs_image_info *info, rs_image_use use)
{
    if (use == RS_IMAGE_AS_HASHES) return cost_of_rows(info);
    return cost_of(info, use == RS_IMAGE_AS_LABELS ? bytes_of_label(info) : bytes_of_pixel(info));
}

rsift_status rs_image_cost_of(rs_str bytes, rs_image_use use, uint64_t *cost, rsift_error *err)
{
    rs_image_info info;
    *cost = 0;
    RS_TRY(rs_image_probe(bytes, (int64_t)bytes.len, &info, NULL, err));
    *cost = rs_image_cost(&info, use);
    return RSIFT_OK;
}

rsift_status rs_image_check_size(const rs_image_info *info, int64_t n_bytes,
                                 const rsift_limits *limits, rsift_error *err)
{
    const uint64_t n = (uint64_t)info->width * info->height, max = rs_image_max_pixels(limits);
    const uint64_t ratio = rs_image_max_ratio(limits);
    if (n > max)
        return rs_err_set(err, RSIFT_E_LIMIT, "%u x %u pixels are above max_pixels %llu",
                          info->width, info->height, (unsigned long long)max);
    const uint64_t decoded = n * 3;
    if (n_bytes >= 0 && decoded > free_of_ratio && decoded / ratio > (uint64_t)n_bytes)
        return rs_err_set(err, RSIFT_E_LIMIT,
                          "%u x %u pixels in %lld bytes: above 1 GiB no more than max_ratio = %llu "
                          "to one",
                          info->width, info->height, (long long)n_bytes, (unsigned long long)ratio);
    return RSIFT_OK;
}

rsift_status rs_image_check_cost(const rs_image_info *info, rs_image_use use,
                                 const rsift_limits *limits, rsift_error *err)
{
    const uint64_t cost = rs_image_cost(info, use), max = rs_image_max_cost(limits);
    if (cost <= max) return RSIFT_OK;
    return rs_err_set(err, RSIFT_E_LIMIT,
                      "%u x %u pixels take %llu MiB to decode, --max-image-mb allows %llu",
                      info->width, info->height, (unsigned long long)((cost >> 20) + 1),
                      (unsigned long long)(max >> 20));
}
