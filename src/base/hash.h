/* Hashes: XXH3 of xxHash, 64 and 128 bit. Not for adversaries: equal hashes of texts that decide
 * something visible are compared or reported, never trusted for security. */
#ifndef RS_BASE_HASH_H
#define RS_BASE_HASH_H

#include "base/str.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct rs_id {
    uint64_t hi, lo;
} rs_id; /* 128 bit: sample_id, asset_id, content hashes */

uint64_t rs_hash64(const void *bytes, size_t n);
rs_id rs_hash128(const void *bytes, size_t n);

/* Streaming, and hashing of several fields without ambiguity (each is preceded by its length). It
 * may lie anywhere, also in an arena; once started it must not be moved or copied, because
 * xxHash's state starts at the first multiple of 64 within. Most things hashed are short: their
 * bytes are gathered and hashed at once, which costs a tenth of a state for numbers one by one. */
typedef struct rs_hasher {
    size_t n; /* bytes gathered; one more than fit = the state has begun */
    unsigned char gathered[1024];
    unsigned char state[640];
} rs_hasher;
void rs_hash_start(rs_hasher *h);
void rs_hash_bytes(rs_hasher *h, const void *bytes, size_t n); /* raw */
void rs_hash_field(rs_hasher *h, rs_str field);                /* length, then bytes */
void rs_hash_u64(rs_hasher *h, uint64_t v);                    /* little endian */
rs_id rs_hash_end(const rs_hasher *h);

/* 32 lower-case hex digits. */
#define RS_ID_TEXT 33
const char *rs_id_text(char out[RS_ID_TEXT], rs_id id); /* NUL-terminated; returns out */
bool rs_id_parse(rs_str text, rs_id *out);
static inline bool rs_id_eq(rs_id a, rs_id b)
{
    return a.hi == b.hi && a.lo == b.lo;
}
static inline int rs_id_cmp(rs_id a, rs_id b)
{
    if (a.hi != b.hi) return a.hi < b.hi ? -1 : 1;
    return a.lo < b.lo ? -1 : a.lo > b.lo;
}

#endif
