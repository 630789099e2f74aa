/* The bracket skipper. Each kernel turns 64 bytes into four bit masks (quote, backslash, opening,
 * closing); the arithmetic on the masks is shared. `c | 0x20` folds '[' onto '{' and ']' onto '}'.
 * The escape arithmetic is that of the simdjson paper (Langdale and Lemire, "Parsing Gigabytes of
 * JSON per Second", 2019), section 3.1.1; the string mask is a prefix XOR. */
#include "codec/json_scan.h"

/* The mask arithmetic must be compiled for the instruction set of the kernel that uses it. */
#define RS_FORCE_INLINE __attribute__((always_inline)) static inline

typedef struct rs_masks {
    uint64_t quote, backslash, open, close;
} rs_masks;

static const char *nest_bytes(rs_json_nest *nest, const char *p, const char *end)
{
    while (p < end) {
        unsigned char c = (unsigned char)*p++;
        if (nest->in_string) {
            if (nest->escaped) nest->escaped = false;
            else if (c == '\\') nest->escaped = true;
            else if (c == '"') nest->in_string = false;
            continue;
        }
        if (c == '"') {
            nest->in_string = true;
        } else if ((c | 0x20) == '{') {
            if (++nest->depth > nest->max_depth) nest->max_depth = nest->depth;
        } else if ((c | 0x20) == '}') {
            if (--nest->depth == 0) return p;
        }
    }
    return end;
}

const char *rs_json_nest_plain(rs_json_nest *nest, const char *p, const char *end)
{
    return nest_bytes(nest, p, end);
}

/* Bytes that are escaped by an odd run of backslashes before them. */
RS_FORCE_INLINE uint64_t escaped_mask(bool *escaped, uint64_t backslash)
{
    uint64_t carry = *escaped ? 1 : 0;
    if (!backslash) {
        *escaped = false;
        return carry;
    }
    const uint64_t even = 0x5555555555555555u;
    backslash &= ~carry;
    uint64_t follows = backslash << 1 | carry;
    /* runs that begin at an odd bit and have an odd length end at an even one */
    uint64_t odd_starts = backslash & ~even & ~follows;
    uint64_t ends;
    *escaped = __builtin_add_overflow(odd_starts, backslash, &ends);
    return (even ^ (ends << 1)) & follows;
}

RS_FORCE_INLINE uint64_t prefix_xor(uint64_t bits)
{
    bits ^= bits << 1;
    bits ^= bits << 2;
    bits ^= bits << 4;
    bits ^= bits << 8;
    bits ^= bits << 16;
    bits ^= bits << 32;
    return bits;
}

enum { STRAY = 65 };

/* Where in the block the value ends: 1..64 = that many bytes belong to it, 0 = it goes on.
 * STRAY = a backslash outside a string: no JSON, but the masks would lie about it, so that
 * the caller goes bytewise, as the plain twin does; nothing has been changed then. */
RS_FORCE_INLINE unsigned block_end(rs_json_nest *nest, const rs_masks *m)
{
    bool escaped = nest->escaped;
    /* prefix XOR of the real quotes: 1 between an opening quote and its closing one */
    uint64_t quote = m->quote & ~escaped_mask(&escaped, m->backslash);
    uint64_t in_string = prefix_xor(quote) ^ (nest->in_string ? ~(uint64_t)0 : 0);
    if (m->backslash & ~in_string) return STRAY;
    nest->escaped = escaped;
    nest->in_string = in_string >> 63;
    uint64_t open = m->open & ~in_string, close = m->close & ~in_string;
    uint64_t n_open = (uint64_t)__builtin_popcountll(open);
    uint64_t n_close = (uint64_t)__builtin_popcountll(close);
    if (n_close < nest->depth) { /* cannot end here */
        if (nest->depth + n_open > nest->max_depth) nest->max_depth = nest->depth + n_open;
        nest->depth += n_open - n_close;
        return 0;
    }
    for (uint64_t both = open | close; both; both &= both - 1) {
        uint64_t bit = both & (~both + 1);
        if (open & bit) {
            if (++nest->depth > nest->max_depth) nest->max_depth = nest->depth;
        } else if (--nest->depth == 0) {
            nest->in_string = false;
            nest->escaped = false;
            return (unsigned)__builtin_ctzll(bit) + 1;
        }
    }
    return 0;
}

/* The loop of every kernel; inlined with its mask function into a function of that instruction set.
 */
RS_FORCE_INLINE const char *nest_blocks(rs_json_nest *nest, const char *p, const char *end,
                                        void (*masks)(const char *, rs_masks *))
{
    while (end - p >= 64) {
        rs_masks m;
        masks(p, &m);
        unsigned used = block_end(nest, &m);
        /* not valid JSON: the plain twin decides */
        if (used == STRAY) {
            p = nest_bytes(nest, p, p + 64);
            if (nest->depth == 0) return p;
            continue;
        }
        if (used) return p + used;
        p += 64;
    }
    return nest_bytes(nest, p, end);
}

#if defined(__x86_64__)
#include <immintrin.h>

__attribute__((target("sse2"))) static inline void masks_sse2(const char *p, rs_masks *m)
{
    *m = (rs_masks){0};
    for (unsigned i = 0; i < 4; i++) {
        __m128i v = _mm_loadu_si128((const __m128i *)(const void *)(p + 16 * i));
        __m128i low = _mm_or_si128(v, _mm_set1_epi8(0x20));
        unsigned at = 16 * i;
        m->quote |= (uint64_t)(unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(v, _mm_set1_epi8('"')))
                    << at;
        m->backslash |=
            (uint64_t)(unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(v, _mm_set1_epi8('\\'))) << at;
        m->open |= (uint64_t)(unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(low, _mm_set1_epi8('{')))
                   << at;
        m->close |= (uint64_t)(unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(low, _mm_set1_epi8('}')))
                    << at;
    }
}

__attribute__((target("sse2"))) static const char *nest_sse2(rs_json_nest *nest, const char *p,
                                                             const char *end)
{
    return nest_blocks(nest, p, end, masks_sse2);
}

__attribute__((target("avx2,popcnt,bmi"))) static inline void masks_avx2(const char *p, rs_masks *m)
{
    *m = (rs_masks){0};
    for (unsigned i = 0; i < 2; i++) {
        __m256i v = _mm256_loadu_si256((const __m256i *)(const void *)(p + 32 * i));
        __m256i low = _mm256_or_si256(v, _mm256_set1_epi8(0x20));
        unsigned at = 32 * i;
        m->quote |=
            (uint64_t)(unsigned)_mm256_movemask_epi8(_mm256_cmpeq_epi8(v, _mm256_set1_epi8('"')))
            << at;
        m->backslash |=
            (uint64_t)(unsigned)_mm256_movemask_epi8(_mm256_cmpeq_epi8(v, _mm256_set1_epi8('\\')))
            << at;
        m->open |=
            (uint64_t)(unsigned)_mm256_movemask_epi8(_mm256_cmpeq_epi8(low, _mm256_set1_epi8('{')))
            << at;
        m->close |=
            (uint64_t)(unsigned)_mm256_movemask_epi8(_mm256_cmpeq_epi8(low, _mm256_set1_epi8('}')))
            << at;
    }
}

__attribute__((target("avx2,popcnt,bmi"))) static const char *nest_avx2(rs_json_nest *nest,
                                                                        const char *p,
                                                                        const char *end)
{
    return nest_blocks(nest, p, end, masks_avx2);
}

static rs_json_nest_fn *const with_avx2[] = {rs_json_nest_plain, nest_sse2, nest_avx2, NULL};
static rs_json_nest_fn *const with_sse2[] = {rs_json_nest_plain, nest_sse2, NULL};

rs_json_nest_fn *const *rs_json_nest_all(void)
{
    bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("popcnt") &&
                __builtin_cpu_supports("bmi");
    return avx2 ? with_avx2 : with_sse2;
}

#else

/* Eight bytes at a time in a 64-bit word would be the next step elsewhere; bytes are correct. */
static rs_json_nest_fn *const plain_only[] = {rs_json_nest_plain, NULL};

rs_json_nest_fn *const *rs_json_nest_all(void)
{
    return plain_only;
}

#endif

rs_json_nest_fn *rs_json_nest_best(void)
{
    rs_json_nest_fn *const *all = rs_json_nest_all();
    while (all[1]) all++;
    return *all;
}
