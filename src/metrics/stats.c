#include "metrics/stats.h"

#include "base/alloc.h"
#include "base/rng.h"

#include <math.h>
#include <string.h>

static double finish(const rs_measure *m, double num, double den)
{
    if (den == 0) return NAN;
    const double v = num / den;
    return m->scale * (m->shape == RS_MEASURE_ROOT ? sqrt(v) : v);
}

static double group_mean(const rs_measure *m, size_t n, const uint32_t *weights, double *scratch)
{
    memset(scratch, 0, 2 * m->n_groups * sizeof *scratch);
    for (size_t i = 0; i < n; i++) {
        const double w = weights ? weights[i] : 1;
        if (w == 0) continue;
        scratch[2 * m->group[i]] += w * m->num[i];
        scratch[2 * m->group[i] + 1] += w * (m->den ? m->den[i] : 1);
    }
    double sum = 0;
    size_t n_groups = 0;
    for (uint32_t g = 0; g < m->n_groups; g++) {
        if (scratch[2 * g + 1] == 0) continue;
        sum += scratch[2 * g] / scratch[2 * g + 1];
        n_groups++;
    }
    return n_groups ? m->scale * sum / (double)n_groups : NAN;
}

double rs_metrics_measure(const rs_measure *m, size_t n, const uint32_t *weights, double *scratch)
{
    if (m->shape == RS_MEASURE_FIXED) return m->value;
    if (m->shape == RS_MEASURE_GROUP_MEAN) return group_mean(m, n, weights, scratch);
    double num = 0, den = 0;
    for (size_t i = 0; i < n; i++) {
        const double w = weights ? weights[i] : 1;
        if (w == 0) continue; /* a missing value may stand there */
        num += w * m->num[i];
        den += w * (m->den ? m->den[i] : 1);
    }
    return finish(m, num, den);
}

typedef struct sampler {
    uint32_t *weights, *drawn, *members; /* members: clusters that hold a chosen sample */
    size_t n, n_members;
    const uint32_t *cluster;
    const unsigned char *only;
    rs_rng rng;
    double *scratch, *values;
} sampler;

static void sampler_fini(sampler *s)
{
    rs_free(s->weights);
    rs_free(s->drawn);
    rs_free(s->members);
    rs_free(s->scratch);
    rs_free(s->values);
}

static rsift_status sampler_init(sampler *s, size_t n, const uint32_t *cluster, uint32_t n_clusters,
                                 const unsigned char *only, uint64_t seed, uint32_t most_groups,
                                 size_t n_values, rsift_error *err)
{
    *s = (sampler){.n = n, .cluster = cluster, .only = only};
    s->rng = rs_rng_of(seed, rs_hash128("bootstrap", 9));
    s->weights = rs_calloc(n + 1, sizeof *s->weights);
    s->drawn = rs_calloc((size_t)n_clusters + 1, sizeof *s->drawn);
    s->members = rs_calloc((size_t)n_clusters + 1, sizeof *s->members);
    s->scratch = rs_calloc(2 * (size_t)most_groups + 2, sizeof *s->scratch);
    s->values = rs_calloc(n_values + 1, sizeof *s->values);
    if (!s->weights || !s->drawn || !s->members || !s->scratch || !s->values) {
        sampler_fini(s);
        return rs_err_nomem(err, "resamples");
    }
    for (size_t i = 0; i < n; i++)
        if (!only || only[i]) s->drawn[cluster[i]] = 1;
    for (uint32_t c = 0; c < n_clusters; c++)
        if (s->drawn[c]) s->members[s->n_members++] = c;
    return RSIFT_OK;
}

static void draw(sampler *s)
{
    for (size_t k = 0; k < s->n_members; k++) s->drawn[s->members[k]] = 0;
    for (size_t k = 0; k < s->n_members; k++)
        s->drawn[s->members[rs_rng_below(&s->rng, s->n_members)]]++;
    for (size_t i = 0; i < s->n; i++)
        s->weights[i] = !s->only || s->only[i] ? s->drawn[s->cluster[i]] : 0;
}

static const uint32_t *plain_weights(sampler *s)
{
    if (!s->only) return NULL;
    for (size_t i = 0; i < s->n; i++) s->weights[i] = s->only[i] != 0;
    return s->weights;
}

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
    const double share = 2 * (double)(below < above ? below : above) / (double)kept;
    *p = share < 1 ? share : 1;
    return true;
}

rsift_status rs_metrics_bootstrap(rs_measure *measures, size_t n_measures, size_t n,
                                  const uint32_t *cluster, uint32_t n_clusters,
                                  const unsigned char *only, uint64_t seed, int n_resamples,
                                  rsift_error *err)
{
    uint32_t most_groups = 0;
    for (size_t k = 0; k < n_measures; k++)
        if (measures[k].n_groups > most_groups) most_groups = measures[k].n_groups;
    sampler s;
    const size_t n_draws = n_resamples > 0 ? (size_t)n_resamples : 0;
    RS_TRY(sampler_init(&s, n, cluster, n_clusters, only, seed, most_groups, n_draws * n_measures, err));
    for (size_t k = 0; k < n_measures; k++) {
        rs_measure *m = &measures[k];
        if (!m->given) m->value = rs_metrics_measure(m, n, plain_weights(&s), s.scratch);
        m->known = !isnan(m->value);
        if (m->shape != RS_MEASURE_FIXED) m->interval = false; /* a fixed one may bring its own */
    }
    if (s.n_members < 2) n_resamples = 0;
    for (int r = 0; r < n_resamples; r++) {
        draw(&s);
        for (size_t k = 0; k < n_measures; k++)
            if (measures[k].shape != RS_MEASURE_FIXED)
                s.values[k * n_draws + (size_t)r] =
                    rs_metrics_measure(&measures[k], n, s.weights, s.scratch);
    }
    for (size_t k = 0; n_resamples > 0 && k < n_measures; k++) {
        rs_measure *m = &measures[k];
        double bounds[2];
        if (m->shape == RS_MEASURE_FIXED || !m->known ||
            !rs_metrics_interval(s.values + k * n_draws, n_draws, bounds, NULL))
            continue;
        m->low = bounds[0];
        m->high = bounds[1];
        m->interval = true;
    }
    sampler_fini(&s);
    return RSIFT_OK;
}

rsift_status rs_metrics_paired(const rs_measure *a, const rs_measure *b, size_t n,
                               const uint32_t *cluster, uint32_t n_clusters,
                               const unsigned char *only, uint64_t seed, int n_resamples,
                               double interval[2], double *p, rsift_error *err)
{
    sampler s;
    interval[0] = interval[1] = *p = NAN;
    if (n_resamples < 1) return RSIFT_OK;
    RS_TRY(sampler_init(&s, n, cluster, n_clusters, only, seed,
                        a->n_groups > b->n_groups ? a->n_groups : b->n_groups, (size_t)n_resamples, err));
    for (int r = 0; r < n_resamples; r++) {
        draw(&s);
        s.values[r] = rs_metrics_measure(a, n, s.weights, s.scratch) -
                      rs_metrics_measure(b, n, s.weights, s.scratch);
    }
    if (s.n_members > 1) rs_metrics_interval(s.values, (size_t)n_resamples, interval, p);
    sampler_fini(&s);
    return RSIFT_OK;
}

double rs_metrics_mcnemar(uint64_t b, uint64_t c)
{
    const double n = (double)(b + c), few = (double)(b < c ? b : c);
    if (b + c == 0) return 1;
    double p = 0;
    for (double k = 0; k <= few; k++)
        p += exp(lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1) - n * log(2));
    return p < 0.5 ? 2 * p : 1;
}
