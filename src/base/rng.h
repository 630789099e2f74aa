/* Randomness keyed by what it is for, so that results never depend on order or threads. */
#ifndef RS_BASE_RNG_H
#define RS_BASE_RNG_H

#include "base/hash.h"

typedef struct rs_rng {
    uint64_t state;
} rs_rng;

/* A generator for (seed, id): the same pair gives the same numbers everywhere. */
rs_rng rs_rng_of(uint64_t seed, rs_id id);
uint64_t rs_rng_next(rs_rng *rng);                  /* splitmix64 */
uint64_t rs_rng_below(rs_rng *rng, uint64_t bound); /* [0, bound), unbiased; bound > 0 */
double rs_rng_unit(rs_rng *rng);                    /* [0, 1) with 53 bits */
double rs_rng_open_unit(uint64_t bits);             /* (0, 1) of 64 random bits: for a log */
/* Sort key of a sample in a shuffled output. */
uint64_t rs_rng_key(uint64_t seed, rs_id id);

#endif
