/* Hash maps with open addressing. Never iterated into output: where order matters, keys are
 * numbered in order of insertion and kept in an array of the map. One per thread. */
#ifndef RS_BASE_MAP_H
#define RS_BASE_MAP_H

#include "base/hash.h"

/* 64-bit key -> 64-bit value. Any key and value. */
typedef struct rs_map64 {
    struct rs_map64_slot {
        uint64_t key, value;
    } *slots;
    unsigned char *used;
    size_t cap, n;
} rs_map64;

void rs_map64_fini(rs_map64 *map);
/* Address of the value of `key`, made with `value` when absent (*made is set). NULL = no
 * memory. */
uint64_t *rs_map64_put(rs_map64 *map, uint64_t key, uint64_t value, bool *made);
const uint64_t *rs_map64_get(const rs_map64 *map, uint64_t key); /* NULL = absent */

/* Text -> running number 0, 1, 2... in order of insertion. Texts are copied. */
typedef struct rs_strmap {
    struct rs_arena *arena;
    rs_str *keys; /* [n] in order of insertion */
    size_t n, cap_keys;
    struct rs_strmap_slot {
        uint32_t number, hash; /* number + 1, 0 = free */
    } *slots;
    size_t cap;
} rs_strmap;

void rs_strmap_fini(rs_strmap *map);
/* Number of `key`, added when absent; RS_NPOS = out of memory or 2^32 - 2 keys. */
size_t rs_strmap_put(rs_strmap *map, rs_str key, bool *made);
size_t rs_strmap_get(const rs_strmap *map, rs_str key); /* RS_NPOS = absent */

/* 128-bit id -> running number, as above. */
typedef struct rs_idmap {
    rs_id *keys; /* [n] in order of insertion */
    size_t n, cap_keys;
    uint32_t *slots;
    size_t cap;
} rs_idmap;

void rs_idmap_fini(rs_idmap *map);
/* Room for n keys in all, so that they are placed once; false = no memory. */
bool rs_idmap_reserve(rs_idmap *map, size_t n);
size_t rs_idmap_put(rs_idmap *map, rs_id key, bool *made);
size_t rs_idmap_get(const rs_idmap *map, rs_id key);

#endif
