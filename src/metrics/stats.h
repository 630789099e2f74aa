/* How sure a number is: measures as ratios of sums over samples, so that subsets, bootstrap
 * intervals and paired comparisons all come from the same columns. */
#ifndef RS_METRICS_STATS_H
#define RS_METRICS_STATS_H

#include "metrics/resample.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum rs_measure_shape {
    RS_MEASURE_RATIO,      /* sum num / sum den */
    RS_MEASURE_GROUP_MEAN, /* mean over groups of (sum num / sum den) */
    RS_MEASURE_ROOT,       /* square root of the ratio */
    RS_MEASURE_FIXED, /* `value` was computed elsewhere, and so was its interval if it has one */
} rs_measure_shape;

enum { RS_MEASURE_NAME = 32 };
typedef struct rs_measure {
    char name[RS_MEASURE_NAME];
    rs_measure_shape shape;
    const double *num, *den; /* [n]; den NULL = 1 */
    const uint32_t *group;   /* [n] for GROUP_MEAN */
    const size_t *group_at;  /* [n + 1] not NULL: groups of sample i are group[group_at[i]] ... */
    uint32_t n_groups;
    double scale; /* 100 for percentages */
    double value, low, high;
    bool known;       /* value is a number */
    bool interval;    /* low and high are set */
    const char *note; /* why the value is what it is, shown beside it; NULL = nothing to say */
    bool given;       /* value stays as the kernel computed it (numpy's order of sums) */
} rs_measure;

/* What is drawn from. */
typedef struct rs_draw {
    size_t n; /* samples */
    const uint32_t
        *cluster; /* [n] samples with the same number (one image's questions) are drawn together */
    uint32_t n_clusters;
    const unsigned char *only; /* [n] 0 = left out; NULL = all */
    uint64_t seed;
    int n_resamples; /* 0 = values only */
    size_t n_threads;
    rs_cancel *cancel; /* may be NULL */
} rs_draw;

/* Value from the columns.
 *   draw     NULL = every sample once; else those of `only`
 *   weights  [n_clusters] how often each cluster counts, NULL = once
 *   scratch  2 * n_groups numbers for GROUP_MEAN; NaN when nothing counts */
double rs_metrics_measure(const rs_measure *m, size_t n, const rs_draw *draw,
                          const uint32_t *weights, double *scratch);

/* Sets value (unless given or FIXED) and the 95 % percentile interval (unless FIXED) of every
 * measure. Deterministic for a seed. Errors: RSIFT_E_NOMEM, RSIFT_E_CANCELLED. */
rsift_status rs_metrics_bootstrap(rs_measure *measures, size_t n_measures, const rs_draw *draw,
                                  rsift_error *err);

/* Interval of value(a) - value(b) for two models on the same samples; columns as above.
 * *p: two-sided bootstrap p as in rs_metrics_interval. */
rsift_status rs_metrics_paired(const rs_measure *a, const rs_measure *b, const rs_draw *draw,
                               double interval[2], double *p, rsift_error *err);

/* McNemar's exact two-sided p for b samples that only the first and c that only the second model
 * got right. */
double rs_metrics_mcnemar(uint64_t b, uint64_t c);

#endif
