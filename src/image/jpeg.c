/* JPEG through libjpeg-turbo. libjpeg reports errors by a call that must not return, so this file
 * and png.c are the only ones with longjmp; everything that lives across it is in one struct. */
#include "image/decode_parts.h"

#include "base/alloc.h"
#include "image/encode.h"

#include <limits.h>
#include <setjmp.h>
#include <stdio.h>
#include <jpeglib.h>
#include <jerror.h>

enum { MAX_SCANS = 500 }; /* a progressive picture has about ten */

typedef struct face {
    struct jpeg_error_mgr errors; /* first: libjpeg hands this back */
    struct jpeg_progress_mgr progress;
    jmp_buf jump;
    char text[JMSG_LENGTH_MAX];
    bool nomem, damaged, too_many_scans, too_large;
} face;

static void on_error(j_common_ptr info)
{
    face *f = (face *)info->err;
    f->errors.format_message(info, f->text);
    f->nomem = f->errors.msg_code == JERR_OUT_OF_MEMORY;
    f->too_large = f->errors.msg_code == JERR_NO_BACKING_STORE;
    longjmp(f->jump, 1);
}

/* Only warnings about picture data matter; stray bytes between segments are common and harmless. */
static void on_message(j_common_ptr info, int level)
{
    face *f = (face *)info->err;
    int code = f->errors.msg_code;
    if (level < 0 &&
        (code == JWRN_HIT_MARKER || code == JWRN_JPEG_EOF || code == JWRN_HUFF_BAD_CODE ||
         code == JWRN_ARITH_BAD_CODE || code == JWRN_BOGUS_PROGRESSION || code == JWRN_MUST_RESYNC))
        f->damaged = true;
}

static void on_text(j_common_ptr info)
{
    (void)info;
}

static void on_progress(j_common_ptr info)
{
    face *f = (face *)info->err;
    if (!info->is_decompressor || ((j_decompress_ptr)info)->input_scan_number <= MAX_SCANS) return;
    f->too_many_scans = true;
    longjmp(f->jump, 1);
}

static void face_init(face *f)
{
    jpeg_std_error(&f->errors);
    f->errors.error_exit = on_error;
    f->errors.emit_message = on_message;
    f->errors.output_message = on_text;
    f->progress.progress_monitor = on_progress;
}

static rsift_status face_error(const face *f, const char *doing, rsift_error *err)
{
    if (f->nomem) return rs_err_nomem(err, "a JPEG");
    if (f->too_many_scans)
        return rs_err_set(err, RSIFT_E_LIMIT, "a JPEG with more than %d scans", MAX_SCANS);
    if (f->too_large)
        return rs_err_set(err, RSIFT_E_LIMIT,
                          "a JPEG of several scans takes more than --max-image-mb allows");
    return rs_err_set(err, RSIFT_E_FORMAT, "%s a JPEG: %s", doing, f->text);
}

/* ---- decode ---- */

typedef struct reading {
    face face;
    struct jpeg_decompress_struct jpeg;
    rs_pixels *out;
    rs_image_rows *rows; /* rows go here instead of to `out` */
    uint8_t *row;        /* of CMYK */
    uint8_t *rgb;        /* one row, where rows are not kept; of grey it has a byte a pixel */
    rsift_status status;
} reading;

/* Adobe writes CMYK inverted, and nearly every four-component JPEG is Adobe's. */
static void cmyk_to_rgb(const uint8_t *cmyk, size_t n, bool inverted, uint8_t *rgb)
{
    for (size_t i = 0; i < n; i++) {
        unsigned k = inverted ? cmyk[i * 4 + 3] : 255u - cmyk[i * 4 + 3];
        for (size_t b = 0; b < 3; b++) {
            unsigned ink = inverted ? cmyk[i * 4 + b] : 255u - cmyk[i * 4 + b];
            /* ink and key both darken: c * k / 255, rounded */
            rgb[i * 3 + b] = (uint8_t)((ink * k + 127) / 255);
        }
    }
}

static void read_rows(reading *r)
{
    const size_t width = r->jpeg.output_width;
    const bool luma = r->jpeg.out_color_space == JCS_GRAYSCALE;
    while (r->jpeg.output_scanline < r->jpeg.output_height) {
        uint8_t *to = r->rows ? r->rgb : r->out->rgb + (size_t)r->jpeg.output_scanline * width * 3;
        JSAMPROW row = r->row ? r->row : to;
        jpeg_read_scanlines(&r->jpeg, &row, 1);
        if (r->row) cmyk_to_rgb(r->row, width, r->jpeg.saw_Adobe_marker, to);
        if (r->rows) (luma ? r->rows->luma : r->rows->rgb)(r->rows->ctx, to);
    }
}

/* The most that the library's own transform shrinks, 8 times, within the side that is wanted. */
static uint32_t scale_of(const reading *r)
{
    const uint32_t w = r->jpeg.image_width, h = r->jpeg.image_height, side = w < h ? w : h;
    uint32_t scale = 8;
    if (!r->rows || r->rows->min_side == 0) return 1;
    while (scale > 1 && (side + scale - 1) / scale < r->rows->min_side) scale /= 2;
    return scale;
}

/* What the library makes of it: everything but CMYK as RGB, or the luma alone. */
static void choose_output(reading *r)
{
    const J_COLOR_SPACE stored = r->jpeg.jpeg_color_space;
    const bool has_luma = stored == JCS_YCbCr || stored == JCS_GRAYSCALE;
    r->jpeg.out_color_space = r->jpeg.num_components == 4            ? JCS_CMYK
                              : r->rows && r->rows->luma && has_luma ? JCS_GRAYSCALE
                                                                     : JCS_RGB;
    r->jpeg.scale_num = 1;
    r->jpeg.scale_denom = scale_of(r);
    if (r->rows) r->rows->scale = r->jpeg.scale_denom;
    jpeg_calc_output_dimensions(&r->jpeg);
}

/* Room for the pixels, or for one row of them. */
static rsift_status make_room(reading *r, const rsift_limits *limits, rsift_error *err)
{
    const rs_image_rule rule = r->jpeg.num_components == 4 ? RS_RULE_CONVERT : RS_RULE_AS_IS;
    const rs_pixels size = {
        .width = r->jpeg.output_width, .height = r->jpeg.output_height, .rule = rule};
    if (!r->rows) {
        RS_TRY(rs_pixels_init(r->out, size.width, size.height, limits, err));
        r->out->rule = rule;
        return RSIFT_OK;
    }
    r->rgb = rs_alloc((size_t)size.width * 3);
    return r->rgb ? r->rows->begin(r->rows->ctx, &size, err) : rs_err_nomem(err, "a JPEG row");
}

static void read_picture(reading *r, rs_str bytes, const rsift_limits *limits, rsift_error *err)
{
    const uint64_t most = rs_image_max_cost(limits);
    /* what a picture of several scans keeps to its end */
    r->jpeg.mem->max_memory_to_use = most > LONG_MAX ? LONG_MAX : (long)most;
    jpeg_mem_src(&r->jpeg, (const unsigned char *)bytes.ptr, bytes.len);
    jpeg_read_header(&r->jpeg, TRUE);
    choose_output(r);
    r->status = make_room(r, limits, err);
    if (r->status != RSIFT_OK) return;
    const bool four = r->jpeg.out_color_space == JCS_CMYK;
    r->jpeg.progress = &r->face.progress;
    if (four && !(r->row = rs_alloc((size_t)r->jpeg.output_width * 4))) {
        r->status = rs_err_nomem(err, "a JPEG row");
        return;
    }
    jpeg_start_decompress(&r->jpeg);
    read_rows(r);
    jpeg_finish_decompress(&r->jpeg);
}

/* Into `out`, or by rows; one of the two is NULL. */
static rsift_status decode(rs_str bytes, const rsift_limits *limits, rs_pixels *out,
                           rs_image_rows *rows, rsift_error *err)
{
    reading *r = rs_calloc(1, sizeof *r);
    if (!r) return rs_err_nomem(err, "a JPEG decoder");
    r->out = out;
    r->rows = rows;
    face_init(&r->face);
    r->jpeg.err = &r->face.errors;
    /* errors below come back here */
    if (setjmp(r->face.jump) == 0) {
        jpeg_create_decompress(&r->jpeg);
        read_picture(r, bytes, limits, err);
    } else {
        r->status = face_error(&r->face, "cannot decode", err);
    }
    jpeg_destroy_decompress(&r->jpeg);
    rsift_status st = r->status;
    if (out) out->damaged = r->face.damaged;
    else rows->damaged = r->face.damaged;
    rs_free(r->row);
    rs_free(r->rgb);
    rs_free(r);
    return st;
}

rsift_status rs_image_decode_jpeg(rs_str bytes, const rsift_limits *limits,
                                  const rs_image_view *view, rs_pixels *out, rsift_error *err)
{
    (void)view; /* 8-bit pictures of known colours */
    return decode(bytes, limits, out, NULL, err);
}

rsift_status rs_image_rows_jpeg(rs_str bytes, rs_image_rows *rows, rsift_error *err)
{
    return decode(bytes, rows->limits, NULL, rows, err);
}

/* ---- encode ---- */

typedef struct writing {
    face face;
    struct jpeg_compress_struct jpeg;
    struct jpeg_destination_mgr to;
    rs_buf *out;
    uint8_t block[16384];
} writing;

static void block_begin(j_compress_ptr jpeg)
{
    writing *w = jpeg->client_data;
    w->to.next_output_byte = w->block;
    w->to.free_in_buffer = sizeof w->block;
}

static boolean block_full(j_compress_ptr jpeg)
{
    writing *w = jpeg->client_data;
    rs_buf_add(w->out, w->block, sizeof w->block);
    block_begin(jpeg);
    return TRUE;
}

static void block_end(j_compress_ptr jpeg)
{
    writing *w = jpeg->client_data;
    rs_buf_add(w->out, w->block, sizeof w->block - w->to.free_in_buffer);
}

/* Sets the encoder up and writes every row; libjpeg's errors leave by longjmp. */
static void write_picture(writing *w, const rs_pixels *pixels, int quality)
{
    w->jpeg.client_data = w;
    w->to = (struct jpeg_destination_mgr){.init_destination = block_begin,
                                          .empty_output_buffer = block_full,
                                          .term_destination = block_end};
    w->jpeg.dest = &w->to;
    w->jpeg.image_width = pixels->width;
    w->jpeg.image_height = pixels->height;
    w->jpeg.input_components = 3;
    w->jpeg.in_color_space = JCS_RGB;
    jpeg_set_defaults(&w->jpeg);
    jpeg_set_quality(&w->jpeg, quality, TRUE);
    /* the same bytes on every machine */
    w->jpeg.dct_method = JDCT_ISLOW;
    /* without colour subsampling */
    if (quality > 90) w->jpeg.comp_info[0].h_samp_factor = w->jpeg.comp_info[0].v_samp_factor = 1;
    jpeg_start_compress(&w->jpeg, TRUE);
    while (w->jpeg.next_scanline < w->jpeg.image_height) {
        JSAMPROW row = pixels->rgb + (size_t)w->jpeg.next_scanline * pixels->width * 3;
        jpeg_write_scanlines(&w->jpeg, &row, 1);
    }
    jpeg_finish_compress(&w->jpeg);
}

rsift_status rs_image_encode_jpeg(const rs_pixels *pixels, int quality, rs_buf *out,
                                  rsift_error *err)
{
    if (quality < 1 || quality > 100)
        return rs_err_set(err, RSIFT_E_ARG, "a JPEG quality between 1 and 100 is wanted, not %d",
                          quality);
    if (!pixels->rgb || pixels->width > JPEG_MAX_DIMENSION || pixels->height > JPEG_MAX_DIMENSION)
        return rs_err_set(err, RSIFT_E_ARG, "a JPEG has 1 to %ld pixels a side, not %u x %u",
                          JPEG_MAX_DIMENSION, pixels->width, pixels->height);
    writing *w = rs_calloc(1, sizeof *w);
    if (!w) return rs_err_nomem(err, "a JPEG encoder");
    rsift_status st = RSIFT_OK;
    w->out = out;
    face_init(&w->face);
    w->jpeg.err = &w->face.errors;
    if (setjmp(w->face.jump) == 0) {
        jpeg_create_compress(&w->jpeg);
        write_picture(w, pixels, quality);
    }
    if (w->face.text[0]) st = face_error(&w->face, "cannot encode", err);
    jpeg_destroy_compress(&w->jpeg);
    rs_free(w);
    if (st == RSIFT_OK && out->failed) st = rs_err_nomem(err, "a JPEG");
    return st;
}
