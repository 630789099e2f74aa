/* Bands of natural colour, from what the header says and from nothing else. A picture of more than
 * three bands is shown by, in this order,
 *   the header's own colours     photometric RGB with the rest declared as extra samples
 *   the names of its bands       "Red", or B4 B3 B2 where the other names tell the sensor
 *   the stack of Sentinel-2      13 bands of 16 bits without a sign: Level 1C as it is delivered,
 *                                B1 first (EuroSAT's files); no other sensor in use has 13
 * and else by nothing: the first three may be blue, green and red, or three infrared ones. 12 bands
 * may be Level 2A, three dates of four bands, or Landsat with its indices: the catalogue may know,
 * else the user is asked. */
#include "image/bands.h"

#include "base/ascii.h"
#include "base/num.h"

/* The next run of letters and digits of *text, which moves behind it; empty at the end. */
static rs_str next_word(rs_str *text)
{
    size_t begin = 0;
    while (begin < text->len && !rs_ascii_is_alnum(text->ptr[begin])) begin++;
    size_t end = begin;
    while (end < text->len && rs_ascii_is_alnum(text->ptr[end])) end++;
    const rs_str word = rs_str_sub(*text, begin, end);
    *text = rs_str_sub(*text, end, text->len);
    return word;
}

static void note_band(rs_image_band_names *names, uint16_t *slot, unsigned band)
{
    /* GDAL tells a band's colour twice: as its description and as its interpretation. */
    if (*slot && *slot != band) names->twice = true;
    *slot = (uint16_t)band;
}

void rs_image_name_band(rs_image_band_names *names, unsigned band, rs_str name)
{
    static const char *const colours[] = {"red", "green", "blue"};
    static const char *const numbers[3][2] = {{"b4", "b04"}, {"b3", "b03"}, {"b2", "b02"}};
    static const char *const modern[] = {"b8a", "b10", "b11", "b12", "b09", "b9", "b04"};
    static const char *const other[] = {"edge", "rededge", "coastal", "nir", "swir"};
    int colour = -1;
    bool plain = true; /* "red", and not "red edge" */
    for (rs_str word; (word = next_word(&name)).len;) {
        for (int c = 0; c < 3; c++) {
            if (rs_str_eq_nocase(word, rs_str_of(colours[c]))) colour = c;
            for (int k = 0; k < 2; k++)
                if (rs_str_eq_nocase(word, rs_str_of(numbers[c][k])))
                    note_band(names, &names->numbered[c], band);
        }
        for (size_t i = 0; i < sizeof modern / sizeof *modern; i++)
            names->modern = names->modern || rs_str_eq_nocase(word, rs_str_of(modern[i]));
        for (size_t i = 0; i < sizeof other / sizeof *other; i++)
            plain = plain && !rs_str_eq_nocase(word, rs_str_of(other[i]));
    }
    if (colour >= 0 && plain) note_band(names, &names->colour[colour], band);
}

/* Number of the attribute sample="..." of an item's tag; -1 = it has none. */
static int64_t sample_of(rs_str tag)
{
    const size_t at = rs_str_find(tag, RS_STR("sample=\""));
    if (at == RS_NPOS) return -1;
    const rs_str rest = rs_str_sub(tag, at + 8, tag.len);
    const size_t end = rs_str_find_char(rest, '"');
    int64_t sample = -1;
    if (end == RS_NPOS || !rs_num_i64(rs_str_sub(rest, 0, end), &sample)) return -1;
    return sample >= 0 && sample < UINT16_MAX ? sample : -1;
}

void rs_image_name_bands_gdal(rs_image_band_names *names, rs_str xml)
{
    for (;;) {
        const size_t at = rs_str_find(xml, RS_STR("<Item "));
        if (at == RS_NPOS) return;
        xml = rs_str_sub(xml, at + 6, xml.len);
        const size_t close = rs_str_find_char(xml, '>');
        if (close == RS_NPOS) return;
        const rs_str tag = rs_str_sub(xml, 0, close), rest = rs_str_sub(xml, close + 1, xml.len);
        const size_t end = rs_str_find_char(rest, '<');
        const int64_t sample = sample_of(tag);
        const bool named = rs_str_find(tag, RS_STR("role=\"description\"")) != RS_NPOS ||
                           rs_str_find(tag, RS_STR("role=\"colorinterp\"")) != RS_NPOS;
        if (named && sample >= 0)
            rs_image_name_band(names, (unsigned)sample + 1,
                               rs_str_sub(rest, 0, end == RS_NPOS ? rest.len : end));
        xml = rest;
    }
}

/* Shows these three when the picture has them; false = one of them is missing. */
static bool show(rs_image_info *info, const uint16_t bands[3], const char *by)
{
    for (int i = 0; i < 3; i++)
        if (bands[i] == 0 || bands[i] > info->bands) return false;
    for (int i = 0; i < 3; i++) info->shown[i] = bands[i];
    info->shown_by = by;
    return true;
}

void rs_image_choose_bands(rs_image_info *info, bool says_rgb, const rs_image_band_names *names)
{
    static const uint16_t first[3] = {1, 2, 3}, sentinel[3] = {4, 3, 2};
    /* three colours and alpha, two bands, one: nothing to choose */
    if (info->bands <= 3) return;
    if (says_rgb && show(info, first, "the file says red, green, blue")) return;
    if (names && !names->twice) {
        if (show(info, names->colour, "the bands' names")) return;
        if (names->modern && show(info, names->numbered, "the bands' names")) return;
    }
    const bool stack = info->bands == 13 && info->dtype && strcmp(info->dtype, "uint16") == 0;
    if (stack && show(info, sentinel, "13 bands of 16 bits: the order of Sentinel-2")) return;
    info->bands_unknown = true;
}

bool rs_image_is_sentinel_stack(const rs_image_info *info)
{
    return info->bands == 12 || info->bands == 13;
}

bool rs_image_parse_bands(rs_str text, uint16_t bands[3])
{
    for (int i = 0; i < 3; i++) {
        const size_t comma = rs_str_find_char(text, ',');
        const rs_str number = rs_str_sub(text, 0, comma == RS_NPOS ? text.len : comma);
        int64_t v = 0;
        if ((comma == RS_NPOS) != (i == 2) || !rs_num_i64(rs_str_trim(number), &v)) return false;
        if (v < 1 || v > UINT16_MAX) return false;
        bands[i] = (uint16_t)v;
        text = rs_str_sub(text, comma == RS_NPOS ? text.len : comma + 1, text.len);
    }
    return true;
}
