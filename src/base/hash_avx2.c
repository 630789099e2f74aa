/* A file of its own, because xxHash chooses its vectors when it is compiled: CMakeLists.txt
 * compiles this one for processors that have AVX2. Start and end are here too, so that no state
 * passes between two builds of the library. */
#include "base/hash_avx2.h"

#if defined(__AVX2__) && defined(__x86_64__)
#define XXH_INLINE_ALL
#include <xxhash.h>

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
    *hi = h.high64;
    *lo = h.low64;
}

static const rs_hash_pieces pieces = {start, add, end};

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
