/* BMP without compression, ours: 1, 4 and 8 bits with a palette, 24 and 32 bits. Rows are padded
 * to four bytes and go from bottom to top unless the height is negative. */
#include "image/decode_parts.h"

#include "base/alloc.h"
#include "base/cur.h"

typedef struct bmp {
    uint32_t data_at, header, depth, method, n_colours;
    int64_t width, height;
    bool top_down;
    const uint8_t *palette; /* entry_size bytes each, blue first */
    size_t entry_size;
} bmp;

static rsift_status unsupported(const bmp *b, rsift_error *err)
{
    return rs_err_set(err, RSIFT_E_UNSUPPORTED, "BMP of depth %u with method %u is not decoded",
                      b->depth, b->method);
}

/* The file header's data offset and the information header, OS/2's or Windows'. */
static rsift_status read_header(rs_str bytes, bmp *b, rsift_error *err)
{
    rs_cur c = rs_cur_of(bytes.ptr, bytes.len);
    rs_cur_take(&c, 10);
    b->data_at = rs_cur_u32le(&c);
    b->header = rs_cur_u32le(&c);
    /* OS/2's header has 16-bit sizes and no compression */
    bool old = b->header == 12;
    b->width = old ? rs_cur_u16le(&c) : (int32_t)rs_cur_u32le(&c);
    b->height = old ? rs_cur_u16le(&c) : (int32_t)rs_cur_u32le(&c);
    rs_cur_take(&c, 2);
    b->depth = rs_cur_u16le(&c);
    if (!old) {
        b->method = rs_cur_u32le(&c);
        rs_cur_take(&c, 12);
        b->n_colours = rs_cur_u32le(&c);
    }
    b->top_down = b->height < 0;
    if (b->top_down) b->height = -b->height;
    b->entry_size = old ? 3 : 4;
    if (c.bad || b->width <= 0 || b->height == 0)
        return rs_err_set(err, RSIFT_E_FORMAT, "a damaged BMP header");
    return RSIFT_OK;
}

static rsift_status read_palette(rs_str bytes, bmp *b, rsift_error *err)
{
    if (b->depth > 8) return RSIFT_OK;
    uint32_t most = 1u << b->depth;
    /* 0 = all of them */
    if (b->n_colours == 0 || b->n_colours > most) b->n_colours = most;
    rs_cur c = rs_cur_of(bytes.ptr, bytes.len);
    rs_cur_take(&c, 14);
    rs_cur_take(&c, b->header);
    b->palette = rs_cur_take(&c, b->n_colours * b->entry_size);
    if (!b->palette) return rs_err_set(err, RSIFT_E_FORMAT, "a BMP that ends in its palette");
    return RSIFT_OK;
}

/* Bit fields are read only in the order that plain 32-bit pixels have too. */
static bool plain_masks(rs_str bytes)
{
    rs_cur c = rs_cur_of(bytes.ptr, bytes.len);
    rs_cur_take(&c, 54);
    return rs_cur_u32le(&c) == 0xff0000 && rs_cur_u32le(&c) == 0xff00 && rs_cur_u32le(&c) == 0xff;
}

static unsigned index_at(const bmp *b, const uint8_t *row, int64_t x)
{
    const uint64_t bit = (uint64_t)x * b->depth;
    return (unsigned)row[bit / 8] >> (8 - b->depth - bit % 8) & ((1u << b->depth) - 1);
}

static void read_row(const bmp *b, const uint8_t *src, uint8_t *dst)
{
    for (int64_t x = 0; x < b->width; x++) {
        const uint8_t *bgr = src + x * (b->depth / 8);
        if (b->depth <= 8) {
            unsigned i = index_at(b, src, x);
            /* an index outside the palette shows its first colour */
            bgr = b->palette + (i < b->n_colours ? i : 0) * b->entry_size;
        }
        dst[x * 3] = bgr[2];
        dst[x * 3 + 1] = bgr[1];
        dst[x * 3 + 2] = bgr[0];
    }
}

static rsift_status read_start(rs_str bytes, bmp *b, uint64_t *row, rsift_error *err)
{
    RS_TRY(read_header(bytes, b, err));
    bool packed = b->depth == 1 || b->depth == 4 || b->depth == 8;
    if (!packed && b->depth != 24 && b->depth != 32) return unsupported(b, err);
    bool fields = b->method == 3 && b->depth == 32 && plain_masks(bytes);
    if (b->method != 0 && !fields) return unsupported(b, err);
    RS_TRY(read_palette(bytes, b, err));
    /* rows are padded to four bytes */
    *row = ((uint64_t)b->width * b->depth + 31) / 32 * 4;
    if (b->data_at > bytes.len || (bytes.len - b->data_at) / *row < (uint64_t)b->height)
        return rs_err_set(err, RSIFT_E_FORMAT, "a BMP that ends before its last row");
    return RSIFT_OK;
}

rsift_status rs_image_decode_bmp(rs_str bytes, const rsift_limits *limits,
                                 const rs_image_view *view, rs_pixels *out, rsift_error *err)
{
    (void)view; /* 8-bit pictures of known colours */
    bmp b = {0};
    uint64_t row;
    RS_TRY(read_start(bytes, &b, &row, err));
    RS_TRY(rs_pixels_init(out, (uint64_t)b.width, (uint64_t)b.height, limits, err));
    const uint8_t *data = (const uint8_t *)bytes.ptr + b.data_at;
    for (uint64_t y = 0; y < out->height; y++) {
        uint64_t from = b.top_down ? y : out->height - 1 - y;
        read_row(&b, data + from * row, out->rgb + y * out->width * 3);
    }
    out->rule = b.depth == 24 ? RS_RULE_AS_IS : RS_RULE_CONVERT;
    return RSIFT_OK;
}

rsift_status rs_image_rows_bmp(rs_str bytes, rs_image_rows *rows, rsift_error *err)
{
    bmp b = {0};
    uint64_t row;
    RS_TRY(read_start(bytes, &b, &row, err));
    RS_TRY(rs_image_check_pixels((uint64_t)b.width, (uint64_t)b.height, rows->limits, err));
    const rs_pixels size = {.width = (uint32_t)b.width,
                            .height = (uint32_t)b.height,
                            .rule = b.depth == 24 ? RS_RULE_AS_IS : RS_RULE_CONVERT};
    uint8_t *rgb = rs_alloc((size_t)b.width * 3);
    if (!rgb) return rs_err_nomem(err, "a BMP row");
    const rsift_status status = rows->begin(rows->ctx, &size, err);
    const uint8_t *data = (const uint8_t *)bytes.ptr + b.data_at;
    for (uint64_t y = 0; status == RSIFT_OK && y < size.height; y++) {
        read_row(&b, data + (b.top_down ? y : size.height - 1 - y) * row, rgb);
        rows->rgb(rows->ctx, rgb);
    }
    rs_free(rgb);
    return status;
}

rsift_status rs_image_values_bmp(rs_str bytes, const rsift_limits *limits, uint16_t **out,
                                 uint32_t *width, uint32_t *height, rsift_error *err)
{
    bmp b = {0};
    uint64_t row;
    *out = NULL;
    RS_TRY(read_start(bytes, &b, &row, err));
    if (b.depth > 8)
        return rs_err_set(err, RSIFT_E_UNSUPPORTED, "a BMP of colours stores no numbers");
    RS_TRY(rs_image_check_pixels((uint64_t)b.width, (uint64_t)b.height, limits, err));
    *out = rs_alloc((size_t)b.width * (size_t)b.height * sizeof **out);
    if (!*out) return rs_err_nomem(err, "a label map");
    *width = (uint32_t)b.width;
    *height = (uint32_t)b.height;
    const uint8_t *data = (const uint8_t *)bytes.ptr + b.data_at;
    for (uint64_t y = 0; y < *height; y++) {
        const uint8_t *from = data + (b.top_down ? y : *height - 1 - y) * row;
        for (int64_t x = 0; x < b.width; x++)
            (*out)[y * *width + (uint64_t)x] = (uint16_t)index_at(&b, from, x);
    }
    return RSIFT_OK;
}
