/* Rows of table picture_hash as image/hash.h knows them: put into parts, and read from a query.
 *
 * The view has one row a content hash and is joined to asset by it. A picture that was hashed and
 * whose release is gone or was changed since leaves no asset with its content hash: questions begin
 * at asset. What proves something has `version = RS_IMAGE_HASH_VERSION` and `failed IS NULL`. */
#ifndef RS_STORE_PICTURE_HASH_H
#define RS_STORE_PICTURE_HASH_H

#include "image/hash.h"
#include "store/store.h"

typedef struct rs_picture_hash {
    rs_id content;
    rs_image_hash image; /* zeroed when the picture could not be hashed */
    bool flat;
    int32_t quiet; /* of the thumbnail's quieter half (similar/thumb.h); not read back */
    int32_t version;
    rs_str bands;  /* that were shown of more than three: "4,3,2"; empty = by the header */
    rs_str failed; /* the finding's code; ptr NULL = hashed */
} rs_picture_hash;

/* Puts one row; texts are copied. */
void rs_picture_hash_put(rs_part *part, const rs_picture_hash *row);

/* The stored form of a perceptual hash: its words little-endian, first word first. False when
 * `bytes` is none. */
bool rs_picture_hash_parse_phash(rs_str bytes, rs_image_phash *out);

/* The columns that rs_picture_hash_read reads, in its order, for a SELECT of one's own:
 *     "SELECT " RS_PICTURE_HASH_COLUMNS ", asset_id FROM picture_hash JOIN asset USING
 *     (content_hash) WHERE ..."
 * Rows come in streaming memory; a thumbnail is 4 KiB, so an ORDER BY is for the narrow columns. */
#define RS_PICTURE_HASH_COLUMNS                                                                 \
    "content_hash, width, height, pixel_hash, block_hash, phash, quality, flat, exact, scale, " \
    "rule, damaged, blur, no_data, thumb, version, failed"
enum { RS_PICTURE_HASH_N_COLUMNS = 17 };

/* The row of the result whose column `first` is content_hash; texts live until the next row.
 * RSIFT_E_FORMAT when it is none that rsift writes: a hash of another length, an unknown rule. */
rsift_status rs_picture_hash_read(rs_result *result, size_t first, rs_picture_hash *out,
                                  rsift_error *err);

#endif
