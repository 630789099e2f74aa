/* Average precision from matched detections, each image with a weight. The curve of a class at a
 * threshold has a point per detection that counts, in order of falling score:
 *     precision = hits so far / detections so far,   recall = hits so far / truths
 * where everything is counted with the weights of its image. */
#include "metrics/ap.h"

#include "base/alloc.h"
#include "base/buf.h"

#include <math.h>

bool rs_metrics_ap_class(rs_ap_set *set)
{
    if (!RS_VEC_RESERVE(set->classes, set->cap_classes, set->n_classes + 1)) return false;
    set->classes[set->n_classes++] = (struct rs_ap_class){set->n_marks, set->n_truths};
    return true;
}

bool rs_metrics_ap_add(rs_ap_set *set, rs_ap_mark mark)
{
    if (!RS_VEC_RESERVE(set->marks, set->cap_marks, set->n_marks + 1)) return false;
    set->marks[set->n_marks++] = mark;
    return true;
}

bool rs_metrics_ap_truths(rs_ap_set *set, uint32_t image, uint32_t n)
{
    if (!n) return true;
    if (!RS_VEC_RESERVE(set->truths, set->cap_truths, set->n_truths + 1)) return false;
    set->truths[set->n_truths++] = (rs_ap_truths){image, n};
    return true;
}

void rs_metrics_ap_fini(rs_ap_set *set)
{
    rs_free(set->marks);
    rs_free(set->truths);
    rs_free(set->classes);
    *set = (rs_ap_set){0};
}

/* A curve's points where recall grows; precision at other points is never the best at a recall. */
typedef struct curve {
    double *recall, *precision;
    size_t n;
} curve;

/* The curves of one class, one per threshold, in one pass: most marks count at every threshold. */
static void trace(const rs_ap_mark *marks, size_t n, const uint32_t *weights, int n_thresholds,
                  double n_truths, curve *out)
{
    const unsigned every = (1u << n_thresholds) - 1;
    double at_all = 0, at[RS_AP_THRESHOLDS] = {0}, hits[RS_AP_THRESHOLDS] = {0};
    for (int t = 0; t < n_thresholds; t++) out[t].n = 0;
    for (size_t i = 0; i < n; i++) {
        const double w = weights ? weights[marks[i].image] : 1;
        const unsigned counts = marks[i].counts & every;
        if (w == 0 || !counts) continue; /* an ignored detection is not counted at all */
        if (counts == every) at_all += w;
        else
            for (unsigned left = counts; left; left &= left - 1) at[__builtin_ctz(left)] += w;
        for (unsigned left = marks[i].hit & counts; left; left &= left - 1) {
            const int t = __builtin_ctz(left);
            curve *c = &out[t];
            hits[t] += w;
            c->recall[c->n] = hits[t] / n_truths;
            c->precision[c->n++] = hits[t] / (at_all + at[t]);
        }
    }
}

/* 1 / (n + 1) * sum over k = 0..n of  max precision where recall >= k / n.  n = 100 for COCO, 10
 * for VOC 2007. */
static double at_recalls(const curve *c, int n)
{
    double sum = 0, best = 0;
    size_t k = c->n;
    for (int r = n; r >= 0; r--) { /* from the right, so that `best` is the envelope */
        const double recall = r == n ? 1 : r * (1.0 / n);
        while (k > 0 && c->recall[k - 1] >= recall) {
            k--;
            if (c->precision[k] > best) best = c->precision[k];
        }
        sum += best;
    }
    return sum / (n + 1);
}

/* Area under the envelope (VOC 2010 and later):
 *     sum over points k of  (recall_k - recall_{k-1}) * max precision at points >= k */
static double area(const curve *c)
{
    double sum = 0, best = 0;
    for (size_t k = c->n; k-- > 0;) {
        if (c->precision[k] > best) best = c->precision[k];
        sum += (c->recall[k] - (k ? c->recall[k - 1] : 0)) * best;
    }
    return sum;
}

/* Weighted number of a class's truths. */
static double truths_of(const rs_ap_set *set, size_t first, size_t end, const uint32_t *weights)
{
    double n = 0;
    for (size_t i = first; i < end; i++)
        n += (double)set->truths[i].n * (weights ? weights[set->truths[i].image] : 1);
    return n;
}

/* Where the marks of a class end. */
static size_t marks_end(const rs_ap_set *set, size_t class)
{
    return class + 1 == set->n_classes ? set->n_marks : set->classes[class + 1].first_mark;
}

/* Room for the points of the largest class at every threshold; NULL = out of memory. */
static double *make_curves(const rs_ap_set *set, int n_thresholds, curve *out)
{
    size_t most = 1;
    for (size_t k = 0; k < set->n_classes; k++) {
        const size_t n = marks_end(set, k) - set->classes[k].first_mark;
        if (n > most) most = n;
    }
    double *points = rs_calloc(2 * (size_t)n_thresholds * most, sizeof *points);
    for (int t = 0; points && t < n_thresholds; t++)
        out[t] = (curve){points + 2 * (size_t)t * most, points + (2 * (size_t)t + 1) * most, 0};
    return points;
}

rsift_status rs_metrics_ap(const rs_ap_set *set, rs_ap_rule rule, const uint32_t *weights,
                           int n_thresholds, double out[RS_AP_THRESHOLDS], rsift_error *err)
{
    curve curves[RS_AP_THRESHOLDS];
    double sums[RS_AP_THRESHOLDS] = {0}, n_counted = 0;
    double *points = make_curves(set, n_thresholds, curves);
    if (!points) return rs_err_nomem(err, "curves");
    for (size_t k = 0; k < set->n_classes; k++) {
        const bool last = k + 1 == set->n_classes;
        const size_t first = set->classes[k].first_mark;
        const double n = truths_of(set, set->classes[k].first_truth,
                                   last ? set->n_truths : set->classes[k + 1].first_truth, weights);
        if (n == 0) continue; /* a class without truths has no precision, it is left out */
        n_counted++;
        trace(set->marks + first, marks_end(set, k) - first, weights, n_thresholds, n, curves);
        /* one curve per class and threshold; their averages are added up */
        for (int t = 0; t < n_thresholds; t++)
            sums[t] += rule == RS_AP_COCO    ? at_recalls(&curves[t], 100)
                       : rule == RS_AP_VOC07 ? at_recalls(&curves[t], 10)
                                             : area(&curves[t]);
    }
    for (int t = 0; t < n_thresholds; t++) out[t] = n_counted > 0 ? sums[t] / n_counted : NAN;
    rs_free(points);
    return RSIFT_OK;
}
