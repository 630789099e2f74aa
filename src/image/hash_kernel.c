/* The loops over pixels of image/hash.h: one plain form, and the same with wider vectors; which of
 * them runs changes no bit. All but one are written once and left to the compiler. Bytes that
 * lie three apart it handles badly, so that L of RGB is written by hand:
 *   (R + 2G + B + 2) >> 2 = (((R + B) >> 1) + G + 1) >> 1
 * because the bit that is dropped, (R + B) & 1, is too small to change the rounding. */
#include "image/hash_parts.h"

#define RS_FORCE_INLINE __attribute__((always_inline)) static inline

RS_FORCE_INLINE void luma_of(const uint8_t *restrict rgb, size_t n, uint8_t *restrict luma)
{
    for (size_t x = 0; x < n; x++)
        luma[x] = (uint8_t)((rgb[3 * x] + 2 * rgb[3 * x + 1] + rgb[3 * x + 2] + 2) >> 2);
}

RS_FORCE_INLINE void range_of(const uint8_t *luma, size_t n, uint8_t *least, uint8_t *most)
{
    uint8_t low = UINT8_MAX, high = 0;
    for (size_t x = 0; x < n; x++) {
        low = luma[x] < low ? luma[x] : low;
        high = luma[x] > high ? luma[x] : high;
    }
    *least = low;
    *most = high;
}

RS_FORCE_INLINE void add_weighted(uint32_t *restrict columns, const uint8_t *restrict luma,
                                  size_t n, uint16_t weight)
{
    for (size_t x = 0; x < n; x++) columns[x] += (uint16_t)(luma[x] * weight);
}

RS_FORCE_INLINE rs_image_laplacian laplacian_of(const uint8_t *above, const uint8_t *row,
                                                const uint8_t *below, size_t n)
{
    rs_image_laplacian sums = {0};
    for (size_t x = 0; x < n; x++) {
        const int16_t d =
            (int16_t)(above[x] + below[x] + row[(ptrdiff_t)x - 1] + row[x + 1] - 4 * row[x]);
        sums.sum += d;
        sums.squares += d * d; /* at most 1020^2 */
    }
    return sums;
}

RS_FORCE_INLINE size_t busy_from(const uint8_t *luma, const uint8_t *state, uint8_t level, size_t x,
                                 size_t n)
{
    for (; x + RS_IMAGE_IDLE <= n; x += RS_IMAGE_IDLE) {
        uint8_t busy = 0;
        for (size_t i = 0; i < RS_IMAGE_IDLE; i++) busy |= state[x + i] | (luma[x + i] == level);
        if (busy) break;
    }
    return x;
}

/* ---- plain ---- */

static void luma_plain(const uint8_t *rgb, size_t n, uint8_t *luma)
{
    luma_of(rgb, n, luma);
}

static void range_plain(const uint8_t *luma, size_t n, uint8_t *least, uint8_t *most)
{
    range_of(luma, n, least, most);
}

static void add_plain(uint32_t *columns, const uint8_t *luma, size_t n, uint16_t weight)
{
    add_weighted(columns, luma, n, weight);
}

static rs_image_laplacian laplacian_plain(const uint8_t *above, const uint8_t *row,
                                          const uint8_t *below, size_t n)
{
    return laplacian_of(above, row, below, n);
}

static size_t busy_plain(const uint8_t *luma, const uint8_t *state, uint8_t level, size_t x,
                         size_t n)
{
    return busy_from(luma, state, level, x, n);
}

static const rs_image_kernel plain = {luma_plain, range_plain, add_plain, laplacian_plain,
                                      busy_plain};

#if defined(__x86_64__)
#include <immintrin.h>

/* ---- 16 bytes ---- */

/* Four times each byte goes to the place that a perfect shuffle of 48 gives it: then all of red, of
 * green and of blue are together. */
__attribute__((target("sse2"))) static void luma_sse2(const uint8_t *rgb, size_t n, uint8_t *luma)
{
    size_t x = 0;
    for (; x + 16 <= n; x += 16) {
        const __m128i *from = (const __m128i *)(const void *)(rgb + 3 * x);
        __m128i a = _mm_loadu_si128(from), b = _mm_loadu_si128(from + 1),
                c = _mm_loadu_si128(from + 2);
        for (int k = 0; k < 4; k++) {
            const __m128i d = _mm_unpacklo_epi8(a, _mm_unpackhi_epi64(b, b));
            const __m128i e = _mm_unpacklo_epi8(_mm_unpackhi_epi64(a, a), c);
            c = _mm_unpacklo_epi8(b, _mm_unpackhi_epi64(c, c));
            a = d;
            b = e;
        }
        const __m128i odd = _mm_and_si128(_mm_xor_si128(a, c), _mm_set1_epi8(1));
        const __m128i half = _mm_sub_epi8(_mm_avg_epu8(a, c), odd);
        _mm_storeu_si128((__m128i *)(void *)(luma + x), _mm_avg_epu8(half, b));
    }
    luma_of(rgb + 3 * x, n - x, luma + x);
}

static const rs_image_kernel with_sse2 = {luma_sse2, range_plain, add_plain, laplacian_plain,
                                          busy_plain};

/* ---- 32 bytes ---- */

/* 16 bytes at p, and 16 that are 48 further. */
__attribute__((target("avx2"))) static inline __m256i load_pair(const uint8_t *p)
{
    const __m128i low = _mm_loadu_si128((const __m128i *)(const void *)p);
    const __m128i high = _mm_loadu_si128((const __m128i *)(const void *)(p + 48));
    return _mm256_inserti128_si256(_mm256_castsi128_si256(low), high, 1);
}

/* Of 48 bytes in three registers every place holds each colour once: 16 = 1 modulo 3. Two blends
 * gather a colour, a shuffle puts it into order. */
__attribute__((target("avx2"))) static void luma_avx2(const uint8_t *rgb, size_t n, uint8_t *luma)
{
#define TWICE(...) _mm256_setr_epi8(__VA_ARGS__, __VA_ARGS__)
    const __m256i first = TWICE(-1, 0, 0, -1, 0, 0, -1, 0, 0, -1, 0, 0, -1, 0, 0, -1);
    const __m256i second = TWICE(0, -1, 0, 0, -1, 0, 0, -1, 0, 0, -1, 0, 0, -1, 0, 0);
    const __m256i third = TWICE(0, 0, -1, 0, 0, -1, 0, 0, -1, 0, 0, -1, 0, 0, -1, 0);
    const __m256i red = TWICE(0, 3, 6, 9, 12, 15, 2, 5, 8, 11, 14, 1, 4, 7, 10, 13);
    const __m256i green = TWICE(1, 4, 7, 10, 13, 0, 3, 6, 9, 12, 15, 2, 5, 8, 11, 14);
    const __m256i blue = TWICE(2, 5, 8, 11, 14, 1, 4, 7, 10, 13, 0, 3, 6, 9, 12, 15);
#undef TWICE
    size_t x = 0;
    for (; x + 32 <= n; x += 32) {
        const uint8_t *from = rgb + 3 * x;
        const __m256i a = load_pair(from), b = load_pair(from + 16), c = load_pair(from + 32);
        __m256i r = _mm256_blendv_epi8(_mm256_blendv_epi8(a, b, third), c, second);
        __m256i g = _mm256_blendv_epi8(_mm256_blendv_epi8(a, b, first), c, third);
        __m256i u = _mm256_blendv_epi8(_mm256_blendv_epi8(a, b, second), c, first);
        r = _mm256_shuffle_epi8(r, red);
        g = _mm256_shuffle_epi8(g, green);
        u = _mm256_shuffle_epi8(u, blue);
        const __m256i odd = _mm256_and_si256(_mm256_xor_si256(r, u), _mm256_set1_epi8(1));
        const __m256i half = _mm256_sub_epi8(_mm256_avg_epu8(r, u), odd);
        _mm256_storeu_si256((__m256i *)(void *)(luma + x), _mm256_avg_epu8(half, g));
    }
    luma_of(rgb + 3 * x, n - x, luma + x);
}

__attribute__((target("avx2"))) static void range_avx2(const uint8_t *luma, size_t n,
                                                       uint8_t *least, uint8_t *most)
{
    range_of(luma, n, least, most);
}

__attribute__((target("avx2"))) static void add_avx2(uint32_t *columns, const uint8_t *luma,
                                                     size_t n, uint16_t weight)
{
    add_weighted(columns, luma, n, weight);
}

__attribute__((target("avx2"))) static rs_image_laplacian laplacian_avx2(const uint8_t *above,
                                                                         const uint8_t *row,
                                                                         const uint8_t *below,
                                                                         size_t n)
{
    return laplacian_of(above, row, below, n);
}

__attribute__((target("avx2"))) static size_t busy_avx2(const uint8_t *luma, const uint8_t *state,
                                                        uint8_t level, size_t x, size_t n)
{
    return busy_from(luma, state, level, x, n);
}

static const rs_image_kernel with_avx2 = {luma_avx2, range_avx2, add_avx2, laplacian_avx2,
                                          busy_avx2};

static const rs_image_kernel *const all[] = {&plain, &with_sse2, &with_avx2};

size_t rs_image_kernels(const rs_image_kernel *const **out)
{
    *out = all;
    return __builtin_cpu_supports("avx2") ? 3 : 2;
}

#else

static const rs_image_kernel *const all[] = {&plain};

size_t rs_image_kernels(const rs_image_kernel *const **out)
{
    *out = all;
    return 1;
}

#endif

const rs_image_kernel *rs_image_best_kernel(void)
{
    const rs_image_kernel *const *kernels;
    const size_t n = rs_image_kernels(&kernels);
    return kernels[n - 1];
}

void rs_image_luma(const uint8_t *rgb, size_t n, uint8_t *luma)
{
    rs_image_best_kernel()->luma(rgb, n, luma);
}
