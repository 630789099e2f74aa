/* COCO AP and AR, number for number as pycocotools. One pass per class: images are matched one
 * after another for four area ranges and ten IoU thresholds at once (a bit per threshold), then the
 * class's detections are sorted once and cut to each number of detections while cumulating.
 *
 * Quirks of the original that are kept: a later truth wins among equal IoUs; a match with
 * annotation id 0 counts as none; precision has an epsilon in its denominator; a truth outside the
 * area range and a crowd are ignored, not missed, and so is a detection matched to one. */
#include "metrics/detect.h"

#include "base/alloc.h"
#include "base/buf.h"
#include "geom/box.h"

#include <math.h>

enum { N_THRESHOLDS = 10, N_RECALLS = 101, N_AREAS = 4, MOST = 100, N_CURVES = 6 };

const char *const rs_coco_stat_names[RS_COCO_STATS] = {
    "AP",   "AP50",  "AP75",   "AP_small", "AP_medium", "AP_large",
    "AR@1", "AR@10", "AR@100", "AR_small", "AR_medium", "AR_large"};

static const double area_ranges[N_AREAS][2] = {
    {0, 1e10}, {0, 32 * 32}, {32 * 32, 96 * 96}, {96 * 96, 1e10}};

/* The six curves that the twelve numbers are made of: area range and detections per image. */
static const struct {
    int area;
    uint32_t most;
} curves[N_CURVES] = {{0, 1}, {0, 10}, {0, 100}, {1, 100}, {2, 100}, {3, 100}};

/* A detection after matching. */
typedef struct scored {
    double score;
    uint32_t rank, image;                    /* rank within its image */
    uint16_t hit[N_AREAS], ignored[N_AREAS]; /* a bit per threshold */
    uint32_t at;                             /* keeps the order of equal scores */
} scored;

/* What truths and detections are sorted by, so that those of one class and image are neighbours. */
typedef struct key {
    uint64_t group; /* class, image */
    double score;
    uint32_t i;
} key;

typedef struct work {
    const rs_coco_truth *truths;
    const rs_coco_found *found;
    key *truth_keys, *found_keys;
    size_t n_truths, n_found;
    bool masks;
    double thresholds[N_THRESHOLDS], recalls[N_RECALLS];
    scored *scored;
    size_t n_scored;
    double *ious;
    size_t cap_ious;
    uint16_t *matched; /* per truth: thresholds at which it has a detection */
    size_t cap_matched;
    uint32_t *order;
    size_t cap_order;
    double *curve;
    size_t cap_curve;
    size_t n_counted[N_AREAS]; /* truths of the class that are not ignored */
    double sum_ap[N_AREAS][N_THRESHOLDS], sum_recall[N_CURVES];
    size_t n_ap, n_ap_area[N_AREAS];
    rs_ap_set *set; /* NULL = not wanted */
} work;

static int by_group(const void *a, const void *b)
{
    const key *x = a, *y = b;
    if (x->group != y->group) return x->group < y->group ? -1 : 1;
    if (x->score != y->score) return x->score > y->score ? -1 : 1;
    return x->i < y->i ? -1 : x->i > y->i;
}

static int by_score(const void *a, const void *b)
{
    const scored *x = a, *y = b;
    if (x->score != y->score) return x->score > y->score ? -1 : 1;
    return x->at < y->at ? -1 : x->at > y->at;
}

static bool outside(double area, int range)
{
    return area < area_ranges[range][0] || area > area_ranges[range][1];
}

static double iou_of(const work *w, const rs_coco_found *d, const rs_coco_truth *t)
{
    if (!w->masks) return rs_geom_iou_xywh(d->xywh, t->xywh, t->crowd);
    return d->mask && t->mask ? rs_geom_rle_iou(d->mask, t->mask, t->crowd) : 0;
}

/* Truths of the image with those that are not ignored in front, order kept. */
static size_t order_truths(work *w, const key *t, size_t n, int range)
{
    size_t n_kept = 0, n_all;
    for (size_t i = 0; i < n; i++) {
        const rs_coco_truth *truth = &w->truths[t[i].i];
        if (!truth->crowd && !outside(truth->area, range)) w->order[n_kept++] = (uint32_t)i;
    }
    n_all = n_kept;
    for (size_t i = 0; i < n; i++) {
        const rs_coco_truth *truth = &w->truths[t[i].i];
        if (truth->crowd || outside(truth->area, range)) w->order[n_all++] = (uint32_t)i;
    }
    return n_kept;
}

/* The truth with the highest IoU >= threshold that is still free at it (a crowd always is); a later
 * one wins ties. Truths that count are searched first: an ignored one (k >= n_kept) is matched only
 * when none of them is. RS_NPOS = none. */
static size_t best_truth(const work *w, const key *t, size_t n, size_t n_kept, const double *ious,
                         uint16_t bit, double threshold)
{
    size_t best = RS_NPOS;
    double iou = threshold < 1 - 1e-10 ? threshold : 1 - 1e-10;
    for (size_t k = 0; k < n; k++) {
        const size_t i = w->order[k];
        /* used at this threshold */
        if ((w->matched[i] & bit) && !w->truths[t[i].i].crowd) continue;
        if (best != RS_NPOS && best < n_kept && k >= n_kept) break;
        if (ious[i] < iou) continue;
        iou = ious[i];
        best = k;
    }
    return best;
}

/* Matches the detections of an image, in order of falling score, for one area range. */
static void match_range(work *w, const key *t, size_t n, scored *first, size_t n_found, int range)
{
    const size_t n_kept = order_truths(w, t, n, range);
    w->n_counted[range] += n_kept;
    if (n) memset(w->matched, 0, n * sizeof *w->matched);
    for (size_t d = 0; d < n_found; d++) {
        const double *ious = w->ious + d * n;
        double best_of_all = 0; /* thresholds above it need no search */
        for (size_t i = 0; i < n; i++) best_of_all = ious[i] > best_of_all ? ious[i] : best_of_all;
        for (int h = 0; h < N_THRESHOLDS && best_of_all >= w->thresholds[h] - 1e-9; h++) {
            const uint16_t bit = (uint16_t)(1u << h);
            const size_t best = best_truth(w, t, n, n_kept, ious, bit, w->thresholds[h]);
            if (best == RS_NPOS) continue;
            const size_t i = w->order[best];
            w->matched[i] |= bit;
            if (best >= n_kept) first[d].ignored[range] |= bit;
            if (!w->truths[t[i].i].id_zero) first[d].hit[range] |= bit;
        }
    }
}

/* Makes room for an image with n truths and n_found detections. */
static bool reserve_image(work *w, size_t n, size_t n_found)
{
    return RS_VEC_RESERVE(w->ious, w->cap_ious, n * n_found + 1) &&
           RS_VEC_RESERVE(w->matched, w->cap_matched, n + 1) &&
           RS_VEC_RESERVE(w->order, w->cap_order, n + 1);
}

/* Matches one image: all IoUs once, then each area range. false = out of memory. */
static bool match_image(work *w, const key *t, size_t n, const key *f, size_t n_found)
{
    if (n_found > MOST) n_found = MOST; /* the best 100: keys are sorted by falling score */
    if (!reserve_image(w, n, n_found)) return false;
    scored *first = w->scored + w->n_scored;
    for (size_t d = 0; d < n_found; d++) {
        first[d] = (scored){.score = f[d].score,
                            .rank = (uint32_t)d,
                            .image = (uint32_t)f[d].group,
                            .at = (uint32_t)(w->n_scored + d)};
        for (size_t i = 0; i < n; i++)
            w->ious[d * n + i] = iou_of(w, &w->found[f[d].i], &w->truths[t[i].i]);
    }
    const size_t n_before = w->n_counted[0]; /* this image's truths are what is added */
    for (int range = 0; range < N_AREAS; range++) {
        match_range(w, t, n, first, n_found, range);
        for (size_t d = 0; d < n_found; d++) /* unmatched and outside the range: not a mistake */
            if (outside(w->found[f[d].i].area, range))
                first[d].ignored[range] |= (uint16_t)~first[d].hit[range];
    }
    w->n_scored += n_found;
    return !w->set || !n ||
           rs_metrics_ap_truths(w->set, (uint32_t)t->group, (uint32_t)(w->n_counted[0] - n_before));
}

/* Recall and precision after each detection that is among the first `most` of its image:
 *     recall = hits / truths that count,   precision = hits / (hits + misses + epsilon)
 * Returns the number of points. */
static size_t cumulate(const work *w, int range, uint32_t most, int h, double *recall,
                       double *precision)
{
    const uint16_t bit = (uint16_t)(1u << h);
    size_t n = 0;
    double hits = 0, misses = 0;
    for (size_t d = 0; d < w->n_scored; d++) {
        const scored *s = &w->scored[d];
        if (s->rank >= most) continue; /* AR@1 and AR@10 keep the best of each image */
        if (!(s->ignored[range] & bit)) {
            if (s->hit[range] & bit) hits++;
            else misses++;
        }
        recall[n] = hits / (double)w->n_counted[range];
        precision[n++] = hits / (misses + hits + 2.220446049250313e-16);
    }
    return n;
}

/* Sum over the 101 recalls r of the best precision at a recall >= r; recalls that are never reached
 * add 0. */
static double interpolate(const work *w, const double *recall, double *precision, size_t n)
{
    for (size_t i = n; i-- > 1;) /* the envelope: precision never rises with recall */
        if (precision[i] > precision[i - 1]) precision[i - 1] = precision[i];
    double sum = 0;
    size_t at = 0;
    for (int r = 0; r < N_RECALLS; r++) {
        while (at < n && recall[at] < w->recalls[r]) at++;
        if (at == n) break;
        sum += precision[at];
    }
    return sum;
}

/* Adds the class to the sums of all curves. A class without truths in a range adds nothing to
 * it. */
static void accumulate(work *w, double *class_ap)
{
    double *recall = w->curve, *precision = w->curve + w->n_scored, own = 0;
    for (int c = 0; c < N_CURVES; c++) {
        const int range = curves[c].area;
        if (!w->n_counted[range]) continue;
        for (int h = 0; h < N_THRESHOLDS; h++) {
            const size_t n = cumulate(w, range, curves[c].most, h, recall, precision);
            w->sum_recall[c] += n ? recall[n - 1] : 0;
            if (curves[c].most < MOST) continue; /* only recall is wanted */
            const double sum = interpolate(w, recall, precision, n);
            w->sum_ap[range][h] += sum;
            if (range == 0) own += sum;
        }
        if (curves[c].most == MOST) w->n_ap_area[range]++;
    }
    if (class_ap) *class_ap = w->n_counted[0] ? own / (N_THRESHOLDS * N_RECALLS) : -1;
}

/* Appends the class's detections over all areas, sorted, to the caller's set. */
static bool keep(const work *w)
{
    for (size_t d = 0; w->set && d < w->n_scored; d++) {
        const scored *s = &w->scored[d];
        const uint16_t counts = (uint16_t)~s->ignored[0];
        if (!rs_metrics_ap_add(w->set, (rs_ap_mark){s->image, counts, s->hit[0]})) return false;
    }
    return true;
}

static size_t group_end(const key *keys, size_t i, size_t n, uint64_t group)
{
    while (i < n && keys[i].group == group) i++;
    return i;
}

/* Matches and accumulates one class; *t and *f move behind its keys. */
static rsift_status one_class(work *w, uint32_t class, size_t *t, size_t *f, double *class_ap,
                              rsift_error *err)
{
    w->n_scored = 0;
    memset(w->n_counted, 0, sizeof w->n_counted);
    if (w->set && !rs_metrics_ap_class(w->set)) return rs_err_nomem(err, "matches");
    for (;;) { /* the next image of the class that has a truth or a detection */
        uint64_t next = UINT64_MAX;
        if (*t < w->n_truths) next = w->truth_keys[*t].group;
        if (*f < w->n_found && w->found_keys[*f].group < next) next = w->found_keys[*f].group;
        if (next == UINT64_MAX || next >> 32 != class) break;
        const size_t t_end = group_end(w->truth_keys, *t, w->n_truths, next);
        const size_t f_end = group_end(w->found_keys, *f, w->n_found, next);
        if (!match_image(w, w->truth_keys + *t, t_end - *t, w->found_keys + *f, f_end - *f))
            return rs_err_nomem(err, "matches");
        *t = t_end;
        *f = f_end;
    }
    if (!RS_VEC_RESERVE(w->curve, w->cap_curve, 2 * w->n_scored + 1))
        return rs_err_nomem(err, "curves");
    if (w->n_scored) qsort(w->scored, w->n_scored, sizeof *w->scored, by_score);
    accumulate(w, class_ap);
    return keep(w) ? RSIFT_OK : rs_err_nomem(err, "matches");
}

/* Checks the input and sorts it by class, image, falling score and input order. */
static rsift_status make_keys(work *w, uint32_t n_images, uint32_t n_classes, rsift_error *err)
{
    w->truth_keys = rs_calloc(w->n_truths + 1, sizeof *w->truth_keys);
    w->found_keys = rs_calloc(w->n_found + 1, sizeof *w->found_keys);
    w->scored = rs_calloc(w->n_found + 1, sizeof *w->scored);
    if (!w->truth_keys || !w->found_keys || !w->scored) return rs_err_nomem(err, "detections");
    for (size_t i = 0; i < w->n_truths; i++) {
        const rs_coco_truth *t = &w->truths[i];
        if (t->image >= n_images || t->class >= n_classes)
            return rs_err_set(err, RSIFT_E_ARG, "annotation %zu names an unknown image or class",
                              i);
        w->truth_keys[i] = (key){(uint64_t)t->class << 32 | t->image, 0, (uint32_t)i};
    }
    for (size_t i = 0; i < w->n_found; i++) {
        const rs_coco_found *d = &w->found[i];
        if (d->image >= n_images || d->class >= n_classes || !isfinite(d->score))
            return rs_err_set(
                err, RSIFT_E_ARG,
                "detection %zu has an unknown image or class or a score that is no number", i);
        w->found_keys[i] = (key){(uint64_t)d->class << 32 | d->image, d->score, (uint32_t)i};
    }
    if (w->n_truths) qsort(w->truth_keys, w->n_truths, sizeof *w->truth_keys, by_group);
    if (w->n_found) qsort(w->found_keys, w->n_found, sizeof *w->found_keys, by_group);
    return RSIFT_OK;
}

/* linspace(.5, .95, 10) and linspace(0, 1, 101) as numpy makes them */
static void make_steps(work *w)
{
    const double step = (0.95 - 0.5) / 9;
    for (int i = 0; i < N_THRESHOLDS; i++) w->thresholds[i] = i == 9 ? 0.95 : 0.5 + i * step;
    for (int i = 0; i < N_RECALLS; i++) w->recalls[i] = i == 100 ? 1 : i * 0.01;
}

/* The twelve numbers. With C classes that have truths in the range:
 *     AP = sum of precision over classes, thresholds and recalls / (C * 10 * 101)
 *     AR = sum of the last recall over classes and thresholds / (C * 10) */
static void finish(const work *w, double stats[RS_COCO_STATS])
{
    for (int i = 0; i < RS_COCO_STATS; i++) stats[i] = -1; /* undefined, as the original prints */
    for (int range = 0; range < N_AREAS; range++) {
        if (!w->n_ap_area[range]) continue;
        const double n = (double)w->n_ap_area[range];
        double sum = 0;
        for (int h = 0; h < N_THRESHOLDS; h++) sum += w->sum_ap[range][h];
        stats[range ? range + 2 : 0] = sum / (n * N_THRESHOLDS * N_RECALLS);
        if (range == 0) {
            /* thresholds 0.50 and 0.75 */
            stats[1] = w->sum_ap[0][0] / (n * N_RECALLS);
            stats[2] = w->sum_ap[0][5] / (n * N_RECALLS);
        }
    }
    for (int c = 0; c < N_CURVES; c++)
        if (w->n_ap_area[curves[c].area])
            stats[6 + c] = w->sum_recall[c] / ((double)w->n_ap_area[curves[c].area] * N_THRESHOLDS);
}

rsift_status rs_metrics_coco(const rs_coco_input *input, double stats[RS_COCO_STATS],
                             double *class_ap, rs_ap_set *set, rsift_error *err)
{
    if (input->n_truths > UINT32_MAX || input->n_found > UINT32_MAX)
        return rs_err_set(err, RSIFT_E_LIMIT, "expected at most 2^32 boxes, found more");
    work w = {.truths = input->truths,
              .found = input->found,
              .n_truths = input->n_truths,
              .n_found = input->n_found,
              .masks = input->masks,
              .set = set};
    make_steps(&w);
    rsift_status status = make_keys(&w, input->n_images, input->n_classes, err);
    size_t t = 0, f = 0; /* keys are sorted by class: each one is visited once */
    for (uint32_t class = 0; status == RSIFT_OK && class < input->n_classes; class++)
        status = one_class(&w, class, &t, &f, class_ap ? &class_ap[class] : NULL, err);
    if (status == RSIFT_OK) finish(&w, stats);
    rs_free(w.truth_keys);
    rs_free(w.found_keys);
    rs_free(w.scored);
    rs_free(w.ious);
    rs_free(w.matched);
    rs_free(w.order);
    rs_free(w.curve);
    return status;
}
