/* The four words of a perceptual hash are stored little-endian, 32 bytes. Of a picture that could
 * not be hashed only the content hash, the version, the bands and the finding's code are stored. */
#include "store/picture_hash.h"

#include <string.h>

enum { PHASH_BYTES = 32 };

static const char *const rules[] = {[RS_RULE_AS_IS] = "as-is",
                                    [RS_RULE_CONVERT] = "convert",
                                    [RS_RULE_BANDS] = "bands",
                                    [RS_RULE_STRETCH] = "stretch"};
enum { N_RULES = sizeof rules / sizeof *rules };

/* ---- putting --------------------------------------------------------------------------------- */

static void put_phash(rs_rows *rows, const rs_image_phash *hash)
{
    char bytes[PHASH_BYTES];
    for (size_t i = 0; i < PHASH_BYTES; i++)
        bytes[i] = (char)(uint8_t)(hash->word[i / 8] >> (8 * (i % 8)));
    rs_put_bytes(rows, RS_PICTURE_HASH_phash, rs_str_make(bytes, sizeof bytes));
}

static void put_rule(rs_rows *rows, const rs_picture_hash *row)
{
    char text[64];
    const char *word = row->failed.ptr ? "none" : rules[row->image.rule];
    const int n = snprintf(text, sizeof text, "%s%s%.*s", word, row->bands.len ? " " : "",
                           RS_STR_ARG(row->bands));
    RS_ASSERT(n > 0 && (size_t)n < sizeof text);
    rs_put_str(rows, RS_PICTURE_HASH_rule, rs_str_make(text, (size_t)n));
}

static void put_image(rs_rows *rows, const rs_picture_hash *row)
{
    const rs_image_hash *image = &row->image;
    rs_put_i64(rows, RS_PICTURE_HASH_width, image->width);
    rs_put_i64(rows, RS_PICTURE_HASH_height, image->height);
    if (image->exact) {
        rs_put_id(rows, RS_PICTURE_HASH_pixel_hash, image->pixel_hash);
        rs_put_id(rows, RS_PICTURE_HASH_block_hash, image->block_hash);
    }
    put_phash(rows, &image->phash);
    rs_put_i64(rows, RS_PICTURE_HASH_quality, image->quality);
    rs_put_bool(rows, RS_PICTURE_HASH_flat, row->flat);
    rs_put_i64(rows, RS_PICTURE_HASH_quiet, row->quiet);
    rs_put_i64(rows, RS_PICTURE_HASH_scale, image->scale);
    rs_put_bool(rows, RS_PICTURE_HASH_damaged, image->damaged);
    rs_put_double(rows, RS_PICTURE_HASH_blur, image->blur);
    rs_put_double(rows, RS_PICTURE_HASH_no_data, image->no_data);
    rs_put_bytes(rows, RS_PICTURE_HASH_thumb,
                 rs_str_make((const char *)image->thumb, sizeof image->thumb));
}

void rs_picture_hash_put(rs_part *part, const rs_picture_hash *row)
{
    rs_rows *rows = rs_part_rows(part, RS_T_PICTURE_HASH);
    rs_put_id(rows, RS_PICTURE_HASH_content_hash, row->content);
    rs_put_bool(rows, RS_PICTURE_HASH_exact, row->image.exact);
    put_rule(rows, row);
    if (!row->failed.ptr) put_image(rows, row);
    rs_put_i64(rows, RS_PICTURE_HASH_version, row->version);
    rs_put_str(rows, RS_PICTURE_HASH_failed, row->failed);
    rs_put_end(rows);
}

/* ---- reading --------------------------------------------------------------------------------- */

static rsift_status is_foreign(const char *column, rsift_error *err)
{
    return rs_err_set(
        err, RSIFT_E_FORMAT,
        "table picture_hash: column %s holds what no rsift writes; `rsift remove` and "
        "index the dataset again",
        column);
}

bool rs_picture_hash_parse_phash(rs_str bytes, rs_image_phash *out)
{
    if (bytes.len != PHASH_BYTES) return false;
    *out = (rs_image_phash){0};
    for (size_t i = 0; i < PHASH_BYTES; i++)
        out->word[i / 8] |= (uint64_t)(uint8_t)bytes.ptr[i] << (8 * (i % 8));
    return true;
}

/* "stretch 4,3,2": the rule, and the bands behind it. */
static bool read_rule(rs_str text, rs_picture_hash *out)
{
    const size_t space = rs_str_find_char(text, ' ');
    const rs_str word = rs_str_sub(text, 0, space);
    out->bands = space == RS_NPOS ? RS_STR("") : rs_str_sub(text, space + 1, text.len);
    if (out->failed.ptr) return rs_str_eq(word, RS_STR("none"));
    for (size_t i = 0; i < N_RULES; i++) {
        if (!rs_str_eq(word, rs_str_of(rules[i]))) continue;
        out->image.rule = (rs_image_rule)i;
        return true;
    }
    return false;
}

/* The columns of a picture that was hashed; what rsift never writes is refused. */
static rsift_status read_image(rs_result *r, size_t first, rs_picture_hash *out, rsift_error *err)
{
    rs_image_hash *image = &out->image;
    const rs_str thumb = rs_result_bytes(r, first + 14);
    const int64_t quality = rs_result_i64(r, first + 6), scale = rs_result_i64(r, first + 9);
    if (!rs_picture_hash_parse_phash(rs_result_bytes(r, first + 5), &image->phash))
        return is_foreign("phash", err);
    if (thumb.len != sizeof image->thumb) return is_foreign("thumb", err);
    if (quality < 0 || quality > 256) return is_foreign("quality", err);
    if (scale < 1 || scale > UINT16_MAX) return is_foreign("scale", err);
    if (image->exact && (rs_result_null(r, first + 3) || rs_result_null(r, first + 4)))
        return is_foreign("block_hash", err);
    image->width = (uint32_t)rs_result_i64(r, first + 1);
    image->height = (uint32_t)rs_result_i64(r, first + 2);
    image->pixel_hash = rs_result_id(r, first + 3);
    image->block_hash = rs_result_id(r, first + 4);
    image->quality = (uint16_t)quality;
    out->flat = rs_result_i64(r, first + 7) != 0;
    image->scale = (uint32_t)scale;
    image->damaged = rs_result_i64(r, first + 11) != 0;
    image->blur = rs_result_double(r, first + 12);
    image->no_data = rs_result_double(r, first + 13);
    memcpy(image->thumb, thumb.ptr, sizeof image->thumb);
    return RSIFT_OK;
}

rsift_status rs_picture_hash_read(rs_result *r, size_t first, rs_picture_hash *out,
                                  rsift_error *err)
{
    *out = (rs_picture_hash){.content = rs_result_id(r, first),
                             .version = (int32_t)rs_result_i64(r, first + 15)};
    const rs_str failed = rs_result_str(r, first + 16), rule = rs_result_str(r, first + 10);
    out->failed = failed;
    out->image.exact = rs_result_i64(r, first + 8) != 0;
    if (!read_rule(rule, out)) return is_foreign("rule", err);
    return failed.ptr ? RSIFT_OK : read_image(r, first, out, err);
}
