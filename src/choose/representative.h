/* Samples of one cell that represent it: as many of each kind of picture as there is room for,
 * instead of many of the commonest. Arrays in, choices out.
 *
 * The members' vectors are clustered (k-means, k as below), each cluster gets the same share of
 * what is to be taken, none more than it has (water-filling), and inside a cluster members are
 * drawn in the order of -ln(u) / (v t), u from the member's key, v its value and
 *
 *     t = 1 / (1 + d / mean d)         d its distance to the centre of its cluster
 *
 * its typicality: odd ones come later, the most typical one is not always taken.
 *
 *     k = min(n_taken, 128, round(sqrt(n / 2)))
 *
 * Centres start at members drawn by k-means++ from at most 64 k members and are moved 10 times over
 * those; then every member goes to its nearest centre. Members are put in the order of their keys
 * first, so that the choice does not depend on the order of the arrays, and sums have one order, so
 * that it does not depend on the number of threads. */
#ifndef RS_CHOOSE_REPRESENTATIVE_H
#define RS_CHOOSE_REPRESENTATIVE_H

#include "base/err.h"
#include "run/cancel.h"

#include <stdint.h>

typedef struct rs_representative_job {
    const float *vectors; /* [any][width], row by row; finite */
    size_t width;
    const size_t *rows;   /* [n]: each member's row; SIZE_MAX = it has no vector */
    const uint64_t *keys; /* [n]: order and draw */
    const double *values; /* [n]: above 0 */
    size_t n;
    size_t n_taken; /* of them; those above n are all */
    uint64_t seed;
    size_t n_threads;  /* 0 = one per core */
    rs_cancel *cancel; /* may be NULL */
} rs_representative_job;

/* Sets taken[i] to 1 for min(n, n_taken) members, 0 for the others. Members without a vector are a
 * cluster of their own, drawn by value. *n_clusters (may be NULL): how many clusters there were.
 * Memory: 40 bytes a member, and 64 k rows.
 * Errors: RSIFT_E_NOMEM, RSIFT_E_CANCELLED. */
rsift_status rs_choose_representatives(const rs_representative_job *job, uint8_t *taken,
                                       size_t *n_clusters, rsift_error *err);

#endif
