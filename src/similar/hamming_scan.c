/* The innermost loop of the search: half of each candidate is compared, which turns nearly all
 * away. One plain form, one for processors that count bits, one for those that count eight words
 * at once. */
#include "similar/hamming_parts.h"

static inline __attribute__((always_inline)) size_t scan(const uint64_t *const check[2], size_t n,
                                                         const uint64_t query[2], unsigned radius,
                                                         uint16_t *out)
{
    const uint64_t q0 = query[0], q1 = query[1];
    size_t found = 0;
    for (size_t i = 0; i < n; i++) {
        const int bits =
            __builtin_popcountll(check[0][i] ^ q0) + __builtin_popcountll(check[1][i] ^ q1);
        out[found] = (uint16_t)i;
        found += (unsigned)bits <= radius;
    }
    return found;
}

static size_t scan_plain(const uint64_t *const check[2], size_t n, const uint64_t query[2],
                         unsigned radius, uint16_t *out)
{
    return scan(check, n, query, radius, out);
}

#if defined(__x86_64__)
#include <immintrin.h>

__attribute__((target("popcnt"))) static size_t scan_popcnt(const uint64_t *const check[2],
                                                            size_t n, const uint64_t query[2],
                                                            unsigned radius, uint16_t *out)
{
    return scan(check, n, query, radius, out);
}

__attribute__((target("avx512f,avx512vpopcntdq,popcnt,bmi"))) static size_t scan_avx512(
    const uint64_t *const check[2], size_t n, const uint64_t query[2], unsigned radius,
    uint16_t *out)
{
    const __m512i q0 = _mm512_set1_epi64((long long)query[0]);
    const __m512i q1 = _mm512_set1_epi64((long long)query[1]);
    const __m512i most = _mm512_set1_epi64((long long)radius);
    size_t found = 0;
    for (size_t i = 0; i < n; i += 8) {
        const __mmask8 there = (__mmask8)(n - i >= 8 ? 0xff : (1u << (n - i)) - 1);
        const __m512i a = _mm512_maskz_loadu_epi64(there, check[0] + i);
        const __m512i b = _mm512_maskz_loadu_epi64(there, check[1] + i);
        const __m512i bits = _mm512_add_epi64(_mm512_popcnt_epi64(_mm512_xor_si512(a, q0)),
                                              _mm512_popcnt_epi64(_mm512_xor_si512(b, q1)));
        unsigned near = _mm512_mask_cmple_epu64_mask(there, bits, most);
        for (; near; near &= near - 1) out[found++] = (uint16_t)(i + (unsigned)__builtin_ctz(near));
    }
    return found;
}

static rs_hamming_scan_fn *const with_avx512[] = {scan_plain, scan_popcnt, scan_avx512, NULL};
static rs_hamming_scan_fn *const with_popcnt[] = {scan_plain, scan_popcnt, NULL};
static rs_hamming_scan_fn *const plain_only[] = {scan_plain, NULL};

rs_hamming_scan_fn *const *rs_hamming_scan_all(void)
{
    if (!__builtin_cpu_supports("popcnt")) return plain_only;
    const bool wide = __builtin_cpu_supports("avx512f") &&
                      __builtin_cpu_supports("avx512vpopcntdq") && __builtin_cpu_supports("bmi");
    return wide ? with_avx512 : with_popcnt;
}

#else

static rs_hamming_scan_fn *const plain_only[] = {scan_plain, NULL};

rs_hamming_scan_fn *const *rs_hamming_scan_all(void)
{
    return plain_only;
}

#endif

rs_hamming_scan_fn *rs_hamming_scan_best(void)
{
    rs_hamming_scan_fn *const *all = rs_hamming_scan_all();
    while (all[1]) all++;
    return *all;
}
