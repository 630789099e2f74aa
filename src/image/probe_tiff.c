/* TIFF and BigTIFF directories: the picture's shape, GeoTIFF scale, EXIF orientation.
 *
 * Met in real releases: the directory at the end of the file (GDAL), reduced-resolution
 * directories behind the main one (cloud-optimised files; they are not frames), one BitsPerSample
 * value for many bands, missing StripByteCounts, sparse tiles (offset 0), directories that point
 * back at themselves. Source: TIFF 6.0, BigTIFF, GeoTIFF 1.1 (OGC 19-008r4). */
#include "image/bands.h"
#include "image/probe_parts.h"

#include <math.h>

enum {
    MAX_PAGES = 4096,      /* directories walked; beyond, the number is given as not known */
    MAX_ENTRIES = 1 << 18, /* directory entries read in all, so that a loop ends soon */
    MAX_STRIPS = 1 << 22,  /* strip table entries read */
};

enum {
    TAG_SUBFILE = 254,
    TAG_WIDTH = 256,
    TAG_HEIGHT = 257,
    TAG_BITS = 258,
    TAG_COMPRESSION = 259,
    TAG_PHOTOMETRIC = 262,
    TAG_STRIP_AT = 273,
    TAG_ORIENTATION = 274,
    TAG_SAMPLES = 277,
    TAG_STRIP_LEN = 279,
    TAG_COLOURS = 320,
    TAG_TILE_AT = 324,
    TAG_TILE_LEN = 325,
    TAG_EXTRA = 338,
    TAG_SAMPLE_FORMAT = 339,
    TAG_JPEG_TABLES = 347,
    TAG_GEO_SCALE = 33550,
    TAG_GEO_TIE = 33922,
    TAG_GEO_MATRIX = 34264,
    TAG_GEO_KEYS = 34735,
    TAG_GDAL_METADATA = 42112,
};

typedef struct field {
    uint16_t tag, type;
    uint64_t count;
    uint64_t at; /* offset of the first value */
} field;

typedef struct tiff {
    rs_image_source *src;
    uint64_t base, end; /* the TIFF's bytes; end is exclusive */
    bool big_endian, big;
    uint64_t first;     /* offset of the first directory */
    uint32_t n_entries; /* read so far */
} tiff;

typedef struct directory {
    field subfile, width, height, bits, compression, photometric, strip_at, strip_len, tile_at,
        tile_len, orientation, samples, extra, sample_format, scale, tie, matrix, keys, gdal;
    uint64_t next;
    uint64_t end; /* of the directory and the values it needs; exclusive */
} directory;

static uint16_t get16(const tiff *t, rs_cur *c)
{
    return t->big_endian ? rs_cur_u16be(c) : rs_cur_u16le(c);
}
static uint32_t get32(const tiff *t, rs_cur *c)
{
    return t->big_endian ? rs_cur_u32be(c) : rs_cur_u32le(c);
}
static uint64_t get64(const tiff *t, rs_cur *c)
{
    return t->big_endian ? rs_cur_u64be(c) : rs_cur_u64le(c);
}

/* Offsets are relative to the TIFF's own beginning and may not leave it. */
static rs_cur cur_at(const tiff *t, uint64_t offset, size_t n)
{
    if (offset > t->end - t->base || n > t->end - t->base - offset) {
        rs_image_bad(t->src, "a TIFF directory points behind the end of the file");
        return (rs_cur){.bad = true};
    }
    return rs_image_cur(t->src, t->base + offset, n);
}

static size_t type_size(uint16_t type)
{
    static const uint8_t sizes[] = {0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8};
    return type < sizeof sizes ? sizes[type] : 0;
}

static bool tiff_open(tiff *t, rs_image_source *src, uint64_t base, uint64_t n)
{
    *t = (tiff){.src = src, .base = base, .end = base + n};
    rs_cur c = cur_at(t, 0, 8);
    if (c.bad) return false;
    uint16_t order = rs_cur_u16be(&c);
    t->big_endian = order == 0x4d4d;
    if (order != 0x4d4d && order != 0x4949) return false;
    uint16_t version = get16(t, &c);
    t->big = version == 43;
    if (version != 42 && version != 43) return false;
    if (!t->big) {
        t->first = get32(t, &c);
        return true;
    }
    c = cur_at(t, 8, 8);
    t->first = get64(t, &c);
    return !c.bad;
}

/* Where a tag of the directory is kept, NULL for tags that are not needed. */
static field *field_of(directory *d, uint16_t tag)
{
    switch (tag) {
    case TAG_SUBFILE: return &d->subfile;
    case TAG_WIDTH: return &d->width;
    case TAG_HEIGHT: return &d->height;
    case TAG_BITS: return &d->bits;
    case TAG_COMPRESSION: return &d->compression;
    case TAG_PHOTOMETRIC: return &d->photometric;
    case TAG_STRIP_AT: return &d->strip_at;
    case TAG_STRIP_LEN: return &d->strip_len;
    case TAG_TILE_AT: return &d->tile_at;
    case TAG_TILE_LEN: return &d->tile_len;
    case TAG_ORIENTATION: return &d->orientation;
    case TAG_SAMPLES: return &d->samples;
    case TAG_EXTRA: return &d->extra;
    case TAG_SAMPLE_FORMAT: return &d->sample_format;
    case TAG_GEO_SCALE: return &d->scale;
    case TAG_GEO_TIE: return &d->tie;
    case TAG_GEO_MATRIX: return &d->matrix;
    case TAG_GEO_KEYS: return &d->keys;
    case TAG_GDAL_METADATA: return &d->gdal;
    default: return NULL;
    }
}

/* One entry: tag, type, count, then the value itself when it is small enough, else its offset. */
static bool read_entry(const tiff *t, uint64_t at, directory *d)
{
    const size_t inline_size = t->big ? 8 : 4;
    rs_cur c = cur_at(t, at, t->big ? 20 : 12);
    if (c.bad) return false;
    field f = {.tag = get16(t, &c), .type = get16(t, &c)};
    f.count = t->big ? get64(t, &c) : get32(t, &c);
    uint64_t value = t->big ? get64(t, &c) : get32(t, &c);
    size_t size = type_size(f.type);
    if (size == 0 || f.count == 0) return true;
    f.at = f.count <= inline_size / size ? at + (t->big ? 12 : 8) : value;
    field *slot = field_of(d, f.tag);
    /* the first of repeated tags counts */
    if (slot && slot->count == 0) *slot = f;
    bool counts = slot || f.tag == TAG_COLOURS || f.tag == TAG_JPEG_TABLES;
    if (counts && f.count <= UINT32_MAX && f.at <= INT64_MAX / 2 && f.at + f.count * size > d->end)
        d->end = f.at + f.count * size;
    return true;
}

/* Reads the directory at `at`; false = damaged, or its bytes are not at hand. */
static bool read_directory(tiff *t, uint64_t at, directory *d)
{
    *d = (directory){0};
    const size_t head = t->big ? 8 : 2, entry = t->big ? 20 : 12;
    rs_cur c = cur_at(t, at, head);
    uint64_t n = t->big ? get64(t, &c) : get16(t, &c);
    if (c.bad) return false;
    t->n_entries += (uint32_t)(n < 65536 ? n : 65536);
    if (n > 65535 || t->n_entries > MAX_ENTRIES) {
        rs_image_bad(t->src, "TIFF directories with too many entries");
        return false;
    }
    const size_t link = t->big ? 8 : 4;
    uint64_t p = at + head;
    d->end = p + n * entry + link;
    for (uint64_t i = 0; i < n; i++, p += entry)
        if (!read_entry(t, p, d)) return false;
    /* Some writers leave out the last link; that is no reason to refuse the picture. */
    if (p > t->end - t->base || link > t->end - t->base - p) return true;
    c = cur_at(t, p, link);
    if (c.bad) return false;
    d->next = t->big ? get64(t, &c) : get32(t, &c);
    return true;
}

/* Value number i of an integer field, `fallback` when absent or of another type. */
static uint64_t integer_at(const tiff *t, const field *f, uint64_t i, uint64_t fallback)
{
    size_t size = type_size(f->type);
    if (i >= f->count || size == 0) return fallback;
    if (f->type != 1 && f->type != 3 && f->type != 4 && f->type != 13 && f->type != 16 &&
        f->type != 18)
        return fallback;
    if (i > UINT32_MAX || f->at > UINT64_MAX - i * size) return fallback;
    rs_cur c = cur_at(t, f->at + i * size, size);
    if (c.bad) return fallback;
    return size == 1   ? rs_cur_u8(&c)
           : size == 2 ? get16(t, &c)
           : size == 4 ? get32(t, &c)
                       : get64(t, &c);
}

static double real_at(const tiff *t, const field *f, uint64_t i)
{
    if (f->type != 12 || i >= f->count || i > UINT32_MAX || f->at > UINT64_MAX - i * 8) return 0;
    rs_cur c = cur_at(t, f->at + i * 8, 8);
    uint64_t bits = get64(t, &c);
    double v = 0;
    if (c.bad) return 0;
    memcpy(&v, &bits, sizeof v);
    return isfinite(v) ? v : 0;
}

/* ---- ground sampling distance ---- */

static uint16_t geo_key(const tiff *t, const field *keys, uint16_t id)
{
    uint64_t n = integer_at(t, keys, 3, 0);
    for (uint64_t i = 1; i <= n && (i + 1) * 4 <= keys->count; i++) {
        if (integer_at(t, keys, i * 4, 0) != id) continue;
        if (integer_at(t, keys, i * 4 + 1, 1) != 0) return 0; /* kept in another tag: not a short */
        return (uint16_t)integer_at(t, keys, i * 4 + 3, 0);
    }
    return 0;
}

static bool in_range(uint16_t v, uint16_t lo, uint16_t hi)
{
    return v >= lo && v <= hi;
}

/* Metres per unit of the projected CRS; 0 = not known. Unit codes and the codes of the CRSs whose
 * unit is the metre: EPSG registry. */
static double metres_per_unit(uint16_t unit, uint16_t crs)
{
    if (unit == 9001) return 1;
    if (unit == 9002) return 0.3048;
    if (unit == 9003) return 1200.0 / 3937.0;
    if (unit != 0) return 0;
    bool metre = in_range(crs, 32601, 32660) || in_range(crs, 32701, 32760) || /* WGS 84 / UTM */
                 in_range(crs, 32201, 32260) || in_range(crs, 32301, 32360) || /* WGS 72 / UTM */
                 in_range(crs, 26901, 26923) || in_range(crs, 26701, 26722) || /* NAD83, NAD27 */
                 in_range(crs, 25828, 25838) || in_range(crs, 23028, 23038) || /* ETRS89, ED50 */
                 crs == 3857 || crs == 3035 || crs == 2154 || crs == 27700 || crs == 28992 ||
                 crs == 31370 || crs == 5070 || crs == 3413 || crs == 3031 || crs == 2193;
    return metre ? 1 : 0;
}

/* Web Mercator's metre shrinks with the cosine of the latitude. 0 without a tie point. */
static double mercator_factor(const tiff *t, const directory *d)
{
    if (d->tie.count < 6) return 0;
    double north = real_at(t, &d->tie, 4);
    /* latitude of the tie point on the sphere of Web Mercator: 2 * atan(exp(y / R)) - pi / 2 */
    double lat = 2 * atan(exp(north / 6378137.0)) - 1.57079632679489661923;
    return cos(lat);
}

static double gsd_of(const tiff *t, const directory *d)
{
    if (d->keys.count < 8) return 0;
    uint16_t crs = geo_key(t, &d->keys, 3072);
    if (geo_key(t, &d->keys, 1024) != 1) return 0; /* GTModelType: 1 = projected */
    double unit = metres_per_unit(geo_key(t, &d->keys, 3076), crs);
    double x = 0, y = 0;
    if (d->scale.count >= 2) {
        x = real_at(t, &d->scale, 0);
        y = real_at(t, &d->scale, 1);
    } else if (d->matrix.count >= 16) {
        /* lengths of the matrix's columns, so that rotation does not matter */
        x = hypot(real_at(t, &d->matrix, 0), real_at(t, &d->matrix, 4));
        y = hypot(real_at(t, &d->matrix, 1), real_at(t, &d->matrix, 5));
    }
    /* geometric mean of both axes */
    double gsd = sqrt(fabs(x * y)) * unit;
    if (crs == 3857) gsd *= mercator_factor(t, d);
    return isfinite(gsd) && gsd > 0 ? gsd : 0;
}

/* ---- the picture ---- */

/* Where the directory's values and its picture's strips or tiles end. */
static uint64_t end_of(const tiff *t, const directory *d)
{
    uint64_t top = d->end;
    const field *at = d->tile_at.count ? &d->tile_at : &d->strip_at;
    const field *len = d->tile_at.count ? &d->tile_len : &d->strip_len;
    uint64_t n = at->count < len->count ? at->count : len->count;
    if (n > MAX_STRIPS) n = MAX_STRIPS;
    uint64_t offset[256]; /* in runs, so that the window does not jump between the two tables */
    for (uint64_t i = 0; i < n && t->src->status == RSIFT_OK; i += 256) {
        uint64_t run = n - i < 256 ? n - i : 256;
        for (uint64_t k = 0; k < run; k++) offset[k] = integer_at(t, at, i + k, 0);
        for (uint64_t k = 0; k < run; k++) {
            uint64_t size = integer_at(t, len, i + k, 0);
            if (size == 0) continue; /* a sparse tile */
            if (offset[k] > INT64_MAX / 2 || size > INT64_MAX / 2) return INT64_MAX;
            if (offset[k] + size > top) top = offset[k] + size;
        }
    }
    return top;
}

static rs_image_kind kind_of(uint64_t sample_format)
{
    switch (sample_format) {
    case 2: return RS_KIND_INT;
    case 3: return RS_KIND_FLOAT;
    case 5:
    case 6: return RS_KIND_COMPLEX;
    default: return RS_KIND_UINT;
    }
}

static bool all_bits_equal(const tiff *t, const field *bits, uint64_t first)
{
    for (uint64_t i = 1; i < bits->count && i < 64; i++)
        if (integer_at(t, bits, i, first) != first) return false;
    return true;
}

/* Red, green and blue of a picture with many bands: by photometric and extra samples, by the names
 * that GDAL writes. Of longer metadata the first 4 KiB count: names stand there first. */
static void choose_bands(const tiff *t, const directory *d, uint64_t photometric,
                         rs_image_info *out)
{
    const uint64_t n_alpha = out->has_alpha ? 1 : 0;
    rs_image_band_names names = {0};
    /* CMYK, Lab and YCbCr are converted; four with alpha are three colours */
    if (out->bands <= 3 || photometric > 2) return;
    const bool says_rgb = photometric == 2 && d->extra.count + 3 >= out->bands;
    if (says_rgb && out->bands == 3 + n_alpha) return;
    if (d->gdal.count && d->gdal.type == 2) {
        const size_t n = d->gdal.count < RS_IMAGE_WINDOW ? (size_t)d->gdal.count : RS_IMAGE_WINDOW;
        const rs_cur c = cur_at(t, d->gdal.at, n);
        if (!c.bad) rs_image_name_bands_gdal(&names, rs_str_make((const char *)c.p, n));
    }
    rs_image_choose_bands(out, says_rgb, &names);
}

static void describe(const tiff *t, const directory *d, rs_image_info *out)
{
    uint64_t bits = integer_at(t, &d->bits, 0, 1), samples = integer_at(t, &d->samples, 0, 1);
    uint64_t format = integer_at(t, &d->sample_format, 0, 1);
    uint64_t photometric = integer_at(t, &d->photometric, 0, 1);
    uint64_t orientation = integer_at(t, &d->orientation, 0, 1);
    out->bands = samples > UINT16_MAX ? UINT16_MAX : (uint32_t)samples;
    out->bits = bits > 1024 ? 0 : (uint32_t)bits;
    out->dtype =
        all_bits_equal(t, &d->bits, bits) ? rs_image_dtype(kind_of(format), out->bits) : "other";
    if (format == 5) out->dtype = out->bits == 32 ? "complex_int16" : "complex_int32";
    if (orientation >= 1 && orientation <= 8) out->orientation = (uint8_t)orientation;
    out->has_palette = photometric == 3;
    for (uint64_t i = 0; i < d->extra.count && i < 64; i++) {
        uint64_t extra = integer_at(t, &d->extra, i, 0);
        if (extra == 1 || extra == 2) out->has_alpha = true;
    }
    choose_bands(t, d, photometric, out);
    bool colour = out->bands == 3 && (photometric == 2 || photometric == 6);
    bool grey = out->bands == 1 && photometric == 1;
    out->is_rgb8 = (colour || grey) && out->bits == 8 && format == 1 && out->dtype[0] == 'u';
}

static void declare(rs_image_info *out, uint64_t end)
{
    int64_t n = end > INT64_MAX ? INT64_MAX : (int64_t)end;
    if (n > out->n_declared) out->n_declared = n;
}

/* Counts full pictures; reduced-resolution copies (bit 0) and masks (bit 2) are not frames.
 * 0 when the chain is broken, loops or is too long: damage there does not spoil the picture. */
static int64_t count_pages(tiff *t, directory *d, rs_image_info *out)
{
    int64_t n = 1;
    for (int i = 1; d->next != 0; i++) {
        if (i == MAX_PAGES || d->next == t->first) return 0;
        if (d->next < INT64_MAX) declare(out, d->next + 2);
        bool complete = read_directory(t, d->next, d);
        declare(out, d->end);
        if (!complete) return 0;
        if ((integer_at(t, &d->subfile, 0, 0) & 5) == 0) n++;
        declare(out, end_of(t, d));
    }
    return n;
}

rsift_status rs_image_probe_tiff(rs_image_source *src, rs_image_info *out)
{
    tiff t;
    directory d;
    uint64_t n = src->n_total >= 0 ? (uint64_t)src->n_total : (uint64_t)INT64_MAX;
    if (!tiff_open(&t, src, 0, n)) return rs_image_bad(src, "a damaged TIFF header");
    if (!read_directory(&t, t.first, &d)) return rs_image_bad(src, "a damaged TIFF directory");
    uint64_t width = integer_at(&t, &d.width, 0, 0), height = integer_at(&t, &d.height, 0, 0);
    if (src->status != RSIFT_OK) return src->status;
    if (width == 0 || height == 0 || width > UINT32_MAX || height > UINT32_MAX)
        return rs_image_bad(src, "a TIFF without a usable width and height");
    out->width = (uint32_t)width;
    out->height = (uint32_t)height;
    describe(&t, &d, out);
    out->gsd_m = gsd_of(&t, &d);
    if (src->status != RSIFT_OK) return src->status;
    declare(out, end_of(&t, &d));
    if (src->status != RSIFT_OK) return src->status;
    out->n_frames = count_pages(&t, &d, out);
    if (out->n_frames > 1) out->is_rgb8 = false;
    /* damage in later directories does not spoil the first picture */
    if (src->status == RSIFT_E_FORMAT) src->status = RSIFT_OK;
    return src->status;
}

/* Runs `fn` on the first directory of an embedded TIFF; damage there is ignored, since EXIF and
 * geo boxes are extras, but a request for more bytes is passed on. */
static bool embedded(rs_image_source *src, uint64_t base, uint64_t n, tiff *t, directory *d)
{
    if (src->status != RSIFT_OK || n < 8 || !rs_image_within(src, base, n)) return false;
    bool ok = tiff_open(t, src, base, n) && read_directory(t, t->first, d);
    if (src->status == RSIFT_E_FORMAT) src->status = RSIFT_OK;
    return ok;
}

uint8_t rs_image_exif_orientation(rs_image_source *src, uint64_t base, uint64_t n)
{
    tiff t;
    directory d;
    if (!embedded(src, base, n, &t, &d)) return 1;
    uint64_t orientation = integer_at(&t, &d.orientation, 0, 1);
    if (src->status == RSIFT_E_FORMAT) src->status = RSIFT_OK;
    return orientation >= 1 && orientation <= 8 ? (uint8_t)orientation : 1;
}

double rs_image_geo_gsd(rs_image_source *src, uint64_t base, uint64_t n)
{
    tiff t;
    directory d;
    if (!embedded(src, base, n, &t, &d)) return 0;
    double gsd = gsd_of(&t, &d);
    if (src->status == RSIFT_E_FORMAT) src->status = RSIFT_OK;
    return gsd;
}
