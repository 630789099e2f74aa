/* The bootstrap: clusters (pictures) drawn with replacement, again and again, on all threads. The
 * k-th resample depends on the seed and k alone, never on threads. */
#ifndef RS_METRICS_RESAMPLE_H
#define RS_METRICS_RESAMPLE_H

#include "run/pipeline.h"

#include <stdint.h>

/* Values of one resample. weights [n_clusters]: how often each was drawn. Any thread. */
typedef rsift_status rs_resample_fn(void *ctx, const uint32_t *weights, double *values,
                                    rsift_error *err);

typedef struct rs_resampling {
    const uint32_t *members; /* [n_members] clusters that may be drawn; all others count once */
    size_t n_members, n_clusters;
    uint64_t seed;
    int n;             /* resamples */
    size_t n_threads;  /* 0 = one a core */
    rs_cancel *cancel; /* may be NULL */
    rs_resample_fn *values_of;
    void *ctx;
    size_t n_values;
} rs_resampling;

/* values [n_values][n]. Errors: RSIFT_E_NOMEM, RSIFT_E_CANCELLED, those of values_of. */
rsift_status rs_metrics_resample(const rs_resampling *how, double *values, rsift_error *err);

/* 95 % percentile interval of n resampled values, which are sorted in place; NaN values are left
 * out. false = no value is a number.
 *   p       may be NULL; two-sided bootstrap p of "the value is 0": min(1, 2 (k + 1) / (n + 1)), k
 *           resamples lying on the rarer side of 0. Counting the sample itself keeps p above 0.
 *   source  Phipson and Smyth 2010, "Permutation p-values should never be zero" */
bool rs_metrics_interval(double *values, size_t n, double bounds[2], double *p);

#endif
