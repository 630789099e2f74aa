/* PNG through libpng, from and to memory. libpng reports errors by longjmp; everything that lives
 * across one is in one struct. Its own allocations go through base/alloc.h. */
#include "image/decode_parts.h"

#include "base/alloc.h"
#include "image/encode.h"

#include <math.h>
#include <png.h>
#include <setjmp.h>

enum { MAX_CHUNK = 8 << 20 }; /* bytes of one ancillary chunk kept by libpng */

typedef struct face {
    bool nomem;
    char text[128];
} face;

static void on_error(png_structp png, png_const_charp text)
{
    face *f = png_get_error_ptr(png);
    snprintf(f->text, sizeof f->text, "%s", text);
    png_longjmp(png, 1);
}

static void on_warning(png_structp png, png_const_charp text)
{
    (void)png;
    (void)text;
}

static png_voidp on_alloc(png_structp png, png_alloc_size_t n)
{
    face *f = png_get_mem_ptr(png);
    void *p = rs_alloc(n);
    if (!p) f->nomem = true;
    return p;
}

static void on_free(png_structp png, png_voidp p)
{
    (void)png;
    rs_free(p);
}

static rsift_status face_error(const face *f, const char *doing, rsift_error *err)
{
    if (f->nomem) return rs_err_nomem(err, "a PNG");
    return rs_err_set(err, RSIFT_E_FORMAT, "%s a PNG: %s", doing, f->text);
}

/* ---- decode ---- */

typedef struct reading {
    face face;
    png_structp png;
    png_infop info;
    rs_str rest;
    const rs_image_view *view;
    rs_pixels *out;
    rs_image_rows *rows; /* rows go here instead of to `out` */
    uint8_t *raw;        /* 16-bit samples as stored, or one row */
    float *samples;
    bool numbers; /* stored numbers are wanted, not pixels */
    uint16_t *values;
    rsift_status status;
} reading;

static void on_read(png_structp png, png_bytep dst, size_t n)
{
    reading *r = png_get_io_ptr(png);
    if (n > r->rest.len) png_error(png, "the file ends early");
    memcpy(dst, r->rest.ptr, n);
    r->rest = rs_str_sub(r->rest, n, r->rest.len);
}

/* png_read_row combines the passes of an interlaced picture in place. */
static void read_rows(reading *r, uint8_t *to, size_t row_bytes)
{
    int passes = png_set_interlace_handling(r->png);
    png_read_update_info(r->png, r->info);
    if (png_get_rowbytes(r->png, r->info) != row_bytes) png_error(r->png, "unexpected row size");
    for (int pass = 0; pass < passes; pass++)
        for (uint32_t y = 0; y < r->out->height; y++)
            png_read_row(r->png, to + (size_t)y * row_bytes, NULL);
    png_read_end(r->png, NULL);
}

/* The rows of a picture that is not kept, one after another. */
static void read_each_row(reading *r, const rs_pixels *size, rsift_error *err)
{
    const size_t row_bytes = (size_t)size->width * 3;
    png_read_update_info(r->png, r->info);
    if (png_get_rowbytes(r->png, r->info) != row_bytes) png_error(r->png, "unexpected row size");
    r->raw = rs_alloc(row_bytes);
    r->status = r->raw ? r->rows->begin(r->rows->ctx, size, err) : rs_err_nomem(err, "a PNG row");
    if (r->status != RSIFT_OK) return;
    for (uint64_t y = 0; y < size->height; y++) {
        png_read_row(r->png, r->raw, NULL);
        r->rows->rgb(r->rows->ctx, r->raw);
    }
    png_read_end(r->png, NULL);
}

static void read_8bit(reading *r, int depth, int colour, rsift_error *err)
{
    if (colour == PNG_COLOR_TYPE_PALETTE) png_set_palette_to_rgb(r->png);
    if (depth < 8) png_set_expand_gray_1_2_4_to_8(r->png);
    if (!(colour & PNG_COLOR_MASK_COLOR)) png_set_gray_to_rgb(r->png);
    png_set_strip_alpha(r->png);
    bool plain = depth == 8 && (colour == PNG_COLOR_TYPE_RGB || colour == PNG_COLOR_TYPE_GRAY);
    const rs_image_rule rule = plain ? RS_RULE_AS_IS : RS_RULE_CONVERT;
    if (r->rows) {
        const rs_pixels size = {.width = png_get_image_width(r->png, r->info),
                                .height = png_get_image_height(r->png, r->info),
                                .rule = rule};
        read_each_row(r, &size, err);
        return;
    }
    r->out->rule = rule;
    read_rows(r, r->out->rgb, (size_t)r->out->width * 3);
}

/* Colour or grey of 16 bits, stretched to 8. */
static void read_16bit(reading *r, int colour, rsift_error *err)
{
    const unsigned bands = colour & PNG_COLOR_MASK_COLOR ? 3 : 1;
    const size_t n_pixels = (size_t)r->out->width * r->out->height, n = n_pixels * bands;
    png_set_strip_alpha(r->png);
    r->raw = rs_alloc(n * 2);
    r->samples = r->raw ? rs_alloc(n * sizeof(float)) : NULL;
    if (!r->samples) {
        r->status = rs_err_nomem(err, "16-bit samples");
        return;
    }
    read_rows(r, r->raw, (size_t)r->out->width * bands * 2);
    for (size_t i = 0; i < n; i++) /* big-endian */
        r->samples[i] = (float)((unsigned)r->raw[i * 2] << 8 | r->raw[i * 2 + 1]);
    r->out->rule = RS_RULE_STRETCH;
    const rs_image_samples samples = {r->samples, n_pixels, bands, NAN};
    r->status = rs_image_stretch(&samples, r->view, r->out->rgb, err);
}

/* Grey of 1 to 16 bits and palette indices as they are stored. */
static void read_numbers(reading *r, int depth, int colour, const rsift_limits *limits,
                         rsift_error *err)
{
    rs_pixels *out = r->out;
    out->width = png_get_image_width(r->png, r->info);
    out->height = png_get_image_height(r->png, r->info);
    r->status = rs_image_check_pixels(out->width, out->height, limits, err);
    if (r->status != RSIFT_OK) return;
    if (colour == PNG_COLOR_TYPE_RGB || colour == PNG_COLOR_TYPE_RGBA) {
        r->status = rs_err_set(err, RSIFT_E_UNSUPPORTED, "a PNG of colours stores no numbers");
        return;
    }
    const size_t n = (size_t)out->width * out->height, size = depth == 16 ? 2 : 1;
    r->raw = rs_alloc(n * size);
    r->values = r->raw ? rs_alloc(n * sizeof *r->values) : NULL;
    if (!r->values) {
        r->status = rs_err_nomem(err, "a label map");
        return;
    }
    /* one byte per pixel, values unchanged */
    if (depth < 8) png_set_packing(r->png);
    png_set_strip_alpha(r->png);
    read_rows(r, r->raw, out->width * size);
    for (size_t i = 0; i < n; i++)
        r->values[i] = (uint16_t)(size == 2 ? r->raw[i * 2] << 8 | r->raw[i * 2 + 1] : r->raw[i]);
}

/* Reads the file from its header to the last row, by the target that was asked for. */
static void read_picture(reading *r, const rsift_limits *limits, rsift_error *err)
{
    png_set_read_fn(r->png, r, on_read);
    png_set_user_limits(r->png, INT32_MAX, INT32_MAX);
    /* profiles and texts of a hostile file are bounded */
    png_set_chunk_malloc_max(r->png, MAX_CHUNK);
    png_set_chunk_cache_max(r->png, 128);
    png_read_info(r->png, r->info);
    if (r->numbers) {
        read_numbers(r, png_get_bit_depth(r->png, r->info), png_get_color_type(r->png, r->info),
                     limits, err);
        return;
    }
    int depth = png_get_bit_depth(r->png, r->info), colour = png_get_color_type(r->png, r->info);
    if (!r->rows)
        r->status = rs_pixels_init(r->out, png_get_image_width(r->png, r->info),
                                   png_get_image_height(r->png, r->info), limits, err);
    else if (depth == 16 || png_get_interlace_type(r->png, r->info) != PNG_INTERLACE_NONE)
        r->status = rs_err_set(err, RSIFT_E_UNSUPPORTED, "a PNG of this kind is not read by rows");
    if (r->status != RSIFT_OK) return;
    if (depth == 16) {
        read_16bit(r, colour, err);
    } else {
        read_8bit(r, depth, colour, err);
    }
}

/* Where a picture goes: pixels into `out`; numbers into `values`, and `out` has the size alone;
 * or rows. */
typedef struct target {
    const rs_image_view *view;
    rs_pixels *out;
    uint16_t **values;
    rs_image_rows *rows;
} target;

/* Decodes into the target; libpng's errors jump here. */
static rsift_status decode(rs_str bytes, const rsift_limits *limits, const target *t,
                           rsift_error *err)
{
    uint16_t **values = t->values;
    reading *r = rs_calloc(1, sizeof *r);
    if (!r) return rs_err_nomem(err, "a PNG decoder");
    r->rest = bytes;
    r->view = t->view;
    r->out = t->out;
    r->rows = t->rows;
    r->numbers = values != NULL;
    r->png = png_create_read_struct_2(PNG_LIBPNG_VER_STRING, &r->face, on_error, on_warning,
                                      &r->face, on_alloc, on_free);
    r->info = r->png ? png_create_info_struct(r->png) : NULL;
    if (!r->info) {
        r->status = rs_err_nomem(err, "a PNG decoder");
    } else if (setjmp(png_jmpbuf(r->png)) == 0) {
        read_picture(r, limits, err);
    } else {
        r->status = face_error(&r->face, "cannot decode", err);
    }
    png_destroy_read_struct(&r->png, &r->info, NULL);
    rsift_status st = r->status;
    if (values && st == RSIFT_OK) *values = r->values;
    else rs_free(r->values);
    rs_free(r->raw);
    rs_free(r->samples);
    rs_free(r);
    return st;
}

rsift_status rs_image_decode_png(rs_str bytes, const rsift_limits *limits,
                                 const rs_image_view *view, rs_pixels *out, rsift_error *err)
{
    return decode(bytes, limits, &(target){.view = view, .out = out}, err);
}

rsift_status rs_image_rows_png(rs_str bytes, rs_image_rows *rows, rsift_error *err)
{
    return decode(bytes, rows->limits, &(target){.rows = rows}, err);
}

rsift_status rs_image_values_png(rs_str bytes, const rsift_limits *limits, uint16_t **out,
                                 uint32_t *width, uint32_t *height, rsift_error *err)
{
    rs_pixels size = {0};
    *out = NULL;
    RS_TRY(decode(bytes, limits, &(target){.out = &size, .values = out}, err));
    *width = size.width;
    *height = size.height;
    return RSIFT_OK;
}

/* ---- encode ---- */

typedef struct writing {
    face face;
    png_structp png;
    png_infop info;
    rs_buf *out;
    rsift_status status;
} writing;

static void on_write(png_structp png, png_bytep bytes, size_t n)
{
    writing *w = png_get_io_ptr(png);
    rs_buf_add(w->out, bytes, n);
    if (w->out->failed) {
        w->face.nomem = true;
        png_error(png, "out of memory");
    }
}

static void on_flush(png_structp png)
{
    (void)png;
}

static void write_picture(writing *w, const rs_pixels *pixels)
{
    png_set_write_fn(w->png, w, on_write, on_flush);
    png_set_user_limits(w->png, INT32_MAX, INT32_MAX);
    png_set_IHDR(w->png, w->info, pixels->width, pixels->height, 8, PNG_COLOR_TYPE_RGB,
                 PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_set_compression_level(w->png, 6);
    png_write_info(w->png, w->info);
    for (uint32_t y = 0; y < pixels->height; y++)
        png_write_row(w->png, pixels->rgb + (size_t)y * pixels->width * 3);
    png_write_end(w->png, w->info);
}

rsift_status rs_image_encode_png(const rs_pixels *pixels, rs_buf *out, rsift_error *err)
{
    if (!pixels->rgb) return rs_err_set(err, RSIFT_E_ARG, "no pixels to encode");
    writing *w = rs_calloc(1, sizeof *w);
    if (!w) return rs_err_nomem(err, "a PNG encoder");
    w->out = out;
    /* our allocator: a failed allocation is reported as such */
    w->png = png_create_write_struct_2(PNG_LIBPNG_VER_STRING, &w->face, on_error, on_warning,
                                       &w->face, on_alloc, on_free);
    w->info = w->png ? png_create_info_struct(w->png) : NULL;
    if (!w->info) {
        w->status = rs_err_nomem(err, "a PNG encoder");
    } else if (setjmp(png_jmpbuf(w->png)) == 0) {
        write_picture(w, pixels);
    } else {
        w->status = face_error(&w->face, "cannot encode", err);
    }
    png_destroy_write_struct(&w->png, &w->info);
    rsift_status st = w->status;
    rs_free(w);
    return st;
}
