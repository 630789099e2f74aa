/* Where in the indexed pictures a key occurs: 12.5 bytes per anchor, about 12 KB per Mpx. Hashes
 * are cut to 37 bits, so that among 100 million anchors one key in a thousand meets a stranger; two
 * that agree on a placement by chance are rarer still, and pixels prove. */
#ifndef RS_SIMILAR_CROP_KEYS_H
#define RS_SIMILAR_CROP_KEYS_H

#include "base/err.h"

#include <stdbool.h>

typedef struct rs_crop_key {
    uint32_t
        key; /* 29 bits of the hash, then the 3 of the orientation in which the patch is least */
    uint32_t sheet; /* of the index: a picture, or a part of one above 65,536 px */
    uint16_t x, y;  /* in the sheet */
} rs_crop_key;

enum { RS_CROP_KEY_PARTS = 256 };

typedef struct rs_crop_keys {
    struct rs_crop_keys_part {
        rs_crop_key *at; /* sealed: by key, then by sheet as numbered */
        uint32_t *start; /* start[i]: the first whose upper `bits` bits are at least i */
        size_t n, cap;
        unsigned bits;
    } part[RS_CROP_KEY_PARTS]; /* by the uppermost 8 bits of the hash */
} rs_crop_keys;

void rs_crop_keys_fini(rs_crop_keys *keys);
/* RSIFT_E_NOMEM; RSIFT_E_LIMIT above 2^32 keys in one part. */
rsift_status rs_crop_keys_add(rs_crop_keys *keys, uint64_t hash, unsigned orientation,
                              rs_crop_key place, rsift_error *err);
/* Sheet i is number_of[i] from now on; the keys come in the order of sheets. Before sealing. */
void rs_crop_keys_renumber(rs_crop_keys *keys, const uint32_t *number_of);
/* Sorts; after it nothing is added. */
rsift_status rs_crop_keys_seal(rs_crop_keys *keys, rsift_error *err);
/* All places of a sealed index with this hash. */
const rs_crop_key *rs_crop_keys_find(const rs_crop_keys *keys, uint64_t hash, size_t *n);
size_t rs_crop_keys_bytes(const rs_crop_keys *keys);

#endif
