/* TIFF through libtiff, from memory: plain and tiled, together or one plane per band, any integer
 * or floating sample of 8 to 64 bits. Palettes, CMYK, Lab, odd YCbCr and fewer bits go through
 * libtiff's own RGBA conversion. Complex samples are not shown. */
#include "image/decode_parts.h"

#include "base/alloc.h"
#include "base/num.h"

#include <math.h>
#include <tiffio.h>

enum { TAG_GDAL_NODATA = 42113 };

typedef struct memory {
    const uint8_t *p;
    uint64_t n, at;
    char text[128]; /* the library's first complaint */
    bool damaged;   /* it went on over data that are not as they were written */
} memory;

static tmsize_t on_read(thandle_t ctx, void *dst, tmsize_t n)
{
    memory *m = ctx;
    if (n <= 0 || m->at >= m->n) return 0;
    uint64_t n_read = m->n - m->at < (uint64_t)n ? m->n - m->at : (uint64_t)n;
    memcpy(dst, m->p + m->at, (size_t)n_read);
    m->at += n_read;
    return (tmsize_t)n_read;
}

static tmsize_t on_write(thandle_t ctx, void *src, tmsize_t n)
{
    (void)ctx;
    (void)src;
    (void)n;
    return 0;
}

static toff_t on_seek(thandle_t ctx, toff_t at, int whence)
{
    memory *m = ctx;
    m->at = whence == SEEK_CUR ? m->at + at : whence == SEEK_END ? m->n + at : at;
    return m->at;
}

static int on_close(thandle_t ctx)
{
    (void)ctx;
    return 0;
}

static toff_t on_size(thandle_t ctx)
{
    return ((memory *)ctx)->n;
}

static int on_error(TIFF *tif, void *ctx, const char *where, const char *fmt, va_list args)
{
    memory *m = ctx;
    (void)tif;
    (void)where;
    if (!m->text[0]) vsnprintf(m->text, sizeof m->text, fmt, args);
    return 1;
}

/* Most warnings are about tags. Those of the JPEG and fax decoders are about the picture. */
static int on_warning(TIFF *tif, void *ctx, const char *where, const char *fmt, va_list args)
{
    memory *m = ctx;
    (void)tif, (void)fmt, (void)args;
    if (where && (strncmp(where, "JPEG", 4) == 0 || strncmp(where, "Fax", 3) == 0))
        m->damaged = true;
    return 1;
}

static TIFF *open_memory(memory *m, uint64_t max_alloc)
{
    TIFFOpenOptions *options = TIFFOpenOptionsAlloc();
    if (!options) return NULL;
    /* a damaged header cannot make the library allocate without bound */
    TIFFOpenOptionsSetMaxSingleMemAlloc(options, (tmsize_t)max_alloc);
    TIFFOpenOptionsSetErrorHandlerExtR(options, on_error, m);
    TIFFOpenOptionsSetWarningHandlerExtR(options, on_warning, m);
    TIFF *tif = TIFFClientOpenExt("memory", "rm", m, on_read, on_write, on_seek, on_close, on_size,
                                  NULL, NULL, options);
    TIFFOpenOptionsFree(options);
    return tif;
}

static rsift_status fail(const memory *m, rsift_error *err)
{
    return rs_err_set(err, RSIFT_E_FORMAT, "cannot decode a TIFF: %s",
                      m->text[0] ? m->text : "damaged or cut short");
}

/* ---- what is in it ---- */

typedef struct shape {
    uint32_t width, height;
    uint16_t bits, bands, format, photometric, planar, compression, orientation;
    bool tiled;
    unsigned n_shown;  /* bands shown: 1 or 3 */
    uint16_t shown[3]; /* their numbers from 0 */
    double no_data;
} shape;

static double no_data_of(TIFF *tif)
{
    const TIFFField *field = TIFFFindField(tif, TAG_GDAL_NODATA, TIFF_ANY);
    /* libtiff knows the tag only when the file has it */
    if (!field || TIFFFieldDataType(field) != TIFF_ASCII || !TIFFFieldPassCount(field) ||
        TIFFFieldReadCount(field) != TIFF_VARIABLE2)
        return NAN;
    uint32_t n = 0;
    const char *text = NULL;
    double v = NAN;
    if (!TIFFGetField(tif, TAG_GDAL_NODATA, &n, &text) || !text) return NAN;
    rs_str s = rs_str_trim(rs_str_make(text, strnlen(text, n)));
    return rs_num_double(s, &v) ? v : NAN;
}

static void read_shape(TIFF *tif, shape *s)
{
    *s = (shape){0};
    TIFFGetField(tif, TIFFTAG_IMAGEWIDTH, &s->width);
    TIFFGetField(tif, TIFFTAG_IMAGELENGTH, &s->height);
    TIFFGetFieldDefaulted(tif, TIFFTAG_BITSPERSAMPLE, &s->bits);
    TIFFGetFieldDefaulted(tif, TIFFTAG_SAMPLESPERPIXEL, &s->bands);
    TIFFGetFieldDefaulted(tif, TIFFTAG_SAMPLEFORMAT, &s->format);
    TIFFGetFieldDefaulted(tif, TIFFTAG_PLANARCONFIG, &s->planar);
    TIFFGetFieldDefaulted(tif, TIFFTAG_COMPRESSION, &s->compression);
    TIFFGetFieldDefaulted(tif, TIFFTAG_ORIENTATION, &s->orientation);
    /* required by the standard, missing in some files */
    if (!TIFFGetField(tif, TIFFTAG_PHOTOMETRIC, &s->photometric))
        s->photometric = s->bands >= 3 ? PHOTOMETRIC_RGB : PHOTOMETRIC_MINISBLACK;
    s->tiled = TIFFIsTiled(tif) != 0;
    s->n_shown = s->bands >= 3 ? 3 : 1;
    for (uint16_t i = 0; i < 3; i++) s->shown[i] = i;
    s->no_data = no_data_of(tif);
}

static bool is_direct(const shape *s)
{
    bool bits = s->bits == 8 || s->bits == 16 || s->bits == 32 || s->bits == 64;
    bool colour = s->photometric == PHOTOMETRIC_MINISBLACK || s->photometric == PHOTOMETRIC_RGB;
    return bits && colour;
}

/* ---- samples ---- */

/* n samples of one band, `step` bytes apart. */
static void widen(const shape *s, const uint8_t *src, size_t step, size_t n, float *dst)
{
    const unsigned kind = s->format == SAMPLEFORMAT_INT      ? 1
                          : s->format == SAMPLEFORMAT_IEEEFP ? 2
                                                             : 0;
#define WIDEN(type)                               \
    for (size_t i = 0; i < n; i++, src += step) { \
        type v_;                                  \
        memcpy(&v_, src, sizeof v_);              \
        dst[i * s->n_shown] = (float)v_;          \
    }                                             \
    return
    switch (kind << 8 | s->bits) {
    case 8: WIDEN(uint8_t);
    case 16: WIDEN(uint16_t);
    case 32: WIDEN(uint32_t);
    case 64: WIDEN(uint64_t);
    case 1 << 8 | 8: WIDEN(int8_t);
    case 1 << 8 | 16: WIDEN(int16_t);
    case 1 << 8 | 32: WIDEN(int32_t);
    case 1 << 8 | 64: WIDEN(int64_t);
    case 2 << 8 | 32: WIDEN(float);
    case 2 << 8 | 64: WIDEN(double);
    default: return; /* half floats are refused before */
    }
#undef WIDEN
}

typedef struct reading {
    TIFF *tif;
    memory *m;
    shape s;
    const rs_image_view *view;
    rs_pixels *out;
    float *samples; /* NULL: 8-bit samples go straight to out->rgb */
    uint8_t *block; /* one row or one tile */
} reading;

/* Puts a run of n pixels at (x, y). `src` holds all bands together, or the one that is shown as
 * number `plane`. */
static void put_run(reading *r, const uint8_t *src, uint32_t x, uint32_t y, size_t n,
                    unsigned plane)
{
    const shape *s = &r->s;
    const bool together = s->planar == PLANARCONFIG_CONTIG;
    const size_t size = s->bits / 8, step = together ? size * s->bands : size;
    const size_t at = (size_t)y * r->out->width + x;
    /* of interleaved bands only those that are shown */
    const unsigned first = together ? 0 : plane, last = together ? s->n_shown : plane + 1;
    for (unsigned b = first; b < last; b++) {
        const uint8_t *p = src + (together ? s->shown[b] * size : 0);
        if (r->samples) {
            widen(s, p, step, n, r->samples + at * s->n_shown + b);
        } else {
            uint8_t *to = r->out->rgb + at * 3 + b;
            for (size_t i = 0; i < n; i++) to[i * 3] = p[i * step];
        }
    }
}

static bool read_rows(reading *r, unsigned plane)
{
    for (uint32_t y = 0; y < r->out->height; y++) {
        if (TIFFReadScanline(r->tif, r->block, y, r->s.shown[plane]) != 1) return false;
        put_run(r, r->block, 0, y, r->out->width, plane);
    }
    return true;
}

/* The row of tiles that begins at row y of the picture; it begins at row `at` of r->out. */
static bool read_tile_row(reading *r, unsigned plane, tmsize_t block_size, uint64_t y, uint64_t at)
{
    uint32_t tw = 0, th = 0;
    TIFFGetField(r->tif, TIFFTAG_TILEWIDTH, &tw);
    TIFFGetField(r->tif, TIFFTAG_TILELENGTH, &th);
    const tmsize_t row = TIFFTileRowSize(r->tif);
    for (uint64_t x = 0; x < r->s.width; x += tw) {
        uint32_t i = TIFFComputeTile(r->tif, (uint32_t)x, (uint32_t)y, 0, r->s.shown[plane]);
        if (TIFFGetStrileByteCount(r->tif, i) == 0) continue; /* sparse: no data here */
        if (TIFFReadEncodedTile(r->tif, i, r->block, block_size) != block_size) return false;
        const uint64_t w = r->s.width - x < tw ? r->s.width - x : tw;
        const uint64_t h = r->s.height - y < th ? r->s.height - y : th;
        for (uint64_t k = 0; k < h; k++)
            put_run(r, r->block + (tmsize_t)k * row, (uint32_t)x, (uint32_t)(at + k), (size_t)w,
                    plane);
    }
    return true;
}

/* Rows of a tile, or of a strip; 0 = the header says none. */
static uint32_t block_rows(const reading *r)
{
    uint32_t rows = 0;
    if (r->s.tiled) TIFFGetField(r->tif, TIFFTAG_TILELENGTH, &rows);
    else TIFFGetFieldDefaulted(r->tif, TIFFTAG_ROWSPERSTRIP, &rows);
    return rows < r->s.height ? rows : r->s.height;
}

static bool read_tiles(reading *r, unsigned plane, tmsize_t block_size)
{
    uint32_t tw = 0, th = 0;
    TIFFGetField(r->tif, TIFFTAG_TILEWIDTH, &tw);
    TIFFGetField(r->tif, TIFFTAG_TILELENGTH, &th);
    if (tw == 0 || th == 0) return false;
    for (uint64_t y = 0; y < r->s.height; y += th)
        if (!read_tile_row(r, plane, block_size, y, y)) return false;
    return true;
}

/* The library's row or tile must be what put_run will read from it. */
static bool block_is_sane(const reading *r, uint64_t size)
{
    const shape *s = &r->s;
    uint64_t bands = s->planar == PLANARCONFIG_CONTIG ? s->bands : 1;
    uint64_t pixel = bands * (s->bits / 8), width = s->width, rows = 1;
    if (s->tiled) {
        uint32_t tw = 0, th = 0;
        TIFFGetField(r->tif, TIFFTAG_TILEWIDTH, &tw);
        TIFFGetField(r->tif, TIFFTAG_TILELENGTH, &th);
        width = tw, rows = th;
        if ((uint64_t)TIFFTileRowSize(r->tif) < width * pixel) return false;
    }
    return width <= INT32_MAX && rows <= INT32_MAX && size / rows / pixel >= width;
}

/* Samples of the bands shown: into r->samples when `wide`, else straight to the pixels. */
static rsift_status read_samples(reading *r, bool wide, uint64_t max_alloc, rsift_error *err)
{
    shape *s = &r->s;
    uint64_t size = s->tiled ? TIFFTileSize64(r->tif) : TIFFScanlineSize64(r->tif);
    if (size == 0 || !block_is_sane(r, size)) return fail(r->m, err);
    if (size > max_alloc)
        return rs_err_set(err, RSIFT_E_LIMIT, "a TIFF row or tile of %llu bytes",
                          (unsigned long long)size);
    r->block = rs_calloc((size_t)size, 1);
    if (r->block && wide) r->samples = rs_image_samples_new(r->out, s->n_shown);
    if (!r->block || (wide && !r->samples)) return rs_err_nomem(err, "TIFF samples");
    /* one pass for all bands, or one for each */
    unsigned planes = s->planar == PLANARCONFIG_CONTIG ? 1 : s->n_shown;
    for (unsigned p = 0; p < planes; p++)
        if (!(s->tiled ? read_tiles(r, p, (tmsize_t)size) : read_rows(r, p)))
            return fail(r->m, err);
    return RSIFT_OK;
}

static rsift_status read_direct(reading *r, uint64_t max_alloc, rsift_error *err)
{
    shape *s = &r->s;
    /* signed bytes are not grey values: they are stretched */
    const bool wide = s->bits != 8 || s->format == SAMPLEFORMAT_INT;
    RS_TRY(read_samples(r, wide, max_alloc, err));
    const size_t n = (size_t)r->out->width * r->out->height;
    uint8_t *rgb = r->out->rgb;
    if (wide) {
        r->out->rule = RS_RULE_STRETCH;
        const rs_image_samples samples = {r->samples, n, s->n_shown, s->no_data};
        return rs_image_stretch(&samples, r->view, rgb, err);
    }
    if (s->n_shown == 1)
        for (size_t i = 0; i < n; i++) rgb[i * 3 + 1] = rgb[i * 3 + 2] = rgb[i * 3];
    r->out->rule = s->bands == s->n_shown ? RS_RULE_AS_IS : RS_RULE_BANDS;
    return RSIFT_OK;
}

static rsift_status read_rgba(reading *r, rsift_error *err)
{
    char why[1024] = "";
    if (!TIFFRGBAImageOK(r->tif, why))
        return rs_err_set(err, RSIFT_E_UNSUPPORTED, "TIFF variant: %.100s", why);
    size_t n = (size_t)r->out->width * r->out->height;
    uint32_t *raster = rs_calloc(n, sizeof *raster);
    if (!raster) return rs_err_nomem(err, "TIFF pixels");
    /* Asking for the file's own orientation keeps the rows as stored. */
    int stored = r->s.orientation >= 1 && r->s.orientation <= 8 ? r->s.orientation : 1;
    int ok = TIFFReadRGBAImageOriented(r->tif, r->out->width, r->out->height, raster, stored, 1);
    for (size_t i = 0; ok && i < n; i++) {
        r->out->rgb[i * 3] = (uint8_t)TIFFGetR(raster[i]);
        r->out->rgb[i * 3 + 1] = (uint8_t)TIFFGetG(raster[i]);
        r->out->rgb[i * 3 + 2] = (uint8_t)TIFFGetB(raster[i]);
    }
    rs_free(raster);
    r->out->rule = RS_RULE_CONVERT;
    return ok ? RSIFT_OK : fail(r->m, err);
}

static rsift_status check_samples(const shape *s, rsift_error *err)
{
    /* libtiff gives half floats as they are */
    bool half = s->format == SAMPLEFORMAT_IEEEFP && s->bits < 32;
    if (s->format == SAMPLEFORMAT_COMPLEXINT || s->format == SAMPLEFORMAT_COMPLEXIEEEFP || half)
        return rs_err_set(err, RSIFT_E_UNSUPPORTED, "TIFF with %s samples is not shown",
                          half ? "half-float" : "complex");
    return RSIFT_OK;
}

/* What the current directory holds, which of its bands are shown, and colours as they are read. */
static rsift_status prepare(reading *r, rsift_error *err)
{
    read_shape(r->tif, &r->s);
    shape *s = &r->s;
    for (int i = 0; r->view->bands[0] && i < 3; i++) {
        s->n_shown = 3;
        s->shown[i] = (uint16_t)(r->view->bands[i] - 1);
        /* the header was read twice, and both times the same */
        if (s->shown[i] >= s->bands) return fail(r->m, err);
    }
    RS_TRY(check_samples(s, err));
    /* the JPEG library converts its own YCbCr to RGB */
    if (s->compression == COMPRESSION_JPEG && s->photometric == PHOTOMETRIC_YCBCR && s->bits == 8) {
        TIFFSetField(r->tif, TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB);
        s->photometric = PHOTOMETRIC_RGB;
    }
    return RSIFT_OK;
}

static rsift_status read_picture(reading *r, const rsift_limits *limits, uint64_t max_alloc,
                                 rsift_error *err)
{
    RS_TRY(prepare(r, err));
    RS_TRY(rs_pixels_init(r->out, r->s.width, r->s.height, limits, err));
    return is_direct(&r->s) ? read_direct(r, max_alloc, err) : read_rgba(r, err);
}

rsift_status rs_image_decode_tiff(rs_str bytes, const rsift_limits *limits,
                                  const rs_image_view *view, rs_pixels *out, rsift_error *err)
{
    memory m = {.p = (const uint8_t *)bytes.ptr, .n = bytes.len};
    const uint64_t max_alloc = rs_image_max_cost(limits);
    reading r = {.m = &m, .view = view, .out = out, .tif = open_memory(&m, max_alloc)};
    if (!r.tif) return fail(&m, err);
    rsift_status st = read_picture(&r, limits, max_alloc, err);
    out->damaged = m.damaged;
    rs_free(r.samples);
    rs_free(r.block);
    TIFFClose(r.tif);
    return st;
}

/* ---- by rows ---- */

/* Samples of 8 bits that need no second look at the picture. */
static bool has_rows(const shape *s)
{
    return s->bits == 8 && s->format != SAMPLEFORMAT_INT && is_direct(s);
}

/* The next rows of all bands shown, from row y, into r->out: one of a strip that holds the bands
 * together, else a row of tiles or the strip of each band. */
static bool read_band(reading *r, uint32_t y, tmsize_t size)
{
    const shape *s = &r->s;
    const bool together = s->planar == PLANARCONFIG_CONTIG;
    if (!s->tiled && together) {
        if (TIFFReadScanline(r->tif, r->block, y, 0) != 1) return false;
        put_run(r, r->block, 0, 0, s->width, 0);
        return true;
    }
    memset(r->out->rgb, 0, (size_t)s->width * r->out->height * 3);
    for (unsigned p = 0; p < (together ? 1 : s->n_shown); p++) {
        if (s->tiled) {
            if (!read_tile_row(r, p, size, y, 0)) return false;
            continue;
        }
        const uint32_t strip = TIFFComputeStrip(r->tif, y, s->shown[p]);
        const uint64_t n = s->height - y < r->out->height ? s->height - y : r->out->height;
        if (TIFFReadEncodedStrip(r->tif, strip, r->block, size) < (tmsize_t)(n * s->width))
            return false;
        for (uint32_t k = 0; k < n; k++)
            put_run(r, r->block + (size_t)k * s->width, 0, k, s->width, p);
    }
    return true;
}

static void spread_grey(uint8_t *rgb, size_t n)
{
    for (size_t i = 0; i < n; i++) rgb[i * 3 + 1] = rgb[i * 3 + 2] = rgb[i * 3];
}

/* Room for a row of blocks and its pixels, within the limit. */
static rsift_status make_band(reading *r, uint64_t max, uint64_t *block, rsift_error *err)
{
    const shape *s = &r->s;
    const bool line = !s->tiled && s->planar == PLANARCONFIG_CONTIG;
    *block = line       ? TIFFScanlineSize64(r->tif)
             : s->tiled ? TIFFTileSize64(r->tif)
                        : TIFFStripSize64(r->tif);
    const uint32_t n_rows = line ? 1 : block_rows(r);
    const uint64_t band = (uint64_t)s->width * n_rows * 3;
    if (*block == 0 || n_rows == 0) return fail(r->m, err);
    if (*block > max || band > max - *block)
        return rs_err_set(err, RSIFT_E_LIMIT,
                          "a TIFF in blocks of %u rows takes more than --max-image-mb allows",
                          n_rows);
    if (!s->tiled && !line ? *block / s->width < n_rows : !block_is_sane(r, *block))
        return fail(r->m, err);
    r->out->width = s->width;
    r->out->height = n_rows;
    r->out->rgb = rs_alloc((size_t)band);
    r->block = r->out->rgb ? rs_calloc((size_t)*block, 1) : NULL;
    return r->block ? RSIFT_OK : rs_err_nomem(err, "TIFF rows");
}

static rsift_status read_each_row(reading *r, rs_image_rows *rows, uint64_t max, rsift_error *err)
{
    const shape *s = &r->s;
    const rs_pixels size = {.width = s->width,
                            .height = s->height,
                            .rule = s->bands == s->n_shown ? RS_RULE_AS_IS : RS_RULE_BANDS};
    uint64_t block;
    RS_TRY(rs_image_check_pixels(s->width, s->height, rows->limits, err));
    RS_TRY(make_band(r, max, &block, err));
    RS_TRY(rows->begin(rows->ctx, &size, err));
    for (uint64_t y = 0; y < s->height; y += r->out->height) {
        if (!read_band(r, (uint32_t)y, (tmsize_t)block)) return fail(r->m, err);
        if (s->n_shown == 1) spread_grey(r->out->rgb, (size_t)s->width * r->out->height);
        for (uint64_t k = 0; k < r->out->height && y + k < s->height; k++)
            rows->rgb(rows->ctx, r->out->rgb + k * s->width * 3);
    }
    return RSIFT_OK;
}

/* ---- overviews ---- */

/* How many times smaller the current directory's picture is than `full`, and the same otherwise;
 * 0 = it is no such thing. */
static uint32_t overview_scale(TIFF *tif, const shape *full)
{
    uint32_t kind = 0;
    shape s;
    TIFFGetFieldDefaulted(tif, TIFFTAG_SUBFILETYPE, &kind);
    read_shape(tif, &s);
    if (!(kind & FILETYPE_REDUCEDIMAGE) || kind & FILETYPE_MASK || !s.width || !s.height) return 0;
    if (s.bits != full->bits || s.bands != full->bands || s.format != full->format ||
        s.photometric != full->photometric)
        return 0;
    const uint64_t scale = ((uint64_t)full->width + s.width / 2) / s.width;
    if (scale < 2 || scale > UINT32_MAX) return 0;
    /* sides are rounded up or down */
    const uint64_t w = full->width / scale, h = full->height / scale;
    const bool same = (s.width == w || s.width == w + 1) && (s.height == h || s.height == h + 1);
    return same ? (uint32_t)scale : 0;
}

/* Goes to the smallest overview whose sides are at least min_side, or stays. Returns its scale. */
static uint32_t choose_overview(TIFF *tif, uint32_t min_side)
{
    enum { MAX_DIRECTORIES = 32 }; /* pictures have about ten overviews */
    shape full, s;
    uint32_t best = 1;
    tdir_t best_at = 0;
    read_shape(tif, &full);
    for (tdir_t i = 1; i < MAX_DIRECTORIES && TIFFReadDirectory(tif) == 1; i++) {
        const uint32_t scale = overview_scale(tif, &full);
        if (scale <= best) continue;
        read_shape(tif, &s);
        if (s.width < min_side || s.height < min_side) continue;
        best = scale;
        best_at = i;
    }
    /* a damaged chain ends the search and not the picture */
    return TIFFSetDirectory(tif, best_at) == 1 ? best : 0;
}

/* An overview that has to be held to be shown: more than 8 bits. */
static rsift_status read_held(reading *r, rs_image_rows *rows, uint64_t max, rsift_error *err)
{
    const uint64_t n = (uint64_t)r->s.width * r->s.height;
    if (n > max / 15)
        return rs_err_set(err, RSIFT_E_LIMIT, "an overview of %u x %u pixels, --max-image-mb",
                          r->s.width, r->s.height);
    RS_TRY(read_picture(r, rows->limits, max, err));
    return rs_image_hand_out(r->out, rows, err);
}

static rsift_status read_rows_of(reading *r, rs_image_rows *rows, uint64_t max, rsift_error *err)
{
    rows->scale = 1;
    if (rows->min_side) rows->scale = choose_overview(r->tif, rows->min_side);
    if (rows->scale == 0) return fail(r->m, err);
    r->m->text[0] = 0;
    r->m->damaged = false;
    RS_TRY(prepare(r, err));
    if (has_rows(&r->s)) return read_each_row(r, rows, max, err);
    if (rows->scale > 1) return read_held(r, rows, max, err);
    return rs_err_set(err, RSIFT_E_UNSUPPORTED, "a TIFF of this kind is not read by rows");
}

rsift_status rs_image_rows_tiff(rs_str bytes, rs_image_rows *rows, rsift_error *err)
{
    memory m = {.p = (const uint8_t *)bytes.ptr, .n = bytes.len};
    const uint64_t max = rs_image_max_cost(rows->limits);
    enum { TABLES = 1 << 20 }; /* what the library keeps of a header, whatever the limit */
    rs_pixels band = {0};
    reading r = {.m = &m,
                 .view = rows->view,
                 .out = &band,
                 .tif = open_memory(&m, max > TABLES ? max : TABLES)};
    if (!r.tif) return fail(&m, err);
    const rsift_status status = read_rows_of(&r, rows, max, err);
    rows->damaged = m.damaged;
    rs_pixels_fini(&band);
    rs_free(r.samples);
    rs_free(r.block);
    TIFFClose(r.tif);
    return status;
}

/* ---- numbers as stored ---- */

/* 1, 2 and 4 bits, each row begins at a byte, the first pixel in the high bits. */
static rsift_status read_packed(reading *r, rsift_error *err)
{
    const shape *s = &r->s;
    const uint64_t size = TIFFScanlineSize64(r->tif);
    if (s->tiled) return rs_err_set(err, RSIFT_E_UNSUPPORTED, "a tiled TIFF of %u bits", s->bits);
    if (size > INT32_MAX || size * 8 / s->bits < s->width) return fail(r->m, err);
    r->block = rs_calloc((size_t)size, 1);
    r->samples = rs_image_samples_new(r->out, 1);
    if (!r->block || !r->samples) return rs_err_nomem(err, "TIFF samples");
    for (uint32_t y = 0; y < s->height; y++) {
        if (TIFFReadScanline(r->tif, r->block, y, 0) != 1) return fail(r->m, err);
        float *to = r->samples + (size_t)y * s->width;
        for (size_t x = 0; x < s->width; x++) {
            const size_t bit = x * s->bits;
            to[x] = (float)((unsigned)r->block[bit / 8] >> (8 - s->bits - bit % 8) &
                            ((1u << s->bits) - 1));
        }
    }
    return RSIFT_OK;
}

static rsift_status read_numbers(reading *r, const rsift_limits *limits, uint64_t max_alloc,
                                 rsift_error *err)
{
    read_shape(r->tif, &r->s);
    const shape *s = &r->s;
    r->out->width = s->width;
    r->out->height = s->height;
    RS_TRY(rs_image_check_pixels(s->width, s->height, limits, err));
    RS_TRY(check_samples(s, err));
    /* class numbers: one band of integers or palette indices */
    const bool few = s->bits == 1 || s->bits == 2 || s->bits == 4;
    const bool many = s->bits == 8 || s->bits == 16 || s->bits == 32 || s->bits == 64;
    const bool plain =
        s->photometric == PHOTOMETRIC_MINISBLACK || s->photometric == PHOTOMETRIC_PALETTE;
    if (s->bands != 1 || !plain || !(few || many))
        return rs_err_set(err, RSIFT_E_UNSUPPORTED,
                          "a TIFF of %u bands of %u bits, photometric %u, stores no class numbers",
                          s->bands, s->bits, s->photometric);
    return few ? read_packed(r, err) : read_samples(r, true, max_alloc, err);
}

rsift_status rs_image_values_tiff(rs_str bytes, const rsift_limits *limits, float **out,
                                  uint32_t *width, uint32_t *height, rsift_error *err)
{
    memory m = {.p = (const uint8_t *)bytes.ptr, .n = bytes.len};
    const uint64_t max_alloc = rs_image_max_cost(limits);
    rs_pixels size = {0};
    reading r = {.m = &m, .out = &size, .tif = open_memory(&m, max_alloc)};
    *out = NULL;
    if (!r.tif) return fail(&m, err);
    const rsift_status st = read_numbers(&r, limits, max_alloc, err);
    if (st == RSIFT_OK) *out = r.samples;
    else rs_free(r.samples);
    *width = size.width;
    *height = size.height;
    rs_free(r.block);
    TIFFClose(r.tif);
    return st;
}
