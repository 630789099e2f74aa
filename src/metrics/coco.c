/* COCO AP and AR, number for number as pycocotools: the curves of each class over the matched
 * detections of metrics/coco_match.c. Classes are worked on by all threads and added up in their
 * order, so that sums have the same last bit whatever the number of threads.
 *
 * Quirk of the original that is kept: precision has an epsilon in its denominator. */
#include "metrics/coco_match.h"

#include "base/alloc.h"
#include "base/buf.h"
#include "base/rank.h"
#include "run/pipeline.h"

#include <math.h>

enum { N_RECALLS = 101, N_CURVES = 6, ALL_THRESHOLDS = (1 << RS_COCO_THRESHOLDS) - 1 };

const char *const rs_coco_stat_names[RS_COCO_STATS] = {
    "AP",   "AP50",  "AP75",   "AP_small", "AP_medium", "AP_large",
    "AR@1", "AR@10", "AR@100", "AR_small", "AR_medium", "AR_large"};

/* The six curves that the twelve numbers are made of: area range and detections per image. */
static const struct {
    int area;
    uint16_t most;
} curves[N_CURVES] = {{0, 1}, {0, 10}, {0, 100}, {1, 100}, {2, 100}, {3, 100}};

/* What one class adds to the sums. */
typedef struct class_sums {
    size_t n_counted[RS_COCO_AREAS];                     /* truths that are not ignored */
    double precision[RS_COCO_AREAS][RS_COCO_THRESHOLDS]; /* over the 101 recalls */
    double recall[N_CURVES][RS_COCO_THRESHOLDS];         /* the last one of the curve */
} class_sums;

/* Hits and detections that count so far, of one curve, at each threshold. */
typedef struct tally {
    size_t hits[RS_COCO_THRESHOLDS];
    size_t at_all;                 /* detections that count at every threshold, */
    size_t at[RS_COCO_THRESHOLDS]; /* and others that do at this one */
} tally;

/* An item of the pipeline: one class. */
typedef struct work {
    rs_range range;           /* [class, class + 1) */
    rs_ranked *order, *spare; /* its marks, [first, first + n), by falling score */
    size_t first, n, cap_order, cap_spare;
    double *precision; /* after each hit, a row of n_counted per threshold */
    size_t cap_precision;
    class_sums sums;
} work;

typedef struct scoring {
    const rs_coco_input *input;
    rs_coco_matches matches;
    double recalls[N_RECALLS];
    double sum_ap[RS_COCO_AREAS][RS_COCO_THRESHOLDS], sum_recall[N_CURVES];
    size_t n_ap_area[RS_COCO_AREAS];
    double *class_ap; /* may be NULL */
    rs_ap_set *set;   /* may be NULL */
} scoring;

/* ---- one class, any thread ------------------------------------------------------------------- */

static const struct rs_coco_group *first_group(const scoring *s, size_t class)
{
    return s->matches.groups + s->matches.class_groups[class];
}

/* Truths of a group that count in an area range. */
static size_t count_truths(const scoring *s, const struct rs_coco_group *g, int range)
{
    size_t n = 0;
    for (size_t i = 0; i < g->n_truths; i++)
        n += !rs_coco_is_ignored(&s->input->truths[s->matches.truths[g->truth + i].i], range);
    return n;
}

/* Sorts the marks of the class by falling score; equal ones keep the order of images and ranks. */
static bool rank_marks(const scoring *s, work *w)
{
    const struct rs_coco_group *g = first_group(s, w->range.begin);
    const struct rs_coco_group *end = first_group(s, w->range.end);
    w->first = g < end ? g->mark : 0;
    w->n = 0;
    for (; g < end; g++) w->n += g->n_found < RS_COCO_MOST ? g->n_found : RS_COCO_MOST;
    if (!RS_VEC_RESERVE(w->order, w->cap_order, w->n + 1) ||
        !RS_VEC_RESERVE(w->spare, w->cap_spare, w->n + 1))
        return false;
    for (size_t i = w->first; i < w->first + w->n; i++)
        w->order[i - w->first] =
            (rs_ranked){rs_rank_falling(s->matches.marks[i].score), (uint32_t)i};
    rs_rank_sort(w->order, w->spare, w->n);
    return true;
}

/* Counts a detection at every threshold; its hits get the precision that is reached with them:
 *     precision = hits / (hits + misses + epsilon)
 *   precision  a row of n_truths per threshold */
static void count_mark(tally *t, const rs_coco_mark *mark, int range, double *precision,
                       size_t n_truths)
{
    const unsigned counts = ~(unsigned)mark->ignored[range] & ALL_THRESHOLDS;
    if (counts == ALL_THRESHOLDS) t->at_all++;
    else
        for (unsigned left = counts; left; left &= left - 1) t->at[__builtin_ctz(left)]++;
    for (unsigned left = mark->hit[range] & counts; left; left &= left - 1) {
        const size_t h = (size_t)__builtin_ctz(left), k = t->hits[h]++;
        precision[h * n_truths + k] =
            (double)t->hits[h] / ((double)(t->at_all + t->at[h]) + 2.220446049250313e-16);
    }
}

/* The hit, counted from 0, with which each of the 101 recalls is reached, where `most` are there:
 *     recall after hit k = (k + 1) / truths that count */
static void find_recalls(const scoring *s, size_t n_truths, size_t most, size_t at[N_RECALLS])
{
    size_t k = 0;
    for (int r = 0; r < N_RECALLS; r++) {
        while (k < most && (double)(k + 1) / (double)n_truths < s->recalls[r]) k++;
        at[r] = k;
    }
}

/* Sum over the 101 recalls r of the best precision at a recall >= r; recalls that are never reached
 * add 0. Recall grows only at hits, and no other detection has the best precision behind a
 * recall. */
static double interpolate(double *precision, size_t n_hits, const size_t at[N_RECALLS])
{
    for (size_t i = n_hits; i-- > 1;) /* the envelope: precision never rises with recall */
        if (precision[i] > precision[i - 1]) precision[i - 1] = precision[i];
    double sum = 0;
    for (int r = 0; r < N_RECALLS && at[r] < n_hits; r++) sum += precision[at[r]];
    return sum;
}

/* Precision and last recall of the class in one area range. */
static void follow_curve(const scoring *s, work *w, int c)
{
    const int range = curves[c].area;
    const size_t n_truths = w->sums.n_counted[range];
    tally t = {{0}, 0, {0}};
    for (size_t i = 0; i < w->n; i++)
        count_mark(&t, &s->matches.marks[w->order[i].i], range, w->precision, n_truths);
    size_t at[N_RECALLS], most = 0;
    for (int h = 0; h < RS_COCO_THRESHOLDS; h++)
        if (t.hits[h] > most) most = t.hits[h];
    find_recalls(s, n_truths, most, at);
    for (int h = 0; h < RS_COCO_THRESHOLDS; h++) {
        w->sums.recall[c][h] = (double)t.hits[h] / (double)n_truths;
        w->sums.precision[range][h] =
            interpolate(w->precision + (size_t)h * n_truths, t.hits[h], at);
    }
}

/* Last recall of a curve of which only that is wanted: the order of the detections is of no
 * account. */
static void count_hits(const scoring *s, work *w, int c)
{
    const int range = curves[c].area;
    size_t hits[RS_COCO_THRESHOLDS] = {0};
    for (size_t i = 0; i < w->n; i++) {
        const rs_coco_mark *mark = &s->matches.marks[w->first + i];
        if (mark->rank >= curves[c].most) continue;
        const unsigned hit = mark->hit[range] & ~(unsigned)mark->ignored[range];
        for (unsigned left = hit; left; left &= left - 1) hits[__builtin_ctz(left)]++;
    }
    for (int h = 0; h < RS_COCO_THRESHOLDS; h++)
        w->sums.recall[c][h] = (double)hits[h] / (double)w->sums.n_counted[range];
}

static rsift_status score_class(void *ctx, void *item, rsift_error *err)
{
    const scoring *s = ctx;
    work *w = item;
    w->sums = (class_sums){{0}, {{0}}, {{0}}};
    if (!rank_marks(s, w)) return rs_err_nomem(err, "matches");
    const struct rs_coco_group *end = first_group(s, w->range.end);
    for (const struct rs_coco_group *g = first_group(s, w->range.begin); g < end; g++)
        for (int range = 0; range < RS_COCO_AREAS; range++)
            w->sums.n_counted[range] += count_truths(s, g, range);
    /* A truth that counts is hit once at each threshold: range 0 has the most of them. */
    const size_t n_precision = RS_COCO_THRESHOLDS * w->sums.n_counted[0];
    if (!RS_VEC_RESERVE(w->precision, w->cap_precision, n_precision + 1))
        return rs_err_nomem(err, "curves");
    for (int c = 0; c < N_CURVES; c++) {
        if (!w->sums.n_counted[curves[c].area]) continue;
        if (curves[c].most == RS_COCO_MOST) follow_curve(s, w, c);
        else count_hits(s, w, c);
    }
    return RSIFT_OK;
}

static void work_fini(void *ctx, void *item)
{
    work *w = item;
    (void)ctx;
    rs_free(w->order);
    rs_free(w->spare);
    rs_free(w->precision);
}

/* ---- all classes, in order ------------------------------------------------------------------- */

/* Adds the class to the sums of all curves. A class without truths in a range adds nothing to
 * it. */
static void add_sums(scoring *s, const class_sums *of, size_t class)
{
    double own = 0;
    for (int c = 0; c < N_CURVES; c++) {
        const int range = curves[c].area;
        if (!of->n_counted[range]) continue;
        for (int h = 0; h < RS_COCO_THRESHOLDS; h++) {
            s->sum_recall[c] += of->recall[c][h];
            if (curves[c].most < RS_COCO_MOST) continue; /* only recall is wanted */
            s->sum_ap[range][h] += of->precision[range][h];
            if (range == 0) own += of->precision[range][h];
        }
        if (curves[c].most == RS_COCO_MOST) s->n_ap_area[range]++;
    }
    if (s->class_ap)
        s->class_ap[class] = of->n_counted[0] ? own / (RS_COCO_THRESHOLDS * N_RECALLS) : -1;
}

/* Appends the class's detections over all areas, sorted, to the caller's set. */
static bool keep_marks(scoring *s, const work *w)
{
    if (!rs_metrics_ap_class(s->set)) return false;
    const struct rs_coco_group *end = first_group(s, w->range.end);
    for (const struct rs_coco_group *g = first_group(s, w->range.begin); g < end; g++) {
        if (!g->n_truths) continue;
        const uint32_t image = s->matches.truths[g->truth].image;
        if (!rs_metrics_ap_truths(s->set, image, (uint32_t)count_truths(s, g, 0))) return false;
    }
    for (size_t i = 0; i < w->n; i++) {
        const rs_coco_mark *m = &s->matches.marks[w->order[i].i];
        const rs_ap_mark mark = {m->image, (uint16_t)~m->ignored[0], m->hit[0]};
        if (!rs_metrics_ap_add(s->set, mark)) return false;
    }
    return true;
}

static rsift_status add_class(void *ctx, void *item, rsift_error *err)
{
    scoring *s = ctx;
    const work *w = item;
    add_sums(s, &w->sums, w->range.begin);
    return !s->set || keep_marks(s, w) ? RSIFT_OK : rs_err_nomem(err, "matches");
}

/* The twelve numbers. With C classes that have truths in the range:
 *     AP = sum of precision over classes, thresholds and recalls / (C * 10 * 101)
 *     AR = sum of the last recall over classes and thresholds / (C * 10) */
static void finish(const scoring *s, double stats[RS_COCO_STATS])
{
    for (int i = 0; i < RS_COCO_STATS; i++) stats[i] = -1; /* undefined, as the original prints */
    for (int range = 0; range < RS_COCO_AREAS; range++) {
        if (!s->n_ap_area[range]) continue;
        const double n = (double)s->n_ap_area[range];
        double sum = 0;
        for (int h = 0; h < RS_COCO_THRESHOLDS; h++) sum += s->sum_ap[range][h];
        stats[range ? range + 2 : 0] = sum / (n * RS_COCO_THRESHOLDS * N_RECALLS);
        if (range == 0) {
            /* thresholds 0.50 and 0.75 */
            stats[1] = s->sum_ap[0][0] / (n * N_RECALLS);
            stats[2] = s->sum_ap[0][5] / (n * N_RECALLS);
        }
    }
    for (int c = 0; c < N_CURVES; c++)
        if (s->n_ap_area[curves[c].area])
            stats[6 + c] =
                s->sum_recall[c] / ((double)s->n_ap_area[curves[c].area] * RS_COCO_THRESHOLDS);
}

rsift_status rs_metrics_coco(const rs_coco_input *input, double stats[RS_COCO_STATS],
                             double *class_ap, rs_ap_set *set, rsift_error *err)
{
    scoring s = {.input = input, .class_ap = class_ap, .set = set};
    /* linspace(0, 1, 101) as numpy makes it */
    for (int i = 0; i < N_RECALLS; i++) s.recalls[i] = i == 100 ? 1 : i * 0.01;
    rsift_status status = rs_coco_match(input, &s.matches, err);
    const rs_pipeline pipeline = {.item_size = sizeof(work),
                                  .n_threads = input->n_threads,
                                  .ctx = &s,
                                  .cancel = input->cancel,
                                  .work = score_class,
                                  .consume = add_class,
                                  .fini = work_fini};
    if (status == RSIFT_OK) status = rs_run_ranges(&pipeline, input->n_classes, 1, err);
    if (status == RSIFT_OK) finish(&s, stats);
    rs_coco_matches_fini(&s.matches);
    return status;
}
