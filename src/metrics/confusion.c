/* Measures of label maps from the sums of each class. For a class with t pixels in the truth, p in
 * the prediction and b in both (n pixels in all):
 *     IoU = b / (t + p - b)    precision = b / p    recall = b / t    F1 = 2 b / (t + p)
 * each with the epsilon of the rule in its denominator. */
#include "metrics/confusion.h"

#include "base/alloc.h"
#include "base/rng.h"
#include "metrics/stats.h"

#include <math.h>
#include <string.h>

/* NaN where there is nothing to divide by. */
static double ratio(double num, double den)
{
    return den == 0 ? NAN : num / den;
}

static double iou_of(rs_confusion_sums s, double eps)
{
    return ratio((double)s.both, (double)(s.truth + s.predicted - s.both) + eps);
}

rs_confusion_rates rs_metrics_confusion_class(rs_confusion_sums s, const rs_confusion_rule *rule)
{
    rs_confusion_rates out = {.iou = iou_of(s, rule->eps_iou),
                              .precision =
                                  ratio((double)s.both, (double)s.predicted + rule->eps_rates),
                              .recall = ratio((double)s.both, (double)s.truth + rule->eps_rates)};
    /* the two agree but for the epsilons */
    if (rule->f1_of_rates)
        out.f1 =
            ratio(2 * out.recall * out.precision, out.recall + out.precision + rule->eps_rates);
    else out.f1 = ratio(2 * (double)s.both, (double)(s.truth + s.predicted));
    return out;
}

/* A mean over the values that are defined. */
typedef struct mean {
    double sum;
    size_t n;
} mean;

static void add_to_mean(mean *m, double v)
{
    if (isnan(v)) return;
    m->sum += v;
    m->n++;
}

static double value_of(const mean *m)
{
    return m->n ? m->sum / (double)m->n : NAN;
}

/* Cohen's kappa:  1 - observed / expected disagreement
 *     observed = (n - right) / n,   expected = (n * n - chance) / (n * n)
 * with chance the sum over classes of t * p. NaN when chance alone is always right. */
static double kappa_of(double right, double chance, double all, double eps)
{
    return 1 - ratio(all - right, (all * all - chance) / (all + eps) + eps);
}

void rs_metrics_confusion(const rs_confusion_sums *classes, size_t n, int64_t n_pixels,
                          const rs_confusion_rule *rule, size_t focus, double out[RS_CONFUSION_N])
{
    const double all = (double)n_pixels;
    double right = 0, chance = 0, weighted = 0;
    mean iou = {0}, f1 = {0};
    for (size_t c = 0; c < n; c++) {
        const rs_confusion_sums s = classes[c];
        const rs_confusion_rates rates = rs_metrics_confusion_class(s, rule);
        right += (double)s.both;
        chance += (double)s.truth * (double)s.predicted;
        add_to_mean(&iou, iou_of(s, rule->eps_mean_iou));
        add_to_mean(&f1, rates.f1);
        /* weighted IoU = sum of t / n * IoU */
        if (s.truth > 0) weighted += (double)s.truth / (all + rule->eps_accuracy) * rates.iou;
    }
    for (int k = 0; k < RS_CONFUSION_N; k++) out[k] = NAN;
    if (n_pixels <= 0) return; /* everything is undefined */
    out[RS_CONFUSION_MEAN_IOU] = value_of(&iou);
    out[RS_CONFUSION_ACCURACY] = right / (all + rule->eps_accuracy);
    out[RS_CONFUSION_MEAN_F1] = value_of(&f1);
    out[RS_CONFUSION_KAPPA] = kappa_of(right, chance, all, rule->eps_kappa);
    out[RS_CONFUSION_WEIGHTED_IOU] = weighted;
    if (focus >= n) return;
    const rs_confusion_rates rates = rs_metrics_confusion_class(classes[focus], rule);
    out[RS_CONFUSION_F1] = rates.f1;
    out[RS_CONFUSION_IOU] = rates.iou;
    out[RS_CONFUSION_PRECISION] = rates.precision;
    out[RS_CONFUSION_RECALL] = rates.recall;
}

/* ---- intervals ------------------------------------------------------------------------------- */

/* Draws n pictures with replacement: drawn[i] = how often picture i. */
static void draw(rs_rng *rng, size_t n, uint32_t *drawn)
{
    memset(drawn, 0, n * sizeof *drawn);
    for (size_t i = 0; i < n; i++) drawn[rs_rng_below(rng, n)]++;
}

/* Measures of the drawn pictures: their sums, each as often as it was drawn. */
static void measure_drawn(const rs_confusion_set *set, const uint32_t *drawn,
                          const rs_confusion_rule *rule, size_t focus, rs_confusion_sums *sums,
                          double out[RS_CONFUSION_N])
{
    int64_t n_pixels = 0;
    memset(sums, 0, set->n_classes * sizeof *sums);
    for (size_t i = 0; i < set->n; i++) {
        const int64_t times = drawn[i]; /* sums are linear: no pixel is counted again */
        if (!times) continue;
        n_pixels += times * set->n_pixels[i];
        for (size_t k = set->begin[i]; k < set->begin[i + 1]; k++) {
            const rs_confusion_part *p = &set->parts[k];
            rs_confusion_sums *s = &sums[p->class];
            s->truth += times * p->sums.truth;
            s->predicted += times * p->sums.predicted;
            s->both += times * p->sums.both;
        }
    }
    rs_metrics_confusion(sums, set->n_classes, n_pixels, rule, focus, out);
}

/* What one bootstrap needs. */
typedef struct resampler {
    double *values; /* [n_values] */
    uint32_t *drawn;
    rs_confusion_sums *sums;
    rs_rng rng;
} resampler;

static void resampler_fini(resampler *r)
{
    rs_free(r->values);
    rs_free(r->drawn);
    rs_free(r->sums);
}

static rsift_status resampler_init(resampler *r, size_t n, size_t n_classes, size_t n_values,
                                   uint64_t seed, rsift_error *err)
{
    *r = (resampler){.values = rs_calloc(n_values, sizeof *r->values),
                     .drawn = rs_calloc(n, sizeof *r->drawn),
                     .sums = rs_calloc(n_classes + 1, sizeof *r->sums)};
    r->rng = rs_rng_of(seed, rs_hash128("bootstrap", 9));
    if (r->values && r->drawn && r->sums) return RSIFT_OK;
    resampler_fini(r);
    return rs_err_nomem(err, "resamples");
}

rsift_status rs_metrics_confusion_bootstrap(const rs_confusion_set *set,
                                            const rs_confusion_rule *rule, size_t focus,
                                            uint64_t seed, int n_resamples,
                                            double low[RS_CONFUSION_N], double high[RS_CONFUSION_N],
                                            rsift_error *err)
{
    for (int k = 0; k < RS_CONFUSION_N; k++) low[k] = high[k] = NAN;
    if (n_resamples < 1 || set->n < 2) return RSIFT_OK;
    const size_t n = (size_t)n_resamples;
    resampler r;
    RS_TRY(resampler_init(&r, set->n, set->n_classes, n * RS_CONFUSION_N, seed, err));
    for (size_t i = 0; i < n; i++) {
        double one[RS_CONFUSION_N];
        draw(&r.rng, set->n, r.drawn);
        measure_drawn(set, r.drawn, rule, focus, r.sums, one);
        /* values of one measure lie together, for its percentiles */
        for (size_t k = 0; k < RS_CONFUSION_N; k++) r.values[k * n + i] = one[k];
    }
    for (size_t k = 0; k < RS_CONFUSION_N; k++) {
        double ends[2];
        if (!rs_metrics_interval(r.values + k * n, n, ends, NULL)) continue;
        low[k] = ends[0];
        high[k] = ends[1];
    }
    resampler_fini(&r);
    return RSIFT_OK;
}

rsift_status rs_metrics_confusion_paired(const rs_confusion_set *a, const rs_confusion_set *b,
                                         const rs_confusion_rule *rule, size_t focus,
                                         rs_confusion_measure measure, uint64_t seed,
                                         int n_resamples, double interval[2], double *p,
                                         rsift_error *err)
{
    interval[0] = interval[1] = *p = NAN;
    if (n_resamples < 1 || a->n < 2 || a->n != b->n) return RSIFT_OK;
    const size_t n = (size_t)n_resamples;
    resampler r;
    RS_TRY(resampler_init(&r, a->n, a->n_classes > b->n_classes ? a->n_classes : b->n_classes, n,
                          seed, err));
    for (size_t i = 0; i < n; i++) {
        double first[RS_CONFUSION_N], second[RS_CONFUSION_N];
        /* the same pictures for both models: that is what pairs them */
        draw(&r.rng, a->n, r.drawn);
        measure_drawn(a, r.drawn, rule, focus, r.sums, first);
        measure_drawn(b, r.drawn, rule, focus, r.sums, second);
        r.values[i] = first[measure] - second[measure];
    }
    rs_metrics_interval(r.values, n, interval, p);
    resampler_fini(&r);
    return RSIFT_OK;
}
