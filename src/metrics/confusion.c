#include "metrics/confusion.h"

#include "base/alloc.h"
#include "base/rng.h"
#include "metrics/stats.h"

#include <math.h>
#include <string.h>

void rs_metrics_confusion_add(const int64_t *hist, size_t n, size_t stride, rs_confusion_sums *classes,
                              int64_t *n_pixels)
{
    for (size_t t = 0; t < n; t++) {
        for (size_t p = 0; p < stride; p++) {
            const int64_t v = hist[t * stride + p];
            classes[t].truth += v;
            if (p < n) classes[p].said += v;
            *n_pixels += v;
        }
        classes[t].both += hist[t * stride + t];
    }
}

static double ratio(double num, double den)
{
    return den == 0 ? NAN : num / den;
}

static double iou_of(rs_confusion_sums s, double eps)
{
    return ratio((double)s.both, (double)(s.truth + s.said - s.both) + eps);
}

rs_confusion_rates rs_metrics_confusion_class(rs_confusion_sums s, const rs_confusion_rule *rule)
{
    rs_confusion_rates out = {.iou = iou_of(s, rule->eps_iou),
                              .precision = ratio((double)s.both, (double)s.said + rule->eps_rates),
                              .recall = ratio((double)s.both, (double)s.truth + rule->eps_rates)};
    if (rule->f1_of_rates)
        out.f1 = ratio(2 * out.recall * out.precision, out.recall + out.precision + rule->eps_rates);
    else
        out.f1 = ratio(2 * (double)s.both, (double)(s.truth + s.said));
    return out;
}

typedef struct mean {
    double sum;
    size_t n;
} mean;

static void take(mean *m, double v)
{
    if (isnan(v)) return;
    m->sum += v;
    m->n++;
}

static double of(const mean *m)
{
    return m->n ? m->sum / (double)m->n : NAN;
}

/* 1 - observed / expected disagreement; undefined when chance alone is always right.
 *   chance  sum over classes of truth * said */
static double kappa_of(double right, double chance, double all, double eps)
{
    return 1 - ratio(all - right, (all * all - chance) / (all + eps) + eps);
}

void rs_metrics_confusion(const rs_confusion_sums *classes, size_t n, int64_t n_pixels, const rs_confusion_rule *rule,
                          size_t focus, double out[RS_CONFUSION_N])
{
    const double all = (double)n_pixels;
    double right = 0, chance = 0, weighted = 0;
    mean iou = {0}, f1 = {0};
    for (size_t c = 0; c < n; c++) {
        const rs_confusion_sums s = classes[c];
        const rs_confusion_rates rates = rs_metrics_confusion_class(s, rule);
        right += (double)s.both;
        chance += (double)s.truth * (double)s.said;
        take(&iou, iou_of(s, rule->eps_mean_iou));
        take(&f1, rates.f1);
        if (s.truth > 0) weighted += (double)s.truth / (all + rule->eps_accuracy) * rates.iou;
    }
    for (int k = 0; k < RS_CONFUSION_N; k++) out[k] = NAN;
    if (n_pixels <= 0) return;
    out[RS_CONFUSION_MEAN_IOU] = of(&iou);
    out[RS_CONFUSION_ACCURACY] = right / (all + rule->eps_accuracy);
    out[RS_CONFUSION_MEAN_F1] = of(&f1);
    out[RS_CONFUSION_KAPPA] = kappa_of(right, chance, all, rule->eps_kappa);
    out[RS_CONFUSION_WEIGHTED_IOU] = weighted;
    if (focus >= n) return;
    const rs_confusion_rates rates = rs_metrics_confusion_class(classes[focus], rule);
    out[RS_CONFUSION_F1] = rates.f1;
    out[RS_CONFUSION_IOU] = rates.iou;
    out[RS_CONFUSION_PRECISION] = rates.precision;
    out[RS_CONFUSION_RECALL] = rates.recall;
}

/* ---- intervals ------------------------------------------------------------------------------------- */

static void draw(const rs_confusion_set *set, rs_rng *rng, uint32_t *drawn, rs_confusion_sums *sums, int64_t *n_pixels)
{
    memset(drawn, 0, set->n * sizeof *drawn);
    memset(sums, 0, set->n_classes * sizeof *sums);
    *n_pixels = 0;
    for (size_t i = 0; i < set->n; i++) drawn[rs_rng_below(rng, set->n)]++;
    for (size_t i = 0; i < set->n; i++) {
        const int64_t times = drawn[i];
        if (!times) continue;
        *n_pixels += times * set->n_pixels[i];
        for (size_t k = set->begin[i]; k < set->begin[i + 1]; k++) {
            const rs_confusion_part *p = &set->parts[k];
            rs_confusion_sums *s = &sums[p->class];
            s->truth += times * p->sums.truth;
            s->said += times * p->sums.said;
            s->both += times * p->sums.both;
        }
    }
}

rsift_status rs_metrics_confusion_bootstrap(const rs_confusion_set *set, const rs_confusion_rule *rule, size_t focus,
                                            uint64_t seed, int n_resamples, double low[RS_CONFUSION_N],
                                            double high[RS_CONFUSION_N], rsift_error *err)
{
    for (int k = 0; k < RS_CONFUSION_N; k++) low[k] = high[k] = NAN;
    if (n_resamples < 1 || set->n < 2) return RSIFT_OK;
    const size_t n = (size_t)n_resamples;
    double *values = rs_calloc(n * RS_CONFUSION_N, sizeof *values);
    uint32_t *drawn = rs_calloc(set->n, sizeof *drawn);
    rs_confusion_sums *sums = rs_calloc(set->n_classes + 1, sizeof *sums);
    const bool good = values && drawn && sums;
    rs_rng rng = rs_rng_of(seed, rs_hash128("bootstrap", 9));
    for (size_t r = 0; good && r < n; r++) {
        int64_t n_pixels;
        double one[RS_CONFUSION_N];
        draw(set, &rng, drawn, sums, &n_pixels);
        rs_metrics_confusion(sums, set->n_classes, n_pixels, rule, focus, one);
        for (size_t k = 0; k < RS_CONFUSION_N; k++) values[k * n + r] = one[k];
    }
    for (size_t k = 0; good && k < RS_CONFUSION_N; k++) {
        double ends[2];
        if (!rs_metrics_interval(values + k * n, n, ends)) continue;
        low[k] = ends[0];
        high[k] = ends[1];
    }
    rs_free(values);
    rs_free(drawn);
    rs_free(sums);
    return good ? RSIFT_OK : rs_err_nomem(err, "resamples");
}
