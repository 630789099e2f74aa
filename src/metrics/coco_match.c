/* COCO's matching. Truths and detections are put in order by counting, cut into groups of one image
 * and class, and the groups are matched by all threads: nothing of a group depends on another.
 *
 * Quirks of the original that are kept: a later truth wins among equal IoUs; a match with
 * annotation id 0 counts as none; a truth outside the area range and a crowd are ignored, not
 * missed, and so is a detection matched to one.
 *   source  cocodataset/cocoapi PythonAPI/pycocotools/cocoeval.py evaluateImg */
#include "metrics/coco_match.h"

#include "base/alloc.h"
#include "base/buf.h"
#include "base/rank.h"
#include "geom/box.h"
#include "run/pipeline.h"

#include <math.h>

enum { GROUPS_PER_ITEM = 512, GROUPS_AHEAD = 4 };

const double rs_coco_area_ranges[RS_COCO_AREAS][2] = {
    {0, 1e10}, {0, 32 * 32}, {32 * 32, 96 * 96}, {96 * 96, 1e10}};

double rs_coco_threshold(int h)
{
    const double step = (0.95 - 0.5) / 9;
    return h == RS_COCO_THRESHOLDS - 1 ? 0.95 : 0.5 + h * step;
}

/* ---- order ----------------------------------------------------------------------------------- */

/* The number (of a class or an image) at an offset in each of many structs. */
typedef struct number_column {
    const char *items;
    size_t size, offset;
    uint32_t n_values; /* numbers are below it */
} number_column;

static uint32_t number_at(const number_column *c, size_t i)
{
    uint32_t number;
    memcpy(&number, c->items + i * c->size + c->offset, sizeof number);
    return number;
}

/* Sorts by a column; items of one number keep the order of `in`, which is that of the input where
 * it is NULL. Afterwards counts[v] is the end of the items of v.
 *   counts  [n_values + 1], zeros */
static void order_by_number(const number_column *c, size_t n, const rs_coco_ordered *in,
                            uint32_t *counts, rs_coco_ordered *out)
{
    for (size_t i = 0; i < n; i++) counts[number_at(c, i) + 1]++;
    for (size_t v = 0; v < c->n_values; v++) counts[v + 1] += counts[v];
    for (size_t k = 0; k < n; k++) {
        const uint32_t i = in ? in[k].i : (uint32_t)k, number = number_at(c, i);
        out[counts[number]++] = in ? in[k] : (rs_coco_ordered){i, number};
    }
}

/* Orders items by class, then image, then input order; class c ends at ends[c]. false = out of
 * memory. */
static bool order_items(const number_column *image, const number_column *class, size_t n,
                        rs_coco_ordered **order, uint32_t **ends)
{
    rs_coco_ordered *by_image = rs_alloc((n + 1) * sizeof *by_image);
    uint32_t *counts = rs_calloc((size_t)image->n_values + 1, sizeof *counts);
    *order = rs_alloc((n + 1) * sizeof **order);
    *ends = rs_calloc((size_t)class->n_values + 1, sizeof **ends);
    const bool good = by_image && counts && *order && *ends;
    if (good) {
        order_by_number(image, n, NULL, counts, by_image);
        order_by_number(class, n, by_image, *ends, *order);
    }
    rs_free(by_image);
    rs_free(counts);
    return good;
}

static rsift_status check_input(const rs_coco_input *input, rsift_error *err)
{
    if (input->n_truths > UINT32_MAX || input->n_found > UINT32_MAX)
        return rs_err_set(err, RSIFT_E_LIMIT, "expected fewer than 2^32 boxes, found more");
    for (size_t i = 0; i < input->n_truths; i++) {
        const rs_coco_truth *t = &input->truths[i];
        if (t->image >= input->n_images || t->class >= input->n_classes)
            return rs_err_set(err, RSIFT_E_ARG, "annotation %zu names an unknown image or class",
                              i);
    }
    for (size_t i = 0; i < input->n_found; i++) {
        const rs_coco_found *d = &input->found[i];
        if (d->image >= input->n_images || d->class >= input->n_classes || !isfinite(d->score))
            return rs_err_set(
                err, RSIFT_E_ARG,
                "detection %zu has an unknown image or class or a score that is no number", i);
    }
    return RSIFT_OK;
}

/* ---- groups ---------------------------------------------------------------------------------- */

/* Items from `at` on that are of this image. */
static uint32_t run_of_image(const rs_coco_ordered *order, uint32_t at, uint32_t end,
                             uint32_t image)
{
    uint32_t n = 0;
    while (at + n < end && order[at + n].image == image) n++;
    return n;
}

/* Cuts one class into groups, from truth t and detection f on, and gives each room for its
 * marks. */
static bool cut_class(rs_coco_matches *m, uint32_t class, uint32_t t, uint32_t f)
{
    const uint32_t t_end = m->truth_ends[class], f_end = m->found_ends[class];
    while (t < t_end || f < f_end) {
        const uint32_t t_image = t < t_end ? m->truths[t].image : UINT32_MAX;
        const uint32_t f_image = f < f_end ? m->found[f].image : UINT32_MAX;
        const uint32_t image = t_image < f_image ? t_image : f_image;
        if (!RS_VEC_RESERVE(m->groups, m->cap_groups, m->n_groups + 1)) return false;
        struct rs_coco_group *g = &m->groups[m->n_groups++];
        *g = (struct rs_coco_group){.truth = t, .found = f, .mark = (uint32_t)m->n_marks};
        t += g->n_truths = run_of_image(m->truths, t, t_end, image);
        f += g->n_found = run_of_image(m->found, f, f_end, image);
        m->n_marks += g->n_found < RS_COCO_MOST ? g->n_found : RS_COCO_MOST;
    }
    return true;
}

static rsift_status make_groups(const rs_coco_input *input, rs_coco_matches *m, rsift_error *err)
{
    uint32_t t = 0, f = 0;
    m->class_groups = rs_calloc((size_t)input->n_classes + 1, sizeof *m->class_groups);
    if (!m->class_groups) return rs_err_nomem(err, "matches");
    for (uint32_t class = 0; class < input->n_classes; class++) {
        if (!cut_class(m, class, t, f)) return rs_err_nomem(err, "matches");
        t = m->truth_ends[class];
        f = m->found_ends[class];
        m->class_groups[class + 1] = m->n_groups;
    }
    m->marks = rs_calloc(m->n_marks + 1, sizeof *m->marks);
    return m->marks ? RSIFT_OK : rs_err_nomem(err, "matches");
}

/* ---- one group ------------------------------------------------------------------------------- */

/* A truth that overlaps a detection by the lowest threshold or more. */
typedef struct candidate {
    double iou;
    uint32_t truth;  /* within the group */
    uint16_t passed; /* a bit per threshold that the IoU reaches */
} candidate;

/* A truth of the group while its detections are matched. */
typedef struct open_truth {
    const rs_coco_truth *is;
    bool ignored[RS_COCO_AREAS];
    uint16_t matched[RS_COCO_AREAS]; /* thresholds at which it has a detection */
} open_truth;

/* An item of the pipeline: some groups and what matching them needs. */
typedef struct work {
    rs_range range;
    open_truth *truths;
    candidate *candidates;
    rs_ranked *ranked, *spare;
    size_t cap_truths, cap_candidates, cap_ranked, cap_spare;
    size_t n_candidates;
} work;

typedef struct matching {
    const rs_coco_input *input;
    rs_coco_matches *m;
    double thresholds[RS_COCO_THRESHOLDS];
} matching;

static bool reserve_group(work *w, const struct rs_coco_group *g)
{
    return RS_VEC_RESERVE(w->truths, w->cap_truths, (size_t)g->n_truths + 1) &&
           RS_VEC_RESERVE(w->candidates, w->cap_candidates, (size_t)g->n_truths + 1) &&
           RS_VEC_RESERVE(w->ranked, w->cap_ranked, (size_t)g->n_found + 1) &&
           RS_VEC_RESERVE(w->spare, w->cap_spare, (size_t)g->n_found + 1);
}

static double iou_of(const rs_coco_input *input, const rs_coco_found *d, const rs_coco_truth *t)
{
    if (!input->masks) return rs_geom_iou_xywh(d->xywh, t->xywh, t->crowd);
    return d->mask && t->mask ? rs_geom_rle_iou(d->mask, t->mask, t->crowd) : 0;
}

/* Sorts the group's detections by falling score. */
static void rank_found(const matching *m, work *w, const struct rs_coco_group *g)
{
    rs_coco_ordered *found = m->m->found + g->found;
    for (size_t i = 0; i < g->n_found; i++)
        w->ranked[i] = (rs_ranked){rs_rank_falling(m->input->found[found[i].i].score), found[i].i};
    rs_rank_sort(w->ranked, w->spare, g->n_found);
    for (size_t i = 0; i < g->n_found; i++) found[i].i = w->ranked[i].i;
}

static void open_truths(const matching *m, work *w, const struct rs_coco_group *g)
{
    for (size_t i = 0; i < g->n_truths; i++) {
        open_truth *t = &w->truths[i];
        *t = (open_truth){.is = &m->input->truths[m->m->truths[g->truth + i].i]};
        for (int range = 0; range < RS_COCO_AREAS; range++)
            t->ignored[range] = rs_coco_is_ignored(t->is, range);
    }
}

/* Fills the candidates of a detection, in the order of the truths. */
static void find_candidates(const matching *m, work *w, size_t n_truths, const rs_coco_found *d)
{
    w->n_candidates = 0;
    for (size_t i = 0; i < n_truths; i++) {
        const double iou = iou_of(m->input, d, w->truths[i].is);
        if (!(iou >= m->thresholds[0])) continue;
        int n = 1; /* thresholds passed */
        while (n < RS_COCO_THRESHOLDS && iou >= m->thresholds[n]) n++;
        w->candidates[w->n_candidates++] = (candidate){iou, (uint32_t)i, (uint16_t)((1u << n) - 1)};
    }
}

/* Thresholds at which a candidate is reached and free; a crowd always is free. */
static uint16_t free_at(const work *w, const candidate *c, int range)
{
    const open_truth *t = &w->truths[c->truth];
    return t->is->crowd ? c->passed : c->passed & (uint16_t)~t->matched[range];
}

/* The free candidate with the highest IoU, a later one among equals; one that is ignored only where
 * no other is left. NULL = none. */
static const candidate *best_at(const work *w, int range, uint16_t bit)
{
    const candidate *best = NULL;
    for (int ignored = 0; ignored < 2 && !best; ignored++)
        for (size_t k = 0; k < w->n_candidates; k++) {
            const candidate *c = &w->candidates[k];
            if (w->truths[c->truth].ignored[range] != ignored) continue;
            if (!(free_at(w, c, range) & bit)) continue;
            if (!best || c->iou >= best->iou) best = c;
        }
    return best;
}

/* Gives a candidate the detection at some thresholds. */
static void take_truth(work *w, const candidate *c, int range, uint16_t bits, rs_coco_mark *mark)
{
    open_truth *t = &w->truths[c->truth];
    t->matched[range] |= bits;
    if (t->ignored[range]) mark->ignored[range] |= bits;
    if (!t->is->id_zero) mark->hit[range] |= bits;
}

/* Matches one detection in every area range. */
static void match_found(work *w, const rs_coco_found *d, rs_coco_mark *mark)
{
    uint16_t passed = 0;
    for (size_t k = 0; k < w->n_candidates; k++) passed |= w->candidates[k].passed;
    for (int range = 0; range < RS_COCO_AREAS; range++) {
        if (w->n_candidates == 1) { /* the usual case: all thresholds at once */
            take_truth(w, w->candidates, range, free_at(w, w->candidates, range), mark);
        } else {
            for (uint16_t bit = 1; bit & passed; bit = (uint16_t)(bit << 1)) {
                const candidate *best = best_at(w, range, bit);
                if (best) take_truth(w, best, range, bit, mark);
            }
        }
        /* unmatched and outside the range: not a mistake */
        if (rs_coco_is_outside(d->area, range)) mark->ignored[range] |= (uint16_t)~mark->hit[range];
    }
}

static void match_group(const matching *m, work *w, const struct rs_coco_group *g)
{
    if (!g->n_found) return;
    rank_found(m, w, g);
    open_truths(m, w, g);
    for (size_t k = 0; k < g->n_found && k < RS_COCO_MOST; k++) {
        const rs_coco_found *d = &m->input->found[m->m->found[g->found + k].i];
        rs_coco_mark *mark = &m->m->marks[g->mark + k];
        mark->score = d->score;
        mark->image = d->image;
        mark->rank = (uint16_t)k;
        find_candidates(m, w, g->n_truths, d);
        match_found(w, d, mark);
    }
}

/* ---- threads --------------------------------------------------------------------------------- */

/* Starts to load the boxes of a group. They stand in the order of the input, groups in that of the
 * classes, so that each would be waited for. */
static void fetch_group(const matching *m, const struct rs_coco_group *g)
{
    for (uint32_t i = 0; i < g->n_found; i++)
        __builtin_prefetch(&m->input->found[m->m->found[g->found + i].i]);
    for (uint32_t i = 0; i < g->n_truths; i++)
        __builtin_prefetch(&m->input->truths[m->m->truths[g->truth + i].i]);
}

static rsift_status match_groups(void *ctx, void *item, rsift_error *err)
{
    const matching *m = ctx;
    work *w = item;
    for (size_t i = w->range.begin; i < w->range.end; i++) {
        if (i + GROUPS_AHEAD < w->range.end) fetch_group(m, &m->m->groups[i + GROUPS_AHEAD]);
        if (!reserve_group(w, &m->m->groups[i])) return rs_err_nomem(err, "matches");
        match_group(m, w, &m->m->groups[i]);
    }
    return RSIFT_OK;
}

static void work_fini(void *ctx, void *item)
{
    work *w = item;
    (void)ctx;
    rs_free(w->truths);
    rs_free(w->candidates);
    rs_free(w->ranked);
    rs_free(w->spare);
}

static rsift_status order_input(const rs_coco_input *input, rs_coco_matches *m, rsift_error *err)
{
    const char *truths = (const char *)input->truths, *found = (const char *)input->found;
    const size_t truth_size = sizeof *input->truths, found_size = sizeof *input->found;
    const number_column truth_image = {truths, truth_size, offsetof(rs_coco_truth, image),
                                       input->n_images};
    const number_column truth_class = {truths, truth_size, offsetof(rs_coco_truth, class),
                                       input->n_classes};
    const number_column found_image = {found, found_size, offsetof(rs_coco_found, image),
                                       input->n_images};
    const number_column found_class = {found, found_size, offsetof(rs_coco_found, class),
                                       input->n_classes};
    const bool good =
        order_items(&truth_image, &truth_class, input->n_truths, &m->truths, &m->truth_ends) &&
        order_items(&found_image, &found_class, input->n_found, &m->found, &m->found_ends);
    return good ? RSIFT_OK : rs_err_nomem(err, "detections");
}

rsift_status rs_coco_match(const rs_coco_input *input, rs_coco_matches *out, rsift_error *err)
{
    *out = (rs_coco_matches){0};
    RS_TRY(check_input(input, err));
    RS_TRY(order_input(input, out, err));
    RS_TRY(make_groups(input, out, err));
    matching m = {.input = input, .m = out};
    for (int h = 0; h < RS_COCO_THRESHOLDS; h++) m.thresholds[h] = rs_coco_threshold(h);
    const rs_pipeline pipeline = {.item_size = sizeof(work),
                                  .n_threads = input->n_threads,
                                  .ctx = &m,
                                  .cancel = input->cancel,
                                  .work = match_groups,
                                  .fini = work_fini};
    return rs_run_ranges(&pipeline, out->n_groups, GROUPS_PER_ITEM, err);
}

void rs_coco_matches_fini(rs_coco_matches *matches)
{
    rs_free(matches->truths);
    rs_free(matches->found);
    rs_free(matches->truth_ends);
    rs_free(matches->found_ends);
    rs_free(matches->marks);
    rs_free(matches->groups);
    rs_free(matches->class_groups);
    *matches = (rs_coco_matches){0};
}
