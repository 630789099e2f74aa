/* XXH3-128 in pieces with 32-byte vectors, where the processor has them: three times as fast, the
 * same hashes. Private to hash.c. */
#ifndef RS_BASE_HASH_AVX2_H
#define RS_BASE_HASH_AVX2_H

#include <stddef.h>
#include <stdint.h>

/* `state` is an XXH3_state_t that only these functions touch. */
typedef struct rs_hash_pieces {
    void (*start)(void *state);
    void (*add)(void *state, const void *bytes, size_t n);
    void (*end)(const void *state, uint64_t *hi, uint64_t *lo);
    void (*all)(const void *bytes, size_t n, uint64_t *hi, uint64_t *lo); /* without a state */
} rs_hash_pieces;

/* NULL where this machine cannot run them. */
const rs_hash_pieces *rs_hash_avx2(void);

#endif
