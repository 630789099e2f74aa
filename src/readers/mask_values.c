/* Values of masks: see mask_values.h. Releases write class numbers (GeoNRW), palettes or colours
 * (DLRSD, copy by copy) and black and white that a JPEG has blurred (BH-WATERTANKS). */
#include "readers/mask_values.h"

#include "base/alloc.h"
#include "base/num.h"
#include "image/decode.h"
#include "image/probe.h"

#include <inttypes.h>
#include <stdio.h>

enum { MOST_TOLD = 8 }; /* values without a meaning that are told one by one */

/* ---- parameters ------------------------------------------------------------------------------ */

/* "7" or "#a6caf0". */
static bool read_value(rs_str text, int32_t *out)
{
    int64_t number;
    text = rs_str_trim(text);
    if (text.len == 7 && text.ptr[0] == '#') {
        *out = RS_LABEL_COLOUR;
        for (size_t i = 1; i < 7; i++) {
            const char c = text.ptr[i];
            const int digit = c >= '0' && c <= '9'   ? c - '0'
                              : c >= 'a' && c <= 'f' ? c - 'a' + 10
                              : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                                     : -1;
            if (digit < 0) return false;
            *out += digit << (4 * (6 - (int)i));
        }
        return true;
    }
    if (!rs_num_i64(text, &number) || number <= -RS_LABEL_COLOUR || number >= RS_LABEL_COLOUR)
        return false;
    *out = (int32_t)number;
    return true;
}

static rsift_status add_value(rs_mask_values *out, const char *key, rs_str text, uint16_t meaning,
                              rsift_error *err)
{
    char quoted[RS_QUOTE_SIZE];
    int32_t value;
    if (!read_value(text, &value))
        return rs_err_set(err, RSIFT_E_ARG,
                          "parameter %s: expected a number or a colour like #ff8800, found \"%s\"",
                          key, rs_err_quote(quoted, text));
    for (size_t i = 0; i < out->n; i++)
        if (out->values[i] == value && out->meanings[i] != meaning)
            return rs_err_set(err, RSIFT_E_ARG, "parameter %s: \"%s\" has two meanings", key,
                              rs_err_quote(quoted, text));
    out->values[out->n] = value;
    out->meanings[out->n++] = meaning;
    return RSIFT_OK;
}

/* The number of a class, which several values may mean. */
static uint16_t class_number(rs_mask_values *out, rs_str name)
{
    size_t i = 0;
    while (i < out->n_classes && !rs_str_eq(out->classes[i], name)) i++;
    if (i == out->n_classes) out->classes[out->n_classes++] = name;
    return (uint16_t)i;
}

rsift_status rs_mask_values_of(rs_arena *arena, const rs_source *source, rs_mask_values *out,
                               rsift_error *err)
{
    static const char *const keys[] = {"background", "unlabelled"};
    static const uint16_t meanings[] = {RS_MASK_BACKGROUND, RS_MASK_UNLABELLED};
    rs_words words;
    size_t n = 0;
    int64_t threshold = -1;
    *out = (rs_mask_values){0};
    RS_TRY(rs_words_of(arena, source, "mask_values", &words, err));
    for (size_t k = 0; k < 2; k++) {
        const rs_param_value *list = rs_source_param_list(source, keys[k]);
        n += list ? list->n : 0;
    }
    out->values = rs_arena_calloc(arena, words.n + n + 1, sizeof *out->values);
    out->meanings = rs_arena_calloc(arena, words.n + n + 1, sizeof *out->meanings);
    out->classes = rs_arena_calloc(arena, words.n + 1, sizeof *out->classes);
    if (!out->values || !out->meanings || !out->classes) return rs_err_nomem(err, "a parameter");
    if (words.n > RS_LABELS_MAX)
        return rs_err_set(err, RSIFT_E_ARG, "parameter mask_values: more than %d values",
                          RS_LABELS_MAX);
    for (size_t i = 0; i < words.n; i++)
        RS_TRY(add_value(out, "mask_values", words.from[i], class_number(out, words.to[i]), err));
    for (size_t k = 0; k < 2; k++) {
        const rs_param_value *list = rs_source_param_list(source, keys[k]);
        for (size_t i = 0; list && i < list->n; i++)
            if (list->values[i].len)
                RS_TRY(add_value(out, keys[k], list->values[i], meanings[k], err));
    }
    out->by_colour =
        rs_str_eq(rs_source_param(source, "palette", RS_STR("index")), RS_STR("colour"));
    const rs_str text = rs_source_param(source, "threshold", RS_STR(""));
    if (text.len && (!rs_num_i64(text, &threshold) || threshold < 0 || threshold > UINT16_MAX))
        return rs_err_set(err, RSIFT_E_ARG, "parameter threshold: expected 0 to 65535");
    out->threshold = (int32_t)threshold;
    return RSIFT_OK;
}

/* ---- masks ----------------------------------------------------------------------------------- */

/* The mean of a colour's channels; numbers are their own grey. */
static int32_t grey_of(int32_t label)
{
    if (label < RS_LABEL_COLOUR) return label;
    return ((label >> 16 & 255) + (label >> 8 & 255) + (label & 255)) / 3;
}

/* A picture whose pixels are black and white for the most part: 0 and 1 by the threshold. */
static rsift_status read_lossy(rs_parse *p, int32_t threshold, rs_label_map *out, rsift_error *err)
{
    rs_pixels pixels;
    RS_TRY(rs_image_decode(p->raw->content, p->source->limits, &pixels, err));
    const size_t n = (size_t)pixels.width * pixels.height;
    *out = (rs_label_map){.at = rs_calloc(n, sizeof *out->at),
                          .labels = rs_calloc(2, sizeof *out->labels),
                          .n = 2,
                          .width = pixels.width,
                          .height = pixels.height};
    rsift_status status = RSIFT_OK;
    if (pixels.damaged) status = rs_err_set(err, RSIFT_E_FORMAT, "a damaged picture");
    if (!out->at || !out->labels) status = rs_err_nomem(err, "a mask");
    for (size_t i = 0; i < n && status == RSIFT_OK; i++) {
        const uint8_t *c = &pixels.rgb[3 * i];
        out->at[i] = (c[0] + c[1] + c[2]) / 3 > threshold;
    }
    if (status == RSIFT_OK) out->labels[1] = 1;
    rs_pixels_fini(&pixels);
    return status;
}

static rsift_status read_map(rs_parse *p, const rs_mask_values *values, rs_label_map *out,
                             rsift_error *err)
{
    rs_image_info info;
    const rs_str bytes = p->raw->content;
    *out = (rs_label_map){0};
    if (values->threshold >= 0) {
        RS_TRY(rs_image_probe(bytes, (int64_t)bytes.len, &info, NULL, err));
        if (info.format == RS_IMAGE_JPEG) return read_lossy(p, values->threshold, out, err);
    }
    RS_TRY(rs_image_labels(bytes, p->source->limits, values->by_colour, out, err));
    for (size_t i = 0; values->threshold >= 0 && i < out->n; i++)
        out->labels[i] = grey_of(out->labels[i]) > values->threshold;
    return RSIFT_OK;
}

static uint16_t meaning_of(const rs_mask_values *values, int32_t label)
{
    for (size_t i = 0; i < values->n; i++)
        if (values->values[i] == label) return values->meanings[i];
    return RS_MASK_UNKNOWN;
}

static void print_value(char out[16], int32_t label)
{
    if (label < RS_LABEL_COLOUR) snprintf(out, 16, "%" PRId32, label);
    else snprintf(out, 16, "#%06" PRIx32, label - RS_LABEL_COLOUR);
}

/* A finding for each value without a meaning: the most frequent ones, then how many others. */
rsift_status rs_mask_tell_unknown(rs_parse *p, const rs_mask *mask)
{
    const size_t n_pixels = (size_t)mask->map.width * mask->map.height;
    size_t n_unknown = 0;
    for (size_t i = 0; i < mask->map.n; i++)
        n_unknown += mask->meanings[i] == RS_MASK_UNKNOWN && mask->counts[i];
    bool *told = rs_arena_calloc(p->scratch, mask->map.n + 1, sizeof *told);
    if (!told) return rs_err_nomem(p->err, "a mask");
    for (size_t k = 0; k < n_unknown; k++) {
        size_t most = mask->map.n;
        for (size_t i = 0; i < mask->map.n; i++)
            if (mask->meanings[i] == RS_MASK_UNKNOWN && mask->counts[i] && !told[i] &&
                (most == mask->map.n || mask->counts[i] > mask->counts[most]))
                most = i;
        if (k == MOST_TOLD)
            return rs_parse_find(p, RS_F_MASK_VALUE, RS_STR(""),
                                 "%zu other values have no class either", n_unknown - k);
        char value[16];
        print_value(value, mask->map.labels[most]);
        told[most] = true;
        RS_TRY(rs_parse_find(p, RS_F_MASK_VALUE, RS_STR(""),
                             "the value %s has no class: %" PRIu64 " of %zu pixels", value,
                             mask->counts[most], n_pixels));
    }
    return RSIFT_OK;
}

rsift_status rs_mask_read(rs_parse *p, const rs_mask_values *values, rs_mask *out, bool *readable)
{
    rsift_error why = {0};
    *out = (rs_mask){0};
    *readable = false;
    const rsift_status status = read_map(p, values, &out->map, &why);
    if (rs_err_ends_call(status)) {
        if (p->err) *p->err = why;
        return status;
    }
    if (status != RSIFT_OK)
        return rs_parse_find(p, status == RSIFT_E_LIMIT ? RS_F_LIMIT : RS_F_FORMAT,
                             rs_str_of(why.where), "the mask cannot be read: %s", why.message);
    out->meanings = rs_arena_calloc(p->scratch, out->map.n + 1, sizeof *out->meanings);
    out->counts = rs_arena_calloc(p->scratch, out->map.n + 1, sizeof *out->counts);
    if (!out->meanings || !out->counts) return rs_err_nomem(p->err, "a mask");
    for (size_t i = 0; i < out->map.n; i++)
        out->meanings[i] = meaning_of(values, out->map.labels[i]);
    const size_t n_pixels = (size_t)out->map.width * out->map.height;
    for (size_t i = 0; i < n_pixels; i++) out->counts[out->map.at[i]]++;
    *readable = true;
    return RSIFT_OK;
}

void rs_mask_fini(rs_mask *mask)
{
    rs_label_map_fini(&mask->map);
}

uint64_t rs_mask_area(const rs_mask *mask, uint16_t meaning)
{
    uint64_t n = 0;
    for (size_t i = 0; i < mask->map.n; i++)
        if (mask->meanings[i] == meaning) n += mask->counts[i];
    return n;
}
