/* A file of its own, because xxHash chooses its vectors when it is compiled: CMakeLists.txt
 * compiles this one for processors that have AVX2. Start and end are here too, so that no state
 * passes between two builds of the library. */
#include "base/hash_avx2.h"

#if defined(__AVX2__) && defined(__x86_64__)
#define XXH_INLINE_ALL
#include <immintrin.h>
#include <xxhash.h>

/* Compilers put this behind 32-byte vectors, but gcc 12 forgets it where they are used in a
 * function of xxHash's. Without it all code of 16-byte vectors that the thread runs later waits
 * for the upper halves of its registers: storing rows took three times as long. */
static void leave_vectors(void)
{
    _mm256_zeroupper();
}

static void start(void *state)
{
    XXH3_INITSTATE((XXH3_state_t *)state);
    XXH3_128bits_reset(state);
}

static void add(void *state, const void *bytes, size_t n)
{
    XXH3_128bits_update(state, bytes, n);
}

static void end(const void *state, uint64_t *hi, uint64_t *lo)
{
    const XXH128_hash_t h = XXH3_128bits_digest(state);
    leave_vectors();
    *hi = h.high64;
    *lo = h.low64;
}

static void all(const void *bytes, size_t n, uint64_t *hi, uint64_t *lo)
{
    const XXH128_hash_t h = XXH3_128bits(bytes, n);
    leave_vectors();
    *hi = h.high64;
    *lo = h.low64;
}

static const rs_hash_pieces pieces = {start, add, end, all};

const rs_hash_pieces *rs_hash_avx2(void)
{
    return __builtin_cpu_supports("avx2") ? &pieces : NULL;
}

#else

const rs_hash_pieces *rs_hash_avx2(void)
{
    return NULL;
}

#endif
