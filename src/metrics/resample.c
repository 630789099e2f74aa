/* The bootstrap: resamples are drawn in parallel, each from its own random numbers, and their
 * values are collected by number, so that threads change nothing. */
#include "metrics/resample.h"

#include "base/alloc.h"
#include "base/rng.h"

#include <math.h>
#include <string.h>

typedef struct run {
    const rs_resampling *how;
    double *values;
    int next;
} run;

typedef struct resample {
    int number;
    uint32_t *weights;
    double *values;
} resample;

static rsift_status produce(void *ctx, void *item, rsift_error *err)
{
    (void)err;
    run *r = ctx;
    if (r->next >= r->how->n) return RSIFT_END;
    ((resample *)item)->number = r->next++;
    return RSIFT_OK;
}

/* Draws one resample and computes its values. Any thread. */
static rsift_status work(void *ctx, void *item, rsift_error *err)
{
    const rs_resampling *how = ((const run *)ctx)->how;
    resample *one = item;
    if (!one->weights) one->weights = rs_calloc(how->n_clusters + 1, sizeof *one->weights);
    if (!one->values) one->values = rs_calloc(how->n_values + 1, sizeof *one->values);
    if (!one->weights || !one->values) return rs_err_nomem(err, "resamples");
    /* Clusters that may be drawn start at 0, all others count once. */
    for (size_t i = 0; i < how->n_clusters; i++) one->weights[i] = 1;
    for (size_t k = 0; k < how->n_members; k++) one->weights[how->members[k]] = 0;
    /* keyed by the resample's number */
    rs_rng rng = rs_rng_of(how->seed, (rs_id){(uint64_t)one->number, 0x6170});
    for (size_t k = 0; k < how->n_members; k++)
        one->weights[how->members[rs_rng_below(&rng, how->n_members)]]++;
    return how->values_of(how->ctx, one->weights, one->values, err);
}

static rsift_status consume(void *ctx, void *item, rsift_error *err)
{
    (void)err;
    const run *r = ctx;
    const resample *one = item;
    for (size_t k = 0; k < r->how->n_values; k++)
        r->values[k * (size_t)r->how->n + (size_t)one->number] = one->values[k];
    return RSIFT_OK;
}

static void resample_fini(void *ctx, void *item)
{
    (void)ctx;
    rs_free(((resample *)item)->weights);
    rs_free(((resample *)item)->values);
}

rsift_status rs_metrics_resample(const rs_resampling *how, double *values, rsift_error *err)
{
    run r = {.how = how, .values = values};
    const rs_pipeline pipeline = {.item_size = sizeof(resample),
                                  .n_threads = how->n_threads,
                                  .ctx = &r,
                                  .cancel = how->cancel,
                                  .produce = produce,
                                  .work = work,
                                  .consume = consume,
                                  .fini = resample_fini};
    return rs_run_pipeline(&pipeline, err);
}

/* ---- intervals ------------------------------------------------------------------------------- */

static int by_value(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

/* numpy's linear interpolation between order statistics */
static double percentile(const double *sorted, size_t n, double share)
{
    const double at = share * (double)(n - 1);
    const size_t i = (size_t)at;
    if (i + 1 >= n) return sorted[n - 1];
    return sorted[i] + (at - (double)i) * (sorted[i + 1] - sorted[i]);
}

/* Moves the numbers to the front; returns how many. */
static size_t drop_nan(double *values, size_t n)
{
    size_t kept = 0;
    for (size_t i = 0; i < n; i++)
        if (!isnan(values[i])) values[kept++] = values[i];
    return kept;
}

bool rs_metrics_interval(double *values, size_t n, double bounds[2], double *p)
{
    const size_t kept = drop_nan(values, n);
    bounds[0] = bounds[1] = NAN;
    if (!kept) return false;
    qsort(values, kept, sizeof *values, by_value);
    bounds[0] = percentile(values, kept, 0.025);
    bounds[1] = percentile(values, kept, 0.975);
    if (!p) return true;
    size_t below = 0, above = 0;
    for (size_t i = 0; i < kept; i++) {
        below += values[i] <= 0;
        above += values[i] >= 0;
    }
    /* p = min(1, 2 (k + 1) / (n + 1)), k of the n resamples on the rarer side of 0 */
    const size_t k = below < above ? below : above;
    const double two_sided = 2 * (double)(k + 1) / (double)(kept + 1);
    *p = two_sided < 1 ? two_sided : 1;
    return true;
}
