/* Values of measures from their columns, and what chance alone would do to them: intervals by
 * drawing clusters again, paired tests for two models. */
#include "metrics/stats.h"

#include "base/alloc.h"
#include "metrics/resample.h"

#include <math.h>
#include <string.h>

/* scale * num / den, or its root; NaN when nothing counts. */
static double finish_ratio(const rs_measure *m, double num, double den)
{
    if (den == 0) return NAN;
    const double v = num / den;
    return m->scale * (m->shape == RS_MEASURE_ROOT ? sqrt(v) : v);
}

/* How often sample i counts. */
static double weight_of(const rs_draw *draw, const uint32_t *weights, size_t i)
{
    if (!draw || (draw->only && !draw->only[i])) return draw == NULL;
    return weights ? weights[draw->cluster[i]] : 1;
}

/* The mean over groups of (sum num / sum den); a sample may belong to several groups. Groups
 * without a denominator are left out. */
static double group_mean(const rs_measure *m, size_t n, const rs_draw *draw,
                         const uint32_t *weights, double *scratch)
{
    memset(scratch, 0, 2 * m->n_groups * sizeof *scratch);
    for (size_t i = 0; i < n; i++) {
        const double w = weight_of(draw, weights, i);
        if (w == 0) continue;
        const size_t begin = m->group_at ? m->group_at[i] : i;
        const size_t end = m->group_at ? m->group_at[i + 1] : i + 1;
        for (size_t k = begin; k < end; k++) {
            scratch[2 * m->group[k]] += w * m->num[i];
            scratch[2 * m->group[k] + 1] += w * (m->den ? m->den[i] : 1);
        }
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

double rs_metrics_measure(const rs_measure *m, size_t n, const rs_draw *draw,
                          const uint32_t *weights, double *scratch)
{
    if (m->shape == RS_MEASURE_FIXED) return m->value;
    if (m->shape == RS_MEASURE_GROUP_MEAN) return group_mean(m, n, draw, weights, scratch);
    double num = 0, den = 0;
    for (size_t i = 0; i < n; i++) {
        const double w = weight_of(draw, weights, i);
        if (w == 0) continue; /* a missing value may stand there */
        num += w * m->num[i];
        den += w * (m->den ? m->den[i] : 1);
    }
    return finish_ratio(m, num, den);
}

/* ---- resampling ------------------------------------------------------------------------------ */

typedef struct columns {
    const rs_measure *measures;
    size_t n_measures;
    const rs_draw *draw;
    uint32_t most_groups;
} columns;

static columns columns_of(const rs_measure *measures, size_t n_measures, const rs_draw *draw)
{
    columns c = {measures, n_measures, draw, 0};
    for (size_t k = 0; k < n_measures; k++)
        if (measures[k].n_groups > c.most_groups) c.most_groups = measures[k].n_groups;
    return c;
}

/* All measures of one resample. Any thread. */
static rsift_status values_of(void *ctx, const uint32_t *weights, double *values, rsift_error *err)
{
    const columns *c = ctx;
    double *scratch = rs_alloc((2 * (size_t)c->most_groups + 2) * sizeof *scratch);
    if (!scratch) return rs_err_nomem(err, "resamples");
    for (size_t k = 0; k < c->n_measures; k++)
        values[k] =
            c->measures[k].shape == RS_MEASURE_FIXED
                ? NAN
                : rs_metrics_measure(&c->measures[k], c->draw->n, c->draw, weights, scratch);
    rs_free(scratch);
    return RSIFT_OK;
}

/* values [n_measures][n_resamples]; *drawn = false when there are fewer than two clusters to draw
 * from. */
static rsift_status resample(columns *c, double *values, bool *drawn, rsift_error *err)
{
    const rs_draw *d = c->draw;
    uint32_t *members = rs_calloc((size_t)d->n_clusters + 1, sizeof *members);
    unsigned char *seen = rs_calloc((size_t)d->n_clusters + 1, 1);
    rsift_status status = members && seen ? RSIFT_OK : rs_err_nomem(err, "resamples");
    rs_resampling how = {.members = members,
                         .n_clusters = d->n_clusters,
                         .seed = d->seed,
                         .n = d->n_resamples,
                         .n_threads = d->n_threads,
                         .cancel = d->cancel,
                         .values_of = values_of,
                         .ctx = c,
                         .n_values = c->n_measures};
    /* Only clusters with a sample that counts may be drawn. */
    for (size_t i = 0; status == RSIFT_OK && i < d->n; i++)
        if (!d->only || d->only[i]) seen[d->cluster[i]] = 1;
    for (uint32_t k = 0; status == RSIFT_OK && k < d->n_clusters; k++)
        if (seen[k]) members[how.n_members++] = k;
    *drawn = how.n_members > 1 && how.n > 0;
    if (status == RSIFT_OK && *drawn) status = rs_metrics_resample(&how, values, err);
    rs_free(members);
    rs_free(seen);
    return status;
}

/* Values on all samples of the draw. */
static rsift_status set_values(rs_measure *measures, columns *c, rsift_error *err)
{
    double *scratch = rs_alloc((2 * (size_t)c->most_groups + 2) * sizeof *scratch);
    if (!scratch) return rs_err_nomem(err, "values");
    for (size_t k = 0; k < c->n_measures; k++) {
        rs_measure *m = &measures[k];
        if (!m->given) m->value = rs_metrics_measure(m, c->draw->n, c->draw, NULL, scratch);
        m->known = !isnan(m->value);
        if (m->shape != RS_MEASURE_FIXED) m->interval = false; /* a fixed one may bring its own */
    }
    rs_free(scratch);
    return RSIFT_OK;
}

rsift_status rs_metrics_bootstrap(rs_measure *measures, size_t n_measures, const rs_draw *draw,
                                  rsift_error *err)
{
    columns c = columns_of(measures, n_measures, draw);
    const size_t n = draw->n_resamples > 0 ? (size_t)draw->n_resamples : 0;
    bool drawn = false;
    RS_TRY(set_values(measures, &c, err));
    double *values = rs_calloc(n * n_measures + 1, sizeof *values);
    if (!values) return rs_err_nomem(err, "resamples");
    const rsift_status status = resample(&c, values, &drawn, err);
    for (size_t k = 0; status == RSIFT_OK && drawn && k < n_measures; k++) {
        rs_measure *m = &measures[k];
        double bounds[2];
        if (m->shape == RS_MEASURE_FIXED || !m->known ||
            !rs_metrics_interval(values + k * n, n, bounds, NULL))
            continue;
        m->low = bounds[0];
        m->high = bounds[1];
        m->interval = true;
    }
    rs_free(values);
    return status;
}

rsift_status rs_metrics_paired(const rs_measure *a, const rs_measure *b, const rs_draw *draw,
                               double interval[2], double *p, rsift_error *err)
{
    const rs_measure both[2] = {*a, *b};
    columns c = columns_of(both, 2, draw);
    const size_t n = draw->n_resamples > 0 ? (size_t)draw->n_resamples : 0;
    bool drawn = false;
    interval[0] = interval[1] = *p = NAN;
    double *values = rs_calloc(2 * n + 1, sizeof *values);
    if (!values) return rs_err_nomem(err, "resamples");
    const rsift_status status = resample(&c, values, &drawn, err);
    /* Both models see the same draws: the difference of each. */
    for (size_t r = 0; r < n; r++) values[r] -= values[n + r];
    if (status == RSIFT_OK && drawn) rs_metrics_interval(values, n, interval, p);
    rs_free(values);
    return status;
}

double rs_metrics_mcnemar(uint64_t b, uint64_t c)
{
    /* p = min(1, 2 sum over k <= min(b, c) of C(n, k) / 2^n), n = b + c */
    const double n = (double)(b + c), few = (double)(b < c ? b : c);
    if (b + c == 0) return 1;
    double p = 0;
    for (double k = 0; k <= few; k++)
        p += exp(lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1) - n * log(2));
    return p < 0.5 ? 2 * p : 1;
}
