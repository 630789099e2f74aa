/* JPEG 2000 through openjpeg, from memory: Sentinel-2 tiles and products derived from them, mostly
 * one band of 15 or 16 bits. */
#include "image/decode_parts.h"

#include "base/alloc.h"
#include "image/cost.h"

#include <math.h>
#include <openjpeg.h>

enum { MAX_COMPONENTS = 64 };

typedef struct memory {
    const uint8_t *p;
    size_t n, at;
    char text[128]; /* the library's first complaint */
} memory;

static OPJ_SIZE_T on_read(void *dst, OPJ_SIZE_T n, void *ctx)
{
    memory *m = ctx;
    if (m->at >= m->n) return (OPJ_SIZE_T)-1;
    size_t n_read = m->n - m->at < n ? m->n - m->at : n;
    memcpy(dst, m->p + m->at, n_read);
    m->at += n_read;
    return n_read;
}

static OPJ_OFF_T on_skip(OPJ_OFF_T n, void *ctx)
{
    memory *m = ctx;
    if (n < 0) return -1;
    size_t left = m->n - m->at;
    size_t skipped = (uint64_t)n < left ? (size_t)n : left;
    m->at += skipped;
    return skipped == (size_t)n ? n : (skipped ? (OPJ_OFF_T)skipped : -1);
}

static OPJ_BOOL on_seek(OPJ_OFF_T at, void *ctx)
{
    memory *m = ctx;
    if (at < 0 || (uint64_t)at > m->n) return OPJ_FALSE;
    m->at = (size_t)at;
    return OPJ_TRUE;
}

static void on_error(const char *text, void *ctx)
{
    memory *m = ctx;
    if (m->text[0]) return;
    snprintf(m->text, sizeof m->text, "%s", text);
    for (char *p = m->text; *p; p++)
        if (*p == '\n') *p = 0;
}

static opj_stream_t *stream_of(memory *m)
{
    opj_stream_t *s = opj_stream_create(1 << 16, OPJ_TRUE);
    if (!s) return NULL;
    opj_stream_set_read_function(s, on_read);
    opj_stream_set_skip_function(s, on_skip);
    opj_stream_set_seek_function(s, on_seek);
    opj_stream_set_user_data(s, m, NULL);
    opj_stream_set_user_data_length(s, m->n);
    return s;
}

/* ---- components to RGB ---- */

typedef struct plan {
    const opj_image_comp_t *comp[3];
    unsigned n; /* 1 or 3 */
    bool stretch, ycc;
} plan;

static bool make_plan(const opj_image_t *image, const rs_image_view *view, plan *p)
{
    const opj_image_comp_t *colour[3];
    unsigned n = 0;
    for (; view->bands[0] && n < 3; n++) {
        if (view->bands[n] > image->numcomps) return false;
        colour[n] = &image->comps[view->bands[n] - 1];
    }
    for (uint32_t i = 0; i < image->numcomps && n < 3; i++)
        /* alpha is left out, further bands are not shown */
        if (!image->comps[i].alpha) colour[n++] = &image->comps[i];
    if (n == 0) return false;
    *p = (plan){.n = n == 3 ? 3 : 1};
    for (unsigned i = 0; i < p->n; i++) {
        const opj_image_comp_t *c = p->comp[i] = colour[i];
        if (!c->data || c->w == 0 || c->h == 0 || c->prec == 0 || c->prec > 31) return false;
        if (c->prec > 8 || c->sgnd) p->stretch = true;
    }
    p->ycc = p->n == 3 && image->color_space == OPJ_CLRSPC_SYCC;
    return true;
}

/* Components may be stored smaller than the picture; the nearest sample counts. */
static int32_t sample(const opj_image_comp_t *c, const rs_pixels *out, uint64_t x, uint64_t y)
{
    uint64_t cx = c->w == out->width ? x : x * c->w / out->width;
    uint64_t cy = c->h == out->height ? y : y * c->h / out->height;
    return c->data[cy * c->w + cx];
}

static uint8_t clamp8(int64_t v)
{
    return v < 0 ? 0 : v > 255 ? 255 : (uint8_t)v;
}

static void ycc_to_rgb(uint8_t *rgb)
{
    int64_t y = rgb[0], cb = rgb[1] - 128, cr = rgb[2] - 128; /* BT.601, scaled by 65536 */
    rgb[0] = clamp8((65536 * y + 91881 * cr + 32768) >> 16);
    rgb[1] = clamp8((65536 * y - 22554 * cb - 46802 * cr + 32768) >> 16);
    rgb[2] = clamp8((65536 * y + 116130 * cb + 32768) >> 16);
}

static void fill_8bit(const plan *p, rs_pixels *out)
{
    uint8_t *rgb = out->rgb;
    for (uint64_t y = 0; y < out->height; y++) {
        for (uint64_t x = 0; x < out->width; x++, rgb += 3) {
            for (unsigned b = 0; b < 3; b++) {
                const opj_image_comp_t *c = p->comp[p->n == 3 ? b : 0];
                int64_t v = sample(c, out, x, y), top = ((int64_t)1 << c->prec) - 1;
                rgb[b] = clamp8(top == 255 ? v : (v * 255 + top / 2) / top);
            }
            if (p->ycc) ycc_to_rgb(rgb);
        }
    }
}

static rsift_status fill_stretched(const plan *p, const rs_image_view *view, rs_pixels *out,
                                   rsift_error *err)
{
    float *samples = rs_image_samples_new(out, p->n);
    if (!samples) return rs_err_nomem(err, "samples");
    float *to = samples;
    for (uint64_t y = 0; y < out->height; y++)
        for (uint64_t x = 0; x < out->width; x++)
            for (unsigned b = 0; b < p->n; b++) *to++ = (float)sample(p->comp[b], out, x, y);
    const rs_image_samples stored = {samples, (size_t)out->width * out->height, p->n, NAN};
    rsift_status st = rs_image_stretch(&stored, view, out->rgb, err);
    rs_free(samples);
    return st;
}

static rsift_status fill(const opj_image_t *image, const rs_image_view *view, rs_pixels *out,
                         rsift_error *err)
{
    plan p;
    if (!make_plan(image, view, &p))
        return rs_err_set(err, RSIFT_E_UNSUPPORTED, "a JPEG 2000 with unusual components");
    bool as_stored = image->numcomps == p.n && !p.ycc && p.comp[0]->prec == 8;
    out->rule = p.stretch             ? RS_RULE_STRETCH
                : as_stored           ? RS_RULE_AS_IS
                : image->numcomps > 4 ? RS_RULE_BANDS
                                      : RS_RULE_CONVERT;
    if (p.stretch) return fill_stretched(&p, view, out, err);
    fill_8bit(&p, out);
    return RSIFT_OK;
}

/* ---- the codec ---- */

static rsift_status fail(const memory *m, rsift_error *err)
{
    return rs_err_set(err, RSIFT_E_FORMAT, "cannot decode a JPEG 2000: %s",
                      m->text[0] ? m->text : "damaged or cut short");
}

/* What the caller asks for. */
typedef struct asked {
    const rsift_limits *limits;
    const rs_image_view *view;
    uint32_t min_side; /* 0: the whole picture; else a smaller one down to this side */
    uint32_t scale;    /* set: 1 / scale of the picture was decoded */
} asked;

/* How often the picture is halved: each level of its wavelets holds it at half the size. */
static unsigned n_halvings(opj_codec_t *codec, const opj_image_t *im, uint32_t min_side)
{
    const uint32_t w = im->x1 - im->x0, h = im->y1 - im->y0, side = w < h ? w : h;
    opj_codestream_info_v2_t *info = min_side ? opj_get_cstr_info(codec) : NULL;
    unsigned n = 0, levels = 1;
    if (info && info->m_default_tile_info.tccp_info)
        levels = info->m_default_tile_info.tccp_info[0].numresolutions;
    if (info) opj_destroy_cstr_info(&info);
    while (n + 1 < levels && n < 16 && side >> (n + 1) >= min_side) n++;
    return n;
}

static uint32_t halved(uint32_t v, unsigned n)
{
    return (uint32_t)(((uint64_t)v + ((uint64_t)1 << n) - 1) >> n);
}

/* Is there memory for the picture at this size? The whole one was judged by its header. */
static rsift_status check_halved(const opj_image_t *im, const rs_pixels *size, const asked *a,
                                 rsift_error *err)
{
    const rs_image_info info = {.format = RS_IMAGE_JP2,
                                .width = size->width,
                                .height = size->height,
                                .bands = im->numcomps,
                                .bits = im->comps[0].prec};
    return rs_image_check_cost(&info, RS_IMAGE_AS_PIXELS, a->limits, err);
}

static rsift_status read_picture(opj_codec_t *codec, opj_stream_t *stream, memory *m, asked *a,
                                 opj_image_t **image, rs_pixels *out, rsift_error *err)
{
    opj_dparameters_t params;
    opj_set_default_decoder_parameters(&params);
    if (!opj_setup_decoder(codec, &params) || !opj_read_header(stream, codec, image))
        return fail(m, err);
    const opj_image_t *im = *image;
    if (im->x1 <= im->x0 || im->y1 <= im->y0) return fail(m, err);
    /* the library allocates four bytes per component and pixel */
    uint64_t n = (uint64_t)(im->x1 - im->x0) * (im->y1 - im->y0);
    if (im->numcomps == 0 || im->numcomps > MAX_COMPONENTS ||
        n * im->numcomps > rs_image_max_pixels(a->limits) * 4)
        return rs_err_set(err, RSIFT_E_LIMIT, "a JPEG 2000 with %u components of %llu pixels",
                          im->numcomps, (unsigned long long)n);
    const unsigned halvings = n_halvings(codec, im, a->min_side);
    const rs_pixels size = {.width = halved(im->x1, halvings) - halved(im->x0, halvings),
                            .height = halved(im->y1, halvings) - halved(im->y0, halvings)};
    if (a->min_side && halvings == 0)
        return rs_err_set(err, RSIFT_E_UNSUPPORTED, "a JPEG 2000 without a smaller form");
    if (halvings) RS_TRY(check_halved(im, &size, a, err));
    if (halvings && !opj_set_decoded_resolution_factor(codec, halvings)) return fail(m, err);
    a->scale = 1u << halvings;
    RS_TRY(rs_pixels_init(out, size.width, size.height, a->limits, err));
    if (!opj_decode(codec, stream, *image)) return fail(m, err);
    out->damaged = !opj_end_decompress(codec, stream);
    return fill(*image, a->view, out, err);
}

static rsift_status decode(rs_str bytes, asked *a, rs_pixels *out, rsift_error *err)
{
    memory m = {.p = (const uint8_t *)bytes.ptr, .n = bytes.len};
    /* a codestream begins with FF4F, the jp2 file with a box */
    bool bare = bytes.len > 0 && m.p[0] == 0xff;
    opj_image_t *image = NULL;
    opj_codec_t *codec = opj_create_decompress(bare ? OPJ_CODEC_J2K : OPJ_CODEC_JP2);
    opj_stream_t *stream = stream_of(&m);
    rsift_status st = RSIFT_E_NOMEM;
    if (codec && stream) {
        opj_set_error_handler(codec, on_error, &m);
        st = read_picture(codec, stream, &m, a, &image, out, err);
    } else {
        rs_err_nomem(err, "a JPEG 2000 decoder");
    }
    if (image) opj_image_destroy(image);
    if (stream) opj_stream_destroy(stream);
    if (codec) opj_destroy_codec(codec);
    return st;
}

rsift_status rs_image_decode_jp2(rs_str bytes, const rsift_limits *limits,
                                 const rs_image_view *view, rs_pixels *out, rsift_error *err)
{
    return decode(bytes, &(asked){.limits = limits, .view = view}, out, err);
}

/* The picture is held all the same, but at the size that is wanted. */
rsift_status rs_image_rows_jp2(rs_str bytes, rs_image_rows *rows, rsift_error *err)
{
    asked a = {.limits = rows->limits, .view = rows->view, .min_side = rows->min_side};
    rs_pixels pixels = {0};
    if (rows->min_side == 0)
        return rs_err_set(err, RSIFT_E_UNSUPPORTED, "a JPEG 2000 is not read by rows");
    rsift_status status = decode(bytes, &a, &pixels, err);
    rows->scale = a.scale;
    rows->damaged = pixels.damaged;
    if (status == RSIFT_OK) status = rs_image_hand_out(&pixels, rows, err);
    rs_pixels_fini(&pixels);
    return status;
}
