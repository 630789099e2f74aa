/* splitmix64 (Steele, Lea, Flood 2014), seeded from a hash. */
#include "base/rng.h"

rs_rng rs_rng_of(uint64_t seed, rs_id id)
{
    return (rs_rng){rs_rng_key(seed, id)};
}

uint64_t rs_rng_next(rs_rng *rng)
{
    uint64_t z = rng->state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

uint64_t rs_rng_below(rs_rng *rng, uint64_t bound)
{
    /* values below 2^64 mod bound are rejected: every result is equally likely */
    uint64_t reject = (0 - bound) % bound;
    uint64_t v;
    do v = rs_rng_next(rng);
    while (v < reject);
    return v % bound;
}

double rs_rng_unit(rs_rng *rng)
{
    /* 53 bits: every result is a multiple of 2^-53 */
    return (double)(rs_rng_next(rng) >> 11) * 0x1p-53;
}

double rs_rng_open_unit(uint64_t bits)
{
    return ((double)(bits >> 11) + 0.5) * 0x1p-53;
}

uint64_t rs_rng_key(uint64_t seed, rs_id id)
{
    unsigned char bytes[24];
    uint64_t v[3] = {seed, id.hi, id.lo};
    for (size_t i = 0; i < sizeof bytes; i++) bytes[i] = (unsigned char)(v[i / 8] >> (8 * (i % 8)));
    return rs_hash64(bytes, sizeof bytes);
}
