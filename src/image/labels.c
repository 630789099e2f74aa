/* Label maps. Releases store them as 8-bit grey (LoveDA), as palettes (predictions of most tools),
 * as RGB with three equal channels (copies of EarthVQA and FloodNet), as class colours (ISPRS), as
 * 1-bit or 0/255 masks (LEVIR-CD) and as arrays. */
#include "image/labels.h"

#include "base/alloc.h"
#include "base/map.h"
#include "base/num.h"
#include "image/cost.h"
#include "image/decode.h"
#include "image/decode_parts.h"
#include "image/probe.h"

#include <math.h>

enum { SMALL = 65536 };

void rs_label_map_fini(rs_label_map *map)
{
    rs_free(map->at);
    rs_free(map->labels);
    *map = (rs_label_map){0};
}

bool rs_image_is_label_name(rs_str path)
{
    static const char *const names[] = {".png", ".tif", ".tiff", ".bmp", ".npy", NULL};
    for (const char *const *n = names; *n; n++)
        if (rs_str_ends_nocase(path, rs_str_of(*n))) return true;
    return false;
}

/* ---- numbering of labels ---- */

typedef struct numbering {
    rs_label_map *map;
    uint16_t *small; /* [SMALL] index + 1 of the numbers 0..65535 */
    rs_map64 others;
    int32_t last;
    uint16_t last_index;
} numbering;

static rsift_status numbering_init(numbering *n, rs_label_map *map, uint32_t width, uint32_t height,
                                   rsift_error *err)
{
    *n = (numbering){.map = map, .last = INT32_MIN};
    map->width = width;
    map->height = height;
    if (!map->at) map->at = rs_calloc((size_t)width * height, sizeof *map->at);
    map->labels = rs_calloc(RS_LABELS_MAX, sizeof *map->labels);
    n->small = rs_calloc(SMALL, sizeof *n->small);
    return map->at && map->labels && n->small ? RSIFT_OK : rs_err_nomem(err, "a label map");
}

static void numbering_fini(numbering *n)
{
    rs_free(n->small);
    rs_map64_fini(&n->others);
}

static rsift_status too_many(rsift_error *err)
{
    return rs_err_set(err, RSIFT_E_FORMAT,
                      "expected a label map, found more than %d different values", RS_LABELS_MAX);
}

static rsift_status add_label(numbering *n, int32_t label, uint16_t *index, rsift_error *err)
{
    if (n->map->n == RS_LABELS_MAX) return too_many(err);
    *index = (uint16_t)n->map->n;
    n->map->labels[n->map->n++] = label;
    return RSIFT_OK;
}

/* The index of a label among those of the map, given in order of first appearance. */
static rsift_status index_of(numbering *n, int32_t label, uint16_t *index, rsift_error *err)
{
    if (label >= 0 && label < SMALL) {
        uint16_t *known = &n->small[label];
        if (!*known) {
            RS_TRY(add_label(n, label, index, err));
            *known = (uint16_t)(*index + 1);
        }
        *index = (uint16_t)(*known - 1);
        return RSIFT_OK;
    }
    /* runs of one colour are long */
    if (label == n->last) {
        *index = n->last_index;
        return RSIFT_OK;
    }
    bool made;
    uint64_t *at = rs_map64_put(&n->others, (uint64_t)(int64_t)label, 0, &made);
    if (!at) return rs_err_nomem(err, "a label map");
    if (made) {
        RS_TRY(add_label(n, label, index, err));
        *at = *index;
    }
    n->last = label;
    *index = n->last_index = (uint16_t)*at;
    return RSIFT_OK;
}

static rsift_status put_number(numbering *n, size_t i, double v, rsift_error *err)
{
    if (!(v > -RS_LABEL_COLOUR && v < RS_LABEL_COLOUR) || v != floor(v))
        return rs_err_set(err, RSIFT_E_FORMAT,
                          "expected whole numbers below 2^24, found %.9g at column %zu, row %zu", v,
                          i % n->map->width, i / n->map->width);
    return index_of(n, (int32_t)v, &n->map->at[i], err);
}

static rsift_status of_shorts(numbering *n, rsift_error *err)
{
    const size_t n_pixels = (size_t)n->map->width * n->map->height;
    const uint16_t *small = n->small;
    uint16_t *at = n->map->at;
    for (size_t i = 0; i < n_pixels; i++) {
        /* in place: a label's index replaces it */
        const uint16_t known = small[at[i]];
        if (known) at[i] = (uint16_t)(known - 1);
        else RS_TRY(index_of(n, at[i], &at[i], err));
    }
    return RSIFT_OK;
}

static rsift_status of_floats(numbering *n, const float *values, rsift_error *err)
{
    const size_t n_pixels = (size_t)n->map->width * n->map->height;
    for (size_t i = 0; i < n_pixels; i++) RS_TRY(put_number(n, i, (double)values[i], err));
    return RSIFT_OK;
}

static rsift_status of_rgb(numbering *n, const uint8_t *rgb, bool by_colour, rsift_error *err)
{
    const size_t n_pixels = (size_t)n->map->width * n->map->height;
    for (size_t i = 0; i < n_pixels; i++, rgb += 3) {
        const int32_t colour = RS_LABEL_COLOUR + (rgb[0] << 16 | rgb[1] << 8 | rgb[2]);
        /* grey RGB holds class numbers */
        const bool number = !by_colour && rgb[0] == rgb[1] && rgb[1] == rgb[2];
        RS_TRY(index_of(n, number ? rgb[0] : colour, &n->map->at[i], err));
    }
    return RSIFT_OK;
}

/* ---- NPY ---- */

typedef struct npy {
    const uint8_t *data;
    size_t item, width, height;
    char kind; /* u, i, f, b */
    bool swap, columns;
} npy;

/* Rows and columns; axes of one before or behind them do not matter. */
static bool npy_shape(rs_str header, npy *out)
{
    const size_t at = rs_str_find(header, RS_STR("'shape':"));
    const size_t open =
        at == RS_NPOS ? at : at + rs_str_find_char(rs_str_sub(header, at, header.len), '(');
    rs_str rest = rs_str_sub(header, open == RS_NPOS ? header.len : open + 1, header.len), piece;
    int64_t dim[4];
    size_t n = 0, first = 0;
    rest = rs_str_sub(rest, 0, rs_str_find_char(rest, ')'));
    while (rs_str_split(&rest, ',', &piece)) {
        piece = rs_str_trim(piece);
        if (!piece.len) continue;
        if (n == 4 || !rs_num_i64(piece, &dim[n]) || dim[n] < 1 || dim[n] > INT32_MAX) return false;
        n++;
    }
    while (n - first > 2 && dim[first] == 1) first++;
    while (n - first > 2 && dim[n - 1] == 1) n--;
    if (n - first != 2) return false;
    out->height = (size_t)dim[first];
    out->width = (size_t)dim[first + 1];
    return true;
}

/* Type, byte order, axis order and size of the array, and that its bytes are all there. */
static rsift_status npy_header(rs_str bytes, const rs_image_info *info, npy *out, rsift_error *err)
{
    const size_t at = (size_t)info->data_at;
    const rs_str header = rs_str_sub(bytes, 0, at);
    const size_t descr = rs_str_find(header, RS_STR("'descr':"));
    rs_str rest =
        descr == RS_NPOS ? RS_STR("") : rs_str_trim(rs_str_sub(header, descr + 8, header.len));
    const size_t order = rs_str_find(header, RS_STR("'fortran_order':"));
    if (rest.len < 4 || order == RS_NPOS)
        return rs_err_set(err, RSIFT_E_FORMAT, "an NPY header without type or order");
    *out = (npy){.item = info->bits / 8, .kind = rest.ptr[2], .swap = rest.ptr[1] == '>'};
    out->columns =
        rs_str_starts(rs_str_trim(rs_str_sub(header, order + 16, header.len)), RS_STR("True"));
    const bool integer = (out->kind == 'u' || out->kind == 'i' || out->kind == 'b') &&
                         (out->item == 1 || out->item == 2 || out->item == 4 || out->item == 8);
    const bool real = out->kind == 'f' && (out->item == 4 || out->item == 8);
    if (!npy_shape(header, out))
        return rs_err_set(err, RSIFT_E_UNSUPPORTED,
                          "expected an array of rows and columns, found another shape");
    if (!integer && !real)
        return rs_err_set(err, RSIFT_E_UNSUPPORTED, "expected an array of whole numbers, found %s",
                          info->dtype);
    if (bytes.len < at || (bytes.len - at) / out->item / out->width < out->height)
        return rs_err_set(err, RSIFT_E_FORMAT, "an array of %zu x %zu that ends early", out->height,
                          out->width);
    out->data = (const uint8_t *)bytes.ptr + at;
    return RSIFT_OK;
}

static double npy_value(const npy *a, size_t i)
{
    uint8_t raw[8] = {0};
    /* little-endian first, whatever the file has */
    for (size_t k = 0; k < a->item; k++)
        raw[k] = a->data[i * a->item + (a->swap ? a->item - 1 - k : k)];
    uint64_t v = 0;
    for (size_t k = 0; k < a->item; k++) v |= (uint64_t)raw[k] << (8 * k);
    if (a->kind == 'f') {
        float f;
        double d;
        const uint32_t low = (uint32_t)v;
        memcpy(&f, &low, sizeof f);
        memcpy(&d, &v, sizeof d);
        return a->item == 4 ? (double)f : d;
    }
    if (a->kind != 'i') return (double)v;
    /* sign extension */
    const unsigned unused = 64 - 8 * (unsigned)a->item;
    return (double)((int64_t)(v << unused) >> unused);
}

static rsift_status read_npy(rs_str bytes, const rs_image_info *info, const rsift_limits *limits,
                             numbering *n, rs_label_map *out, rsift_error *err)
{
    npy a = {0};
    RS_TRY(npy_header(bytes, info, &a, err));
    RS_TRY(rs_image_check_pixels(a.width, a.height, limits, err));
    RS_TRY(numbering_init(n, out, (uint32_t)a.width, (uint32_t)a.height, err));
    const size_t width = a.width, height = a.height;
    for (size_t i = 0; i < width * height; i++) {
        /* Fortran order: columns one after another */
        const size_t from = a.columns ? i % width * height + i / width : i;
        RS_TRY(put_number(n, i, npy_value(&a, from), err));
    }
    return RSIFT_OK;
}

/* ---- pictures ---- */

static rsift_status read_colours(rs_str bytes, const rsift_limits *limits, bool by_colour,
                                 numbering *n, rs_label_map *out, rsift_error *err)
{
    rs_pixels pixels;
    RS_TRY(rs_image_decode(bytes, limits, &pixels, err));
    rsift_status status = RSIFT_OK;
    if (pixels.rule == RS_RULE_STRETCH)
        status =
            rs_err_set(err, RSIFT_E_UNSUPPORTED, "expected colours of 8 bits, found wider samples");
    else if (pixels.damaged) status = rs_err_set(err, RSIFT_E_FORMAT, "a damaged picture");
    if (status == RSIFT_OK) status = numbering_init(n, out, pixels.width, pixels.height, err);
    if (status == RSIFT_OK) status = of_rgb(n, pixels.rgb, by_colour, err);
    rs_pixels_fini(&pixels);
    return status;
}

static rsift_status read_numbers(rs_str bytes, rs_image_format format, const rsift_limits *limits,
                                 numbering *n, rs_label_map *out, rsift_error *err)
{
    uint32_t width = 0, height = 0;
    float *values = NULL;
    rsift_status status = format == RS_IMAGE_PNG
                              ? rs_image_values_png(bytes, limits, &out->at, &width, &height, err)
                          : format == RS_IMAGE_BMP
                              ? rs_image_values_bmp(bytes, limits, &out->at, &width, &height, err)
                              : rs_image_values_tiff(bytes, limits, &values, &width, &height, err);
    if (status == RSIFT_OK) status = numbering_init(n, out, width, height, err);
    if (status == RSIFT_OK) status = values ? of_floats(n, values, err) : of_shorts(n, err);
    rs_free(values);
    return status;
}

rsift_status rs_image_labels(rs_str bytes, const rsift_limits *limits, bool by_colour,
                             rs_label_map *out, rsift_error *err)
{
    rs_image_info info;
    *out = (rs_label_map){0};
    RS_TRY(rs_image_probe(bytes, (int64_t)bytes.len, &info, NULL, err));
    /* its compression changes values at edges */
    if (info.format == RS_IMAGE_JPEG)
        return rs_err_set(err, RSIFT_E_UNSUPPORTED,
                          "a JPEG does not keep class numbers; expected PNG, TIFF, BMP or NPY");
    if (info.format != RS_IMAGE_PNG && info.format != RS_IMAGE_TIFF &&
        info.format != RS_IMAGE_BMP && info.format != RS_IMAGE_NPY)
        return rs_err_set(err, RSIFT_E_UNSUPPORTED,
                          "expected a label map as PNG, TIFF, BMP or NPY, found %s",
                          info.format_name);
    RS_TRY(rs_image_check_size(&info, (int64_t)bytes.len, limits, err));
    RS_TRY(rs_image_check_cost(&info, RS_IMAGE_AS_LABELS, limits, err));
    numbering n = {0};
    const bool one_band = info.bands == 1 || (info.bands == 2 && info.has_alpha);
    rsift_status status;
    if (info.format == RS_IMAGE_NPY)
        status = by_colour
                     ? rs_err_set(err, RSIFT_E_UNSUPPORTED, "an array holds numbers, not colours")
                     : read_npy(bytes, &info, limits, &n, out, err);
    else if (by_colour || !one_band) status = read_colours(bytes, limits, by_colour, &n, out, err);
    else status = read_numbers(bytes, info.format, limits, &n, out, err);
    numbering_fini(&n);
    if (status != RSIFT_OK) rs_label_map_fini(out);
    return status;
}
