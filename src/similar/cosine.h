/* All pairs of vectors whose cosine is at least a bound: exact, by blocked dot products on all
 * threads. Rows are read block by block, so that memory does not grow with their number. */
#ifndef RS_SIMILAR_COSINE_H
#define RS_SIMILAR_COSINE_H

#include "base/err.h"
#include "run/cancel.h"

/* Rows [begin, begin + n), each of length 1 and `width` numbers, into `out`. One thread at a
 * time. */
typedef rsift_status rs_cosine_read_fn(void *ctx, size_t begin, size_t n, float *out,
                                       rsift_error *err);

typedef struct rs_cosine_pair {
    uint32_t a, b; /* a < b */
    float score;
} rs_cosine_pair;
/* One thread at a time; a status other than RSIFT_OK ends the search and is returned. */
typedef rsift_status rs_cosine_fn(void *ctx, const rs_cosine_pair *pair, rsift_error *err);

typedef struct rs_cosine_job {
    size_t n, width; /* rows, numbers of each */
    double least;    /* cosine */
    size_t n_threads;
    size_t block_bytes; /* of each of two blocks; 0 = 64 MB */
    rs_cancel *cancel;  /* may be NULL */
    rs_cosine_read_fn *read;
    void *ctx;
} rs_cosine_job;

/* Every pair once, in an order that depends on the blocks alone. The same rows give the same scores
 * whatever the number of threads: sums have one order. RSIFT_E_LIMIT above 2^32 - 2 rows. */
rsift_status rs_cosine_pairs(const rs_cosine_job *job, rs_cosine_fn *fn, void *ctx,
                             rsift_error *err);

#endif
