/* Headers of JPEG, PNG, GIF, BMP, WebP and NPY.
 *
 * Met in real releases: EXIF sizes of the parent picture (ignored), megabytes of EXIF and XMP
 * before the first SOF (drones), fill bytes between JPEG markers, CMYK JPEGs, 16-bit PNGs,
 * top-down BMPs (negative height). */
#include "image/probe_parts.h"

#include "base/num.h"

/* ---- JPEG: ITU-T T.81 ---- */

static bool is_sof(unsigned marker)
{
    return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
}

static bool has_no_length(unsigned marker)
{
    return marker == 0x01 || (marker >= 0xd0 && marker <= 0xd7);
}

static rsift_status jpeg_frame(rs_image_source *src, uint64_t at, unsigned marker,
                               rs_image_info *out)
{
    rs_cur c = rs_image_cur(src, at, 6);
    out->bits = rs_cur_u8(&c);
    out->height = rs_cur_u16be(&c);
    out->width = rs_cur_u16be(&c);
    out->bands = rs_cur_u8(&c);
    if (c.bad) return src->status;
    if (out->width == 0 || out->height == 0 || out->bands == 0)
        return rs_image_bad(src, "a JPEG frame without width, height or components");
    out->dtype = rs_image_dtype(RS_KIND_UINT, out->bits <= 16 ? out->bits : 0);
    out->is_progressive = (marker & 3) == 2;
    bool lossless = (marker & 3) == 3;
    out->is_rgb8 = out->bits == 8 && (out->bands == 1 || out->bands == 3) && !lossless;
    return RSIFT_OK;
}

static void jpeg_app1(rs_image_source *src, uint64_t at, uint64_t n, rs_image_info *out)
{
    /* "Exif\0\0" and a TIFF header */
    if (n < 14) return;
    const rs_cur c = rs_image_cur(src, at, 6);
    if (c.bad || memcmp(c.p, "Exif\0\0", 6) != 0) return;
    out->orientation = rs_image_exif_orientation(src, at + 6, n - 6);
}

/* The next marker's code byte, 0 = none. Between segments there should be nothing but FF; stray
 * bytes are stepped over as decoders do, but not without end. */
static unsigned next_marker(rs_image_source *src, uint64_t *at)
{
    bool after_ff = false;
    for (int i = 0; i < 65536; i++) {
        rs_cur c = rs_image_cur(src, (*at)++, 1);
        unsigned byte = rs_cur_u8(&c);
        if (c.bad) return 0;
        if (after_ff && byte != 0xff && byte != 0) return byte;
        after_ff = byte == 0xff;
    }
    rs_image_bad(src, "no JPEG marker where one is expected");
    return 0;
}

rsift_status rs_image_probe_jpeg(rs_image_source *src, rs_image_info *out)
{
    uint64_t at = 2;
    while (true) {
        unsigned marker = next_marker(src, &at);
        if (marker == 0) return src->status;
        if (has_no_length(marker) || marker == 0xd8) continue;
        if (marker == 0xd9) return rs_image_bad(src, "a JPEG that ends before its picture");
        rs_cur c = rs_image_cur(src, at, 2);
        uint64_t n = rs_cur_u16be(&c);
        if (c.bad) return src->status;
        if (n < 2) return rs_image_bad(src, "a JPEG segment shorter than its length field");
        if (marker == 0xe1) jpeg_app1(src, at + 2, n - 2, out);
        /* the first frame counts; thumbnails lie inside APP segments */
        if (is_sof(marker) && out->width == 0) RS_TRY(jpeg_frame(src, at + 2, marker, out));
        if (src->status != RSIFT_OK) return src->status;
        at += n;
        /* coded data follow the first scan header */
        if (marker == 0xda) break;
    }
    if (out->width == 0) return rs_image_bad(src, "a JPEG whose data begin before its frame");
    out->data_at = (int64_t)at;
    return RSIFT_OK;
}

/* ---- PNG: ISO/IEC 15948 ---- */

/* IHDR: size, depth and colour type, checked as the standard allows them. */
static rsift_status png_header(rs_image_source *src, rs_image_info *out)
{
    static const uint8_t bands_of[] = {1, 0, 3, 1, 2, 0, 4};
    rs_cur c = rs_image_cur(src, 8, 25);
    uint32_t n = rs_cur_u32be(&c);
    const uint8_t *type = rs_cur_take(&c, 4);
    if (!type) return src->status;
    if (n != 13 || memcmp(type, "IHDR", 4) != 0)
        return rs_image_bad(src, "a PNG that does not begin with IHDR");
    out->width = rs_cur_u32be(&c);
    out->height = rs_cur_u32be(&c);
    out->bits = rs_cur_u8(&c);
    unsigned colour = rs_cur_u8(&c);
    rs_cur_take(&c, 2);
    out->is_progressive = rs_cur_u8(&c) != 0;
    bool bits_ok =
        out->bits == 8 || out->bits == 16 || out->bits == 1 || out->bits == 2 || out->bits == 4;
    if (out->width == 0 || out->height == 0 || out->width > INT32_MAX || out->height > INT32_MAX ||
        colour > 6 || bands_of[colour] == 0 || !bits_ok)
        return rs_image_bad(src, "a PNG header with an impossible size, depth or colour type");
    out->bands = bands_of[colour];
    out->dtype = rs_image_dtype(RS_KIND_UINT, out->bits);
    out->has_palette = colour == 3;
    out->has_alpha = colour >= 4;
    out->is_rgb8 = out->bits == 8 && (colour == 0 || colour == 2);
    return RSIFT_OK;
}

rsift_status rs_image_probe_png(rs_image_source *src, rs_image_info *out)
{
    RS_TRY(png_header(src, out));
    uint64_t at = 33;
    for (int i = 0; i < 4096; i++) { /* ancillary chunks up to the first IDAT */
        rs_cur c = rs_image_cur(src, at, 8);
        uint32_t n = rs_cur_u32be(&c);
        const uint8_t *type = rs_cur_take(&c, 4);
        if (!type) return src->status;
        if (memcmp(type, "IDAT", 4) == 0) {
            out->data_at = (int64_t)at;
            return RSIFT_OK;
        }
        bool exif = memcmp(type, "eXIf", 4) == 0, frames = memcmp(type, "acTL", 4) == 0;
        if (memcmp(type, "tRNS", 4) == 0) {
            out->has_alpha = true;
            out->is_rgb8 = false;
        }
        if (exif) out->orientation = rs_image_exif_orientation(src, at + 8, n);
        if (frames) {
            c = rs_image_cur(src, at + 8, 4);
            out->n_frames = rs_cur_u32be(&c);
            if (out->n_frames > 1) out->is_rgb8 = false;
        }
        if (src->status != RSIFT_OK) return src->status;
        at += (uint64_t)n + 12;
    }
    return rs_image_bad(src, "a PNG without picture data in its first 4096 chunks");
}

/* ---- GIF ---- */

rsift_status rs_image_probe_gif(rs_image_source *src, rs_image_info *out)
{
    rs_cur c = rs_image_cur(src, 6, 4);
    out->width = rs_cur_u16le(&c);
    out->height = rs_cur_u16le(&c);
    if (c.bad) return src->status;
    if (out->width == 0 || out->height == 0) return rs_image_bad(src, "a GIF of no size");
    out->bands = 1;
    out->bits = 8;
    out->dtype = "uint8";
    out->has_palette = true;
    out->n_frames = 0; /* known only at the end of the file */
    return RSIFT_OK;
}

/* ---- BMP ---- */

static rsift_status bmp_core(rs_image_source *src, rs_cur *c, rs_image_info *out, uint32_t *method)
{
    int64_t height = 0;
    uint32_t header = rs_cur_u32le(c);
    if (header == 12) {
        out->width = rs_cur_u16le(c);
        height = rs_cur_u16le(c);
        rs_cur_take(c, 2);
        out->bits = rs_cur_u16le(c);
    } else if (header >= 40 && header <= 256) {
        out->width = rs_cur_u32le(c);
        height = (int32_t)rs_cur_u32le(c);
        rs_cur_take(c, 2);
        out->bits = rs_cur_u16le(c);
        *method = rs_cur_u32le(c);
    } else {
        return rs_image_bad(src, "a BMP header of an unknown length");
    }
    if (height < 0) height = -height; /* top-down rows */
    out->height = height > INT32_MAX ? 0 : (uint32_t)height;
    return RSIFT_OK;
}

rsift_status rs_image_probe_bmp(rs_image_source *src, rs_image_info *out)
{
    uint32_t method = 0;
    rs_cur c = rs_image_cur(src, 0, 34);
    if (c.bad) return src->status;
    rs_cur_take(&c, 10);
    uint32_t data_at = rs_cur_u32le(&c);
    RS_TRY(bmp_core(src, &c, out, &method));
    uint32_t depth = out->bits;
    bool depth_ok =
        depth == 1 || depth == 4 || depth == 8 || depth == 16 || depth == 24 || depth == 32;
    if (out->width == 0 || out->width > INT32_MAX || out->height == 0 || !depth_ok)
        return rs_image_bad(src, "a BMP header with an impossible size or depth");
    out->has_palette = depth <= 8;
    out->bands = depth <= 8 ? 1 : 3;
    out->bits = depth <= 8 ? depth : 8;
    out->dtype = rs_image_dtype(RS_KIND_UINT, out->bits);
    out->is_rgb8 = depth == 24;
    out->data_at = data_at;
    if (method == 0 || method == 3) {
        uint64_t row = ((uint64_t)out->width * depth + 31) / 32 * 4;
        uint64_t n = row * out->height + data_at; /* below 2^63 */
        out->n_declared = n > INT64_MAX ? INT64_MAX : (int64_t)n;
    }
    return RSIFT_OK;
}

/* ---- WebP ---- */

static rsift_status webp_lossy(rs_image_source *src, rs_cur *c, rs_image_info *out)
{
    rs_cur_take(c, 3);
    const uint8_t *start = rs_cur_take(c, 3);
    if (!start || memcmp(start, "\x9d\x01\x2a", 3) != 0)
        return rs_image_bad(src, "a WebP without a VP8 start code");
    out->width = rs_cur_u16le(c) & 0x3fffu;
    out->height = rs_cur_u16le(c) & 0x3fffu;
    return RSIFT_OK;
}

static rsift_status webp_lossless(rs_image_source *src, rs_cur *c, rs_image_info *out)
{
    if (rs_cur_u8(c) != 0x2f) return rs_image_bad(src, "a WebP without a VP8L signature");
    uint32_t bits = rs_cur_u32le(c);
    out->width = (bits & 0x3fffu) + 1;
    out->height = (bits >> 14 & 0x3fffu) + 1;
    out->has_alpha = (bits >> 28 & 1) != 0;
    return RSIFT_OK;
}

static uint32_t u24(rs_cur *c)
{
    uint32_t lo = rs_cur_u16le(c);
    return lo | (uint32_t)rs_cur_u8(c) << 16;
}

/* EXIF follows the picture; the chunks between are skipped. */
static void webp_exif(rs_image_source *src, uint64_t end, rs_image_info *out)
{
    uint64_t at = 30;
    for (int i = 0; i < 4096 && at + 8 <= end; i++) {
        if (!rs_image_within(src, at, 8)) return; /* cut short: rs_image_complete finds that */
        rs_cur c = rs_image_cur(src, at, 8);
        const uint8_t *type = rs_cur_take(&c, 4);
        uint64_t n = rs_cur_u32le(&c);
        if (c.bad) return;
        if (memcmp(type, "EXIF", 4) == 0) {
            uint64_t skip = 0;
            if (n >= 6 && rs_image_within(src, at + 8, 6)) {
                c = rs_image_cur(src, at + 8, 6);
                if (!c.bad && memcmp(c.p, "Exif\0\0", 6) == 0) skip = 6;
            }
            out->orientation = rs_image_exif_orientation(src, at + 8 + skip, n - skip);
            return;
        }
        at += 8 + n + (n & 1);
    }
}

rsift_status rs_image_probe_webp(rs_image_source *src, rs_image_info *out)
{
    rs_cur c = rs_image_cur(src, 0, 30);
    if (c.bad) return src->status;
    rs_cur_take(&c, 4);
    uint64_t end = (uint64_t)rs_cur_u32le(&c) + 8;
    rs_cur_take(&c, 4);
    const uint8_t *type = rs_cur_take(&c, 4);
    rs_cur_take(&c, 4);
    if (memcmp(type, "VP8 ", 4) == 0) {
        RS_TRY(webp_lossy(src, &c, out));
    } else if (memcmp(type, "VP8L", 4) == 0) {
        RS_TRY(webp_lossless(src, &c, out));
    } else if (memcmp(type, "VP8X", 4) == 0) {
        unsigned flags = rs_cur_u8(&c);
        rs_cur_take(&c, 3);
        out->width = u24(&c) + 1;
        out->height = u24(&c) + 1;
        out->has_alpha = (flags & 0x10) != 0;
        /* an animation: frames are not counted */
        if (flags & 0x02) out->n_frames = 0;
        if (flags & 0x08) webp_exif(src, end, out);
        if (src->status != RSIFT_OK) return src->status;
    } else {
        return rs_image_bad(src, "a WebP without a VP8, VP8L or VP8X chunk");
    }
    if (out->width == 0 || out->height == 0) return rs_image_bad(src, "a WebP of no size");
    out->bands = out->has_alpha ? 4 : 3;
    out->bits = 8;
    out->dtype = "uint8";
    out->is_rgb8 = !out->has_alpha && out->n_frames == 1;
    out->n_declared = (int64_t)end;
    return RSIFT_OK;
}

/* ---- NPY: numpy/lib/format.py ---- */

static bool npy_value(rs_str header, rs_str key, rs_str *value)
{
    size_t at = rs_str_find(header, key);
    if (at == RS_NPOS) return false;
    *value = rs_str_trim(rs_str_sub(header, at + key.len, header.len));
    return value->len > 0;
}

static size_t npy_shape(rs_str header, int64_t dim[4])
{
    rs_str rest, piece;
    if (!npy_value(header, RS_STR("'shape':"), &rest) || rest.ptr[0] != '(') return 0;
    rest = rs_str_sub(rest, 1, rs_str_find_char(rest, ')'));
    size_t n = 0;
    while (rs_str_split(&rest, ',', &piece)) {
        piece = rs_str_trim(piece);
        if (piece.len == 0) continue;
        if (n == 4 || !rs_num_i64(piece, &dim[n]) || dim[n] < 0 || dim[n] > UINT32_MAX) return 0;
        n++;
    }
    return n;
}

/* Rows x columns, or with a third axis that is short enough to be bands, last or first.
 * guess: at most 16 bands; NPY does not say what its axes are. */
static void npy_picture(const int64_t *dim, size_t n, rs_image_info *out)
{
    int64_t h = 0, w = 0, bands = 1;
    if (n == 2) {
        h = dim[0], w = dim[1];
    } else if (n == 3 && dim[2] <= 16) {
        h = dim[0], w = dim[1], bands = dim[2];
    } else if (n == 3 && dim[0] <= 16) {
        bands = dim[0], h = dim[1], w = dim[2];
    }
    out->width = (uint32_t)w;
    out->height = (uint32_t)h;
    out->bands = (uint32_t)bands;
}

static uint32_t npy_type(rs_str header, rs_image_info *out)
{
    rs_str v;
    if (!npy_value(header, RS_STR("'descr':"), &v) || v.len < 4 || v.ptr[0] != '\'') return 0;
    char kind = v.ptr[2];
    int64_t bytes = 0;
    rs_str digits = rs_str_sub(v, 3, 3 + rs_num_span(rs_str_sub(v, 3, v.len)));
    if (!rs_num_i64(digits, &bytes) || bytes < 1 || bytes > 16) return 0;
    uint32_t bits = (uint32_t)bytes * 8;
    out->bits = bits;
    rs_image_kind k = kind == 'i'   ? RS_KIND_INT
                      : kind == 'f' ? RS_KIND_FLOAT
                      : kind == 'c' ? RS_KIND_COMPLEX
                                    : RS_KIND_UINT;
    bool known = kind == 'u' || kind == 'i' || kind == 'f' || kind == 'c' || kind == 'b';
    out->dtype = known ? rs_image_dtype(k, bits) : "other";
    return (uint32_t)bytes;
}

rsift_status rs_image_probe_npy(rs_image_source *src, rs_image_info *out)
{
    int64_t dim[4] = {0};
    rs_cur c = rs_image_cur(src, 6, 6);
    unsigned major = rs_cur_u8(&c);
    rs_cur_u8(&c);
    uint64_t n = major == 1 ? rs_cur_u16le(&c) : rs_cur_u32le(&c);
    uint64_t at = major == 1 ? 10 : 12;
    if (c.bad) return src->status;
    /* numpy's own headers have 128 bytes */
    if (n > RS_IMAGE_WINDOW) return rs_image_bad(src, "an NPY header longer than 4096 bytes");
    c = rs_image_cur(src, at, (size_t)n);
    if (c.bad) return src->status;
    rs_str header = rs_str_make((const char *)c.p, (size_t)n);
    size_t n_dim = npy_shape(header, dim);
    uint32_t item = npy_type(header, out);
    if (n_dim == 0 || item == 0) return rs_image_bad(src, "an NPY header without shape or type");
    npy_picture(dim, n_dim, out);
    uint64_t total = item;
    for (size_t i = 0; i < n_dim; i++)
        if (__builtin_mul_overflow(total, (uint64_t)dim[i], &total)) total = INT64_MAX;
    out->data_at = (int64_t)(at + n);
    out->n_declared = total > INT64_MAX / 2 ? INT64_MAX : (int64_t)(total + at + n);
    return RSIFT_OK;
}
