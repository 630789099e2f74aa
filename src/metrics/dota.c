/* AP as DOTA_devkit and mmrotate compute it. A detection matched to a difficult truth is neither
 * right nor wrong. The two differ: the devkit wants IoU > threshold and computes it only where the
 * axis-aligned hulls overlap, with +1 on their sides; mmrotate wants IoU >= threshold. Both match a
 * detection to its best truth, used or not: the second detection of a truth is wrong. */
#include "metrics/detect.h"

#include "base/alloc.h"
#include "geom/box.h"
#include "geom/obb.h"

#include <math.h>

/* 1 / 11 * sum over r = 0, 0.1 .. 1 of  max precision where recall >= r. */
double rs_metrics_voc07(const double *recall, const double *precision, size_t n)
{
    double ap = 0;
    for (int i = 0; i <= 10; i++) {
        double p = 0;
        for (size_t k = 0; k < n; k++)
            if (recall[k] >= i * 0.1 && precision[k] > p) p = precision[k];
        ap += p / 11;
    }
    return ap;
}

/* Area under the monotone envelope between (0, 0) and (1, 0):
 *     sum over points k of  (recall_k - recall_{k-1}) * max precision at points >= k */
double rs_metrics_voc12(const double *recall, const double *precision, size_t n)
{
    double ap = 0, best = 0;
    for (size_t k = n; k-- > 0;) {
        if (precision[k] > best) best = precision[k];
        const double before = k ? recall[k - 1] : 0;
        if (recall[k] != before) ap += (recall[k] - before) * best;
    }
    return ap;
}

typedef struct ranked {
    double score;
    size_t i;
} ranked;

static int by_score(const void *a, const void *b)
{
    const ranked *x = a, *y = b;
    if (x->score != y->score) return x->score > y->score ? -1 : 1;
    return x->i < y->i ? -1 : x->i > y->i;
}

/* The axis-aligned hull of a box. */
static void hull_of(const rs_dota_box *b, bool oriented, double box[4])
{
    if (oriented) rs_geom_box_of_points(b->xy, 4, box);
    else memcpy(box, b->xy, 4 * sizeof *box);
}

/* IoU of a detection and a truth under the rule; -infinity where the devkit does not compute it. */
static double iou_of(const rs_dota_box *found, const rs_dota_box *truth, rs_dota_rule rule)
{
    const bool oriented = rule != RS_DOTA_TASK2;
    double a[4], b[4], inter, total;
    if (rule == RS_DOTA_MMROTATE) return rs_geom_polygon_iou(truth->xy, 4, found->xy, 4);
    hull_of(found, oriented, a);
    hull_of(truth, oriented, b);
    rs_geom_box_overlap(a, b, 1, &inter, &total);
    const double boxes = total != 0 ? inter / total : 0;
    if (!oriented) return boxes;
    return boxes > 0 ? rs_geom_polygon_iou(truth->xy, 4, found->xy, 4) : -INFINITY;
}

/* A difficult truth counts only by the rule of DOTA 1.5. */
static bool counts(const rs_dota_input *in, size_t truth)
{
    return in->rule == RS_DOTA_TASK1_V15 || !in->truths[truth].difficult;
}

enum outcome { IGNORED, WRONG, RIGHT };

typedef struct dota_work {
    ranked *order;
    uint32_t *first; /* truths of image i: members[first[i] .. first[i + 1]) */
    uint32_t *members;
    unsigned char *used, *outcome;
    double *recall, *precision;
} dota_work;

/* Counting sort of the truths by image: counts, then starts, then the members. The starts are built
 * two entries further on, so that filling leaves them where they belong. */
static void group(const rs_dota_box *truths, size_t n, uint32_t n_images, dota_work *w)
{
    for (size_t i = 0; i < n; i++) w->first[truths[i].image + 2]++;
    for (uint32_t k = 2; k < n_images + 2; k++) w->first[k] += w->first[k - 1];
    for (size_t i = 0; i < n; i++) w->members[w->first[truths[i].image + 1]++] = (uint32_t)i;
}

/* The truth of the detection's image with the highest IoU; the first one wins ties. */
static size_t best_of(const dota_work *w, const rs_dota_input *in, const rs_dota_box *d,
                      double *best)
{
    size_t at = RS_NPOS;
    *best = -INFINITY;
    for (uint32_t k = w->first[d->image]; k < w->first[d->image + 1]; k++) {
        const double iou = iou_of(d, &in->truths[w->members[k]], in->rule);
        if (iou > *best) {
            *best = iou;
            at = w->members[k];
        }
    }
    return at;
}

/* Decides every detection in order of falling score, and the curve:
 *     precision = hits / (hits + false),   recall = hits / truths that are not difficult */
static void run(dota_work *w, const rs_dota_input *in, rs_dota_ap *out)
{
    for (size_t r = 0; r < in->n_found; r++) {
        const rs_dota_box *d = &in->found[w->order[r].i];
        double best;
        const size_t at = best_of(w, in, d, &best);
        w->outcome[r] = IGNORED; /* unless decided below */
        const bool over =
            in->rule == RS_DOTA_MMROTATE ? best >= in->threshold : best > in->threshold;
        if (at != RS_NPOS && over) {
            if (counts(in, at)) {
                w->outcome[r] = w->used[at] ? WRONG : RIGHT;
                w->used[at] = 1;
            }
        } else {
            w->outcome[r] = WRONG;
        }
        out->n_hits += w->outcome[r] == RIGHT;
        out->n_false += w->outcome[r] == WRONG;
        /* the original's epsilon, where nothing counts yet */
        const double all = (double)(out->n_hits + out->n_false);
        w->recall[r] = (double)out->n_hits / (double)out->n_truths;
        w->precision[r] = (double)out->n_hits / (all > 0 ? all : 2.220446049250313e-16);
    }
}

/* Checks the input, sorts the detections by score and groups the truths by image. */
static rsift_status prepare(dota_work *w, const rs_dota_input *in, rsift_error *err)
{
    w->order = rs_calloc(in->n_found + 1, sizeof *w->order);
    w->first = rs_calloc((size_t)in->n_images + 2, sizeof *w->first);
    w->members = rs_calloc(in->n_truths + 1, sizeof *w->members);
    w->used = rs_calloc(in->n_truths + 1, 1);
    w->outcome = rs_calloc(in->n_found + 1, 1);
    w->recall = rs_calloc(in->n_found + 1, sizeof *w->recall);
    w->precision = rs_calloc(in->n_found + 1, sizeof *w->precision);
    if (!w->order || !w->first || !w->members || !w->used || !w->outcome || !w->recall ||
        !w->precision)
        return rs_err_nomem(err, "detections");
    for (size_t i = 0; i < in->n_truths; i++)
        if (in->truths[i].image >= in->n_images)
            return rs_err_set(err, RSIFT_E_ARG, "truth %zu: no such image", i);
    for (size_t i = 0; i < in->n_found; i++) {
        if (in->found[i].image >= in->n_images || !isfinite(in->found[i].score))
            return rs_err_set(err, RSIFT_E_ARG,
                              "detection %zu: no such image, or a score that is no number", i);
        w->order[i] = (ranked){in->found[i].score, i};
    }
    if (in->n_found) qsort(w->order, in->n_found, sizeof *w->order, by_score);
    group(in->truths, in->n_truths, in->n_images, w);
    return RSIFT_OK;
}

/* Appends the class to the caller's set; false = out of memory. */
static bool keep(const dota_work *w, const rs_dota_input *in, rs_ap_set *set)
{
    if (!rs_metrics_ap_class(set)) return false;
    for (size_t r = 0; r < in->n_found; r++) {
        const rs_ap_mark mark = {in->found[w->order[r].i].image, w->outcome[r] != IGNORED,
                                 w->outcome[r] == RIGHT};
        if (!rs_metrics_ap_add(set, mark)) return false;
    }
    for (uint32_t image = 0; image < in->n_images; image++) {
        uint32_t n = 0;
        for (uint32_t k = w->first[image]; k < w->first[image + 1]; k++)
            n += counts(in, w->members[k]);
        if (!rs_metrics_ap_truths(set, image, n)) return false;
    }
    return true;
}

rsift_status rs_metrics_dota(const rs_dota_input *in, rs_dota_ap *out, rs_ap_set *set,
                             rsift_error *err)
{
    *out = (rs_dota_ap){.n_found = in->n_found, .ap07 = NAN, .ap12 = NAN};
    dota_work w = {0};
    rsift_status status = prepare(&w, in, err);
    if (status == RSIFT_OK) {
        for (size_t i = 0; i < in->n_truths; i++) out->n_truths += counts(in, i);
        run(&w, in, out);
        if (out->n_truths) { /* else both averages stay NaN */
            out->ap07 = rs_metrics_voc07(w.recall, w.precision, in->n_found);
            out->ap12 = rs_metrics_voc12(w.recall, w.precision, in->n_found);
        }
        if (set && !keep(&w, in, set)) status = rs_err_nomem(err, "matches");
    }
    rs_free(w.order);
    rs_free(w.first);
    rs_free(w.members);
    rs_free(w.used);
    rs_free(w.outcome);
    rs_free(w.recall);
    rs_free(w.precision);
    return status;
}
