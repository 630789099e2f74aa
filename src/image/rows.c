/* A picture's rows one by one, held as a whole only where its format leaves no other way; and what
 * is made of them at once: a smaller picture. */
#include "image/decode_parts.h"

#include "base/alloc.h"
#include "image/cost.h"
#include "image/decode.h"
#include "image/probe.h"

typedef rsift_status rows_fn(rs_str bytes, rs_image_rows *rows, rsift_error *err);

static rows_fn *const by_rows[RS_IMAGE_N_FORMATS] = {
    [RS_IMAGE_JPEG] = rs_image_rows_jpeg, [RS_IMAGE_PNG] = rs_image_rows_png,
    [RS_IMAGE_TIFF] = rs_image_rows_tiff, [RS_IMAGE_BMP] = rs_image_rows_bmp,
    [RS_IMAGE_JP2] = rs_image_rows_jp2,
};

static rsift_status read_whole(rs_str bytes, rs_image_rows *rows, rsift_error *err)
{
    rs_pixels pixels;
    rows->scale = 1;
    RS_TRY(rs_image_decode_view(bytes, rows->limits, rows->view, &pixels, err));
    rows->damaged = pixels.damaged;
    const rsift_status status = rs_image_hand_out(&pixels, rows, err);
    rs_pixels_fini(&pixels);
    return status;
}

/* max_pixels is of pictures that are held. One that is read by rows may have more of them, as long
 * as the rows fit: its time is bounded by max_ratio. `wide` are the limits without max_pixels. */
static rsift_status check_limits(const rs_image_info *info, int64_t n_bytes,
                                 const rsift_limits *limits, rsift_limits *wide, rsift_error *err)
{
    *wide = limits ? *limits : rsift_limits_default();
    wide->max_pixels = UINT64_MAX;
    if (rs_image_check_size(info, n_bytes, limits, NULL) == RSIFT_OK) return RSIFT_OK;
    if (!by_rows[info->format]) return rs_image_check_size(info, n_bytes, limits, err);
    RS_TRY(rs_image_check_size(info, n_bytes, wide, err));
    return rs_image_check_cost(info, RS_IMAGE_AS_HASHES, limits, err);
}

static rsift_status read_once(rs_str bytes, rs_image_rows *rows, rsift_error *err)
{
    rs_image_info info;
    const rsift_limits *limits = rows->limits;
    rsift_limits wide;
    const rs_image_view *asked = rows->view;
    rs_image_view settled = asked ? *asked : (rs_image_view){0};
    rows->scale = 1;
    rows->damaged = false;
    RS_TRY(rs_image_probe(bytes, (int64_t)bytes.len, &info, NULL, err));
    RS_TRY(check_limits(&info, (int64_t)bytes.len, limits, &wide, err));
    rows->width = info.width;
    rows->height = info.height;
    RS_TRY(rs_image_settle_bands(&info, &settled, err));
    if (!by_rows[info.format]) return read_whole(bytes, rows, err);
    rows->view = &settled;
    rows->limits = &wide;
    const rsift_status status = by_rows[info.format](bytes, rows, err);
    rows->view = asked;
    rows->limits = limits;
    return status == RSIFT_E_UNSUPPORTED ? read_whole(bytes, rows, err) : status;
}

/* As in rs_image_decode_view, a second try tells damage and a lack of memory apart. */
rsift_status rs_image_read_rows(rs_str bytes, rs_image_rows *rows, rsift_error *err)
{
    const rsift_status status = read_once(bytes, rows, err);
    if (status != RSIFT_E_FORMAT) return status;
    void *some = rs_alloc(1 << 20);
    if (!some) return rs_err_nomem(err, "a picture");
    rs_free(some);
    return read_once(bytes, rows, err);
}

/* ---- a smaller picture ---- */

static rsift_status begin_small(void *ctx, const rs_pixels *size, rsift_error *err)
{
    rs_image_shrinker *to = ctx;
    if (size->width != to->width || size->height != to->height)
        return rs_err_set(err, RSIFT_E_FORMAT, "a picture of two sizes");
    to->out.rule = size->rule;
    rs_image_shrinker_restart(to);
    return RSIFT_OK;
}

static void add_small(void *ctx, const uint8_t *row)
{
    rs_image_shrinker_add(ctx, row);
}

/* The picture is larger than may be held: its rows are shrunk one by one. */
static rsift_status decode_rows(rs_str bytes, const rs_image_info *info, const rsift_limits *limits,
                                uint32_t max_side, rs_pixels *out, rsift_error *err)
{
    rs_image_shrinker to = {0};
    uint32_t width, height;
    rs_image_fit(info->width, info->height, max_side, &width, &height);
    RS_TRY(rs_image_shrinker_init(&to, info->width, info->height, width, height, err));
    rs_image_rows rows = {.limits = limits, .ctx = &to, .begin = begin_small, .rgb = add_small};
    rsift_status status = rs_image_read_rows(bytes, &rows, err);
    if (status == RSIFT_OK && !rs_image_shrinker_done(&to))
        status = rs_err_set(err, RSIFT_E_FORMAT, "a picture that ends before its last row");
    if (status == RSIFT_OK) {
        *out = to.out;
        out->damaged = rows.damaged;
        to.out = (rs_pixels){0};
    }
    rs_image_shrinker_fini(&to);
    return status;
}

rsift_status rs_image_decode_small(rs_str bytes, const rsift_limits *limits, uint32_t max_side,
                                   rs_pixels *out, rsift_error *err)
{
    rs_image_info info;
    rs_pixels whole;
    *out = (rs_pixels){0};
    RS_TRY(rs_image_probe(bytes, (int64_t)bytes.len, &info, NULL, err));
    RS_TRY(rs_image_check_size(&info, (int64_t)bytes.len, limits, err));
    if (rs_image_check_cost(&info, RS_IMAGE_AS_PIXELS, limits, NULL) != RSIFT_OK)
        return decode_rows(bytes, &info, limits, max_side, out, err);
    RS_TRY(rs_image_decode(bytes, limits, &whole, err));
    uint32_t width, height;
    rs_image_fit(whole.width, whole.height, max_side, &width, &height);
    const rsift_status status = rs_image_shrink(&whole, width, height, out, err);
    rs_pixels_fini(&whole);
    return status;
}
