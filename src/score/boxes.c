/* Boxes judged by overlap. How a box is read from text, which ratio of areas counts and what is
 * done to bad boxes is the profile's rule (metrics/ground.h); here are the columns and measures. */
#include "score/boxes.h"

#include "geom/convention.h"
#include "geom/obb.h"
#include "metrics/ground.h"
#include "render/boxes.h"
#include "run/pipeline.h"
#include "score/frame.h"
#include "score/guess.h"

#include <math.h>
#include <stdio.h>

static rsift_status bad_reference(const rs_score_job *job, const rs_score_record *t, rs_str text,
                                  const char *expected, rsift_error *err)
{
    char quoted[RS_QUOTE_SIZE];
    if (t->n_reference_box)
        rs_err_set(err, RSIFT_E_FORMAT, "expected %s in the truth, found %u numbers", expected,
                   t->n_reference_box);
    else
        rs_err_set(err, RSIFT_E_FORMAT, "expected %s in the truth, found \"%s\"", expected,
                   rs_err_quote(quoted, rs_str_sub(text, 0, 40)));
    return rs_score_blame_truth(job, t, err);
}

/* How many lists of the text hold a box: "[[1, 2], [3, 4]]" are corners of one. */
static size_t n_boxes(rs_str text)
{
    enum { FIRST = 64 };
    size_t lengths[FIRST], n_boxes = 0;
    const size_t n = rs_metrics_box_lists(RS_BOX_TEXT_OUTERMOST, text, NULL, lengths, FIRST);
    for (size_t k = 0; k < n; k++) n_boxes += lengths[k] >= 4;
    return n_boxes;
}

/* ---- one box an answer ----------------------------------------------------------------------- */

/* Columns of all samples; sums over its pairs where an answer holds several boxes. */
typedef struct box_columns {
    double *valid;         /* boxes that could be compared */
    double *iou;           /* intersection over union */
    double *inter, *unite; /* areas of intersection and union */
    double *attempted;     /* valid, and those that failed */
    double *hits[RS_GROUND_THRESHOLDS];
} box_columns;

/* Four numbers of a list, else of a text; false = unreadable. */
static bool box_of(const rs_ground_rule *rule, rs_str text, const double *list, size_t n_list,
                   double box[4])
{
    if (!n_list) return text.ptr && rs_metrics_box_numbers(rule->reading, text, box, 4) == 4;
    if (n_list == 4) memcpy(box, list, 4 * sizeof *box);
    return n_list == 4;
}

/* Numbers of a list, else what \d+ finds in the text; returns how many. */
static size_t oriented_numbers(rs_str text, const double *list, size_t n_list, double out[9])
{
    if (!n_list) return rs_metrics_box_numbers(RS_BOX_TEXT_DIGITS, text, out, 9);
    memcpy(out, list, n_list * sizeof *list);
    return n_list;
}

/* From the grid of the model's numbers to pixels: number * size / grid. On a grid of 1 numbers
 * outside [0, 1] are pixels already. */
static rsift_status to_pixels(const rs_score_job *job, const rs_score_record *t, double box[4],
                              rsift_error *err)
{
    const double grid = job->profile->ground.grid;
    const rs_score_details *d = rs_score_details_of(t);
    bool unit = true;
    for (int k = 0; k < 4; k++) unit = unit && box[k] >= 0 && box[k] <= 1;
    if (grid == 0 || (grid == 1 && !unit)) return RSIFT_OK;
    if (!(d->width > 0) || !(d->height > 0)) {
        rs_err_set(err, RSIFT_E_ARG,
                   "this rule needs width and height of the picture in the truth");
        return rs_score_blame_truth(job, t, err);
    }
    for (int k = 0; k < 4; k++) box[k] *= (k % 2 ? d->height : d->width) / grid;
    return RSIFT_OK;
}

static bool within_unit(const double box[4])
{
    bool unit = box[2] > box[0] && box[3] > box[1];
    for (int k = 0; k < 4; k++) unit = unit && box[k] >= 0 && box[k] <= 1;
    return unit;
}

/* Counts what speaks against reading the prediction's numbers as the benchmark has its own: both
 * boxes are in the benchmark's frame, and nobody named another. */
static void count_unlike(const rs_score_job *job, rs_score_run *run, size_t i,
                         const double predicted[4], const double reference[4])
{
    const rs_score_details *d = rs_score_details_of(run->items[i].truth);
    const char *frame = job->profile->frame;
    run->n_readable++;
    run->n_unit += within_unit(predicted) && !within_unit(reference);
    if (!frame || strcmp(frame, "px") != 0 || !(d->width > 0) || !(d->height > 0)) return;
    run->n_beyond += predicted[2] > 1.1 * d->width || predicted[3] > 1.1 * d->height;
}

/* Compares sample i's axis-aligned boxes. *out stays zero when there is no readable prediction. */
static rsift_status one_axis_aligned(rs_score_job *job, rs_score_run *run, size_t i, rs_str text,
                                     rs_ground_one *out, rsift_error *err)
{
    const rs_ground_rule *rule = &job->profile->ground;
    const rs_score_record *t = run->items[i].truth, *p = run->items[i].prediction;
    const rs_score_details *d = rs_score_details_of(t);
    double reference[4], predicted[4];
    if (!box_of(rule, text, t->reference_box, t->n_reference_box, reference))
        return bad_reference(job, t, text, "a box of 4 numbers", err);
    if (!p) return RSIFT_OK;
    if (!box_of(rule, run->read[i], p->prediction_box, rs_score_n_listed(job, run, i), predicted)) {
        rs_score_set_state(run, i, RS_SCORE_UNPARSED);
        return RSIFT_OK;
    }
    run->n_inverted += rs_metrics_ground_inverted(predicted);
    /* Restated boxes and guesses are in the frame already. */
    if (!rs_score_prediction_convention(run, t).len && !p->guessed) {
        RS_TRY(to_pixels(job, t, predicted, err));
        count_unlike(job, run, i, predicted, reference);
    }
    run->n_several += n_boxes(run->read[i]) > 1;
    if (rule->clamp) rs_metrics_ground_clamp(predicted, reference, d->width, d->height);
    *out = rs_metrics_ground_boxes(rule, predicted, reference);
    return RSIFT_OK;
}

/* Compares sample i's oriented boxes. GeoChat's are five numbers on both sides; VRSBench's first
 * version takes a reference of four as axis-aligned. */
static rsift_status one_oriented(rs_score_job *job, rs_score_run *run, size_t i, rs_str text,
                                 rs_ground_one *out, rsift_error *err)
{
    const rs_ground_rule *rule = &job->profile->ground;
    const rs_score_record *t = run->items[i].truth, *p = run->items[i].prediction;
    const rs_score_details *d = rs_score_details_of(t);
    double reference[9], predicted[9], a[8], b[8];
    const bool geochat = rule->oriented == RS_ORIENTED_GEOCHAT;
    const size_t n_reference =
        oriented_numbers(text, t->reference_box, t->n_reference_box, reference);
    if ((geochat ? n_reference != 5 : n_reference < 5) &&
        !(rule->oriented == RS_ORIENTED_VRSBENCH_V1 && n_reference == 4))
        return bad_reference(job, t, text,
                             geochat ? "one box {<x1><y1><x2><y2>|<angle>} on the 0-100 grid"
                                     : "a box of 5 numbers, the last an angle,",
                             err);
    if (!p) return RSIFT_OK;
    const size_t n_predicted = oriented_numbers(run->read[i], p->prediction_box,
                                                rs_score_n_listed(job, run, i), predicted);
    /* Rules of two corners; VRSBench's first one has a centre and sides. */
    if (rule->oriented != RS_ORIENTED_VRSBENCH_V1 && n_predicted >= 5)
        run->n_inverted += rs_metrics_ground_inverted(predicted);
    if (geochat && n_predicted >= 5) {
        rs_metrics_geochat_quad(predicted, d->width, d->height, a);
        rs_metrics_geochat_quad(reference, d->width, d->height, b);
        /* union = area a + area b - intersection */
        const double area = rs_geom_area(a, 4) + rs_geom_area(b, 4);
        const double inter = rs_geom_convex_overlap(a, 4, b, 4);
        *out = (rs_ground_one){true, rs_geom_quad_iou(a, b), inter, area - inter};
    } else if (geochat || !rs_metrics_ground_oriented(rule->oriented, predicted, n_predicted,
                                                      reference, n_reference, out)) {
        rs_score_set_state(run, i, RS_SCORE_UNPARSED);
    }
    return RSIFT_OK;
}

/* Fills row i of the columns. */
static rsift_status judge_sample(rs_score_job *job, rs_score_run *run, size_t i, box_columns *c,
                                 rsift_error *err)
{
    const rs_ground_rule *rule = &job->profile->ground;
    const rs_score_record *t = run->items[i].truth;
    const rs_str text = rs_score_reference_boxes(t);
    if (!run->items[i].prediction) rs_score_set_state(run, i, RS_SCORE_MISSING);
    if (rule->pairs) { /* all boxes of both sides, in order */
        rs_ground_pairs pairs;
        if (!rs_metrics_ground_pairs(rule, run->read[i], text, &pairs))
            return bad_reference(job, t, text, "boxes [x1, y1, x2, y2]", err);
        if (run->items[i].prediction && pairs.n_failed)
            rs_score_set_state(run, i, RS_SCORE_UNPARSED);
        run->n_inverted += pairs.n_inverted;
        c->valid[i] = (double)pairs.n_pairs;
        c->attempted[i] = (double)(pairs.n_pairs + pairs.n_failed);
        c->iou[i] = pairs.iou;
        c->inter[i] = pairs.inter;
        c->unite[i] = pairs.area_union;
        c->hits[0][i] = (double)pairs.n_hits;
        return RSIFT_OK;
    }
    rs_ground_one one = {0};
    RS_TRY(rule->oriented ? one_oriented(job, run, i, text, &one, err)
                          : one_axis_aligned(job, run, i, text, &one, err));
    c->valid[i] = one.valid;
    c->iou[i] = one.iou;
    c->inter[i] = one.inter;
    c->unite[i] = one.area_union;
    /* An answer without a readable box hits nothing, whatever the threshold. */
    for (size_t k = 0; k < rule->n_thresholds; k++)
        c->hits[k][i] = one.valid && rs_metrics_ground_hit(rule, one.iou, rule->thresholds[k]);
    return RSIFT_OK;
}

/* Acc@T = hits / answers; meanIoU = mean of IoU; cumIoU = sum of intersections / sum of unions.
 * Where an answer holds several boxes the pairs of boxes stand for the answers. */
rsift_status rs_score_ground(rs_score_job *job, rs_score_run *run, const unsigned char *only,
                             rsift_error *err)
{
    const rs_ground_rule *rule = &job->profile->ground;
    box_columns c = {.valid = rs_score_column(job),
                     .iou = rs_score_column(job),
                     .inter = rs_score_column(job),
                     .unite = rs_score_column(job),
                     .attempted = rs_score_column(job),
                     .hits = {run->score}}; /* a sample's score is the hit at the first threshold */
    bool good = c.valid && c.iou && c.inter && c.unite && c.attempted;
    for (size_t k = 1; good && k < rule->n_thresholds; k++)
        good = (c.hits[k] = rs_score_column(job)) != NULL;
    rs_score_scratch scratch = {0};
    rsift_status status = good ? RSIFT_OK : rs_err_nomem(err, "boxes");
    (void)only; /* subsets are drawn from the columns */
    for (size_t i = 0; status == RSIFT_OK && i < job->n; i++) {
        status = rs_score_restate_output(job, run, i, &scratch, err);
        if (status == RSIFT_OK) status = judge_sample(job, run, i, &c, err);
        rs_arena_reset(&scratch.arena);
    }
    rs_score_scratch_fini(&scratch);
    if (status != RSIFT_OK) return status;
    const double *over = rule->pairs ? c.valid : NULL;
    for (size_t k = 0; k < rule->n_thresholds; k++) {
        char name[RS_MEASURE_NAME];
        snprintf(name, sizeof name, "Acc@%.2g", rule->thresholds[k]);
        rs_score_measure(run, name, 100, c.hits[k], over);
    }
    if (rule->pairs) rs_score_measure(run, "Acc with failed", 100, run->score, c.attempted);
    rs_score_measure(run, "meanIoU", 100, c.iou, over);
    rs_score_measure(run, "cumIoU", 100, c.inter, c.unite);
    if (!rule->pairs) rs_score_measure(run, "Acc over readable", 100, run->score, c.valid);
    return RSIFT_OK;
}

bool rs_score_has_one_box(const rs_profile *profile, const rs_score_record *truth)
{
    if (profile->ground.pairs) return true; /* lists are zipped */
    if (rs_score_details_of(truth)->boxes.len || !truth->n_reference_box)
        if (n_boxes(rs_score_reference_boxes(truth)) > 1) return false;
    if (rs_score_details_of(truth)->boxes.len) return true;
    if (profile->ground.oriented != RS_ORIENTED_GEOCHAT || !truth->reference.ptr) return true;
    /* {<x1><y1><x2><y2>|<angle>}{<x1>...|<angle>} */
    const size_t first = rs_str_find(truth->reference, RS_STR("|<"));
    return first == RS_NPOS ||
           rs_str_find(rs_str_sub(truth->reference, first + 2, truth->reference.len),
                       RS_STR("|<")) == RS_NPOS;
}

/* ---- the average box ------------------------------------------------------------------------- */

typedef struct box_mean {
    double sum[5], n;
} box_mean;

/* The mean as text in the profile's frame, rounded where its boxes are whole numbers; empty without
 * any box. ptr NULL = out of memory. */
static rs_str text_of_mean(const rs_score_job *job, const box_mean *m, size_t n_numbers,
                           rs_arena *arena)
{
    const rs_ground_rule *rule = &job->profile->ground;
    const char *name = job->profile->frame;
    const rs_convention *frame = name ? rs_geom_convention(rs_str_of(name)) : NULL;
    const bool rounded =
        rule->reading == RS_BOX_TEXT_DIGITS || (frame && frame->rounding != RS_ROUND_NONE);
    double mean[5];
    rs_buf b = {0};
    for (size_t k = 0; k < n_numbers; k++)
        mean[k] = rounded ? rint(m->sum[k] / m->n) : m->sum[k] / m->n;
    if (m->n > 0) rs_score_put_numbers(&b, mean, n_numbers);
    const rs_str text =
        b.failed ? (rs_str){NULL, 0} : rs_arena_str(arena, rs_str_make(b.len ? b.ptr : "", b.len));
    rs_buf_fini(&b);
    return text;
}

rsift_status rs_score_guess_boxes(rs_score_job *job, const rs_score_guesses *g, rsift_error *err)
{
    const rs_ground_rule *rule = &job->profile->ground;
    const size_t n_numbers = rule->oriented ? 5 : 4, n_types = job->types.n;
    box_mean *means = rs_arena_calloc(&job->arena, n_types + 1, sizeof *means);
    const rs_score_record **guesses = rs_arena_calloc(&job->arena, n_types + 1, sizeof *guesses);
    if (!means || !guesses) return rs_err_nomem(err, "guesses");
    /* Sums of each type, and of all in means[n_types], over references outside the fold. */
    for (size_t i = 0; i < job->n; i++) {
        const rs_score_record *t = &job->truth.records[i];
        double numbers[8];
        if (rs_score_in_fold(job, g, i)) continue;
        /* References that the rule cannot read are left out of the mean. */
        if (t->n_reference_box) {
            if (t->n_reference_box != n_numbers) continue;
            memcpy(numbers, t->reference_box, n_numbers * sizeof *numbers);
        } else if (rs_metrics_box_numbers(rule->reading, rs_score_reference_boxes(t), numbers, 8) <
                   n_numbers) {
            continue;
        }
        box_mean *both[2] = {&means[job->type[i]], &means[n_types]};
        for (int m = 0; m < 2; m++) {
            for (size_t k = 0; k < n_numbers; k++) both[m]->sum[k] += numbers[k];
            both[m]->n++;
        }
    }
    for (size_t t = n_types + 1; t-- > 0;) {
        const rs_str text = text_of_mean(job, &means[t], n_numbers, &job->arena);
        if (!text.ptr) return rs_err_nomem(err, "guesses");
        /* A type without boxes outside the fold gets the average of all, made first. */
        guesses[t] =
            text.len || t == n_types ? rs_score_guess_record(&job->arena, text) : guesses[n_types];
        if (!guesses[t]) return rs_err_nomem(err, "guesses");
    }
    for (size_t i = 0; i < job->n; i++) {
        if (!rs_score_in_fold(job, g, i)) continue;
        g->predictions[RS_SCORE_GUESSES * i] = guesses[n_types];
        g->predictions[RS_SCORE_GUESSES * i + 1] = guesses[job->type[i]];
    }
    return RSIFT_OK;
}

/* ---- several boxes without scores ------------------------------------------------------------ */

enum { MOST_BOXES = 1 << 20, SAMPLES_OF_PART = 64 };

typedef struct box_list {
    double (*numbers)[8], (*quads)[8], (*hulls)[4]; /* hulls: axis-aligned, of the quads */
    size_t *lengths, n;
} box_list;

/* Reads all lists of numbers. Those of `due` numbers get corners; others stay without and overlap
 * with nothing. */
static rsift_status read_list(rs_arena *arena, const rs_ground_rule *rule, rs_str text, size_t due,
                              box_list *list, rsift_error *err)
{
    const size_t n = rs_metrics_box_lists(rule->reading, text, NULL, NULL, MOST_BOXES + 1);
    if (n > MOST_BOXES) return rs_err_set(err, RSIFT_E_LIMIT, "more than %d boxes", MOST_BOXES);
    *list = (box_list){rs_arena_calloc(arena, n + 1, sizeof *list->numbers),
                       rs_arena_calloc(arena, n + 1, sizeof *list->quads),
                       rs_arena_calloc(arena, n + 1, sizeof *list->hulls),
                       rs_arena_calloc(arena, n + 1, sizeof *list->lengths), n};
    if (!list->numbers || !list->quads || !list->hulls || !list->lengths)
        return rs_err_nomem(err, "boxes");
    rs_metrics_box_lists(rule->reading, text, list->numbers, list->lengths, n);
    for (size_t i = 0; i < n; i++) {
        if (list->lengths[i] != due) continue;
        double box[5] = {0};
        memcpy(box, list->numbers[i], due * sizeof *box); /* an angle that is not there is 0 */
        rs_metrics_earthdial_quad(box, list->quads[i]);
        rs_geom_box_of_points(list->quads[i], 4, list->hulls[i]);
    }
    return RSIFT_OK;
}

/* Best IoU of one prediction with the references. A reference of another length ends the search,
 * where the original stops with an exception. */
static double best_overlap(const box_list *predicted, size_t k, const box_list *references,
                           size_t due)
{
    double best = 0;
    if (predicted->lengths[k] != due) return 0;
    const double *a = predicted->hulls[k];
    for (size_t r = 0; r < references->n && references->lengths[r] == due; r++) {
        const double *b = references->hulls[r];
        /* Boxes whose hulls do not meet need no polygon clipping. */
        if (a[0] >= b[2] || b[0] >= a[2] || a[1] >= b[3] || b[1] >= a[3]) continue;
        const double iou = rs_geom_quad_iou(predicted->quads[k], references->quads[r]);
        if (iou > best) best = iou;
    }
    return best;
}

typedef struct box_lists {
    const rs_score_job *job;
    const rs_score_run *run;
    size_t due; /* numbers of a box */
    double *found, *inverted, *hits[RS_GROUND_THRESHOLDS];
} box_lists;

typedef struct part {
    rs_range range;
    rs_arena scratch;
} part;

/* Compares the lists of a range of samples. Any thread: a sample's row is its own. */
static rsift_status work_part(void *ctx, void *item, rsift_error *err)
{
    const box_lists *all = ctx;
    part *p = item;
    const rs_score_run *run = all->run;
    const rs_ground_rule *rule = &all->job->profile->ground;
    for (size_t i = p->range.begin; i < p->range.end; i++) {
        const rs_score_record *t = run->items[i].truth;
        box_list predicted, references;
        rsift_status status =
            read_list(&p->scratch, rule, rs_score_reference_boxes(t), all->due, &references, err);
        if (status != RSIFT_OK) {
            rs_score_blame_truth(all->job, t, err);
            return status;
        }
        status = read_list(&p->scratch, rule, run->read[i], all->due, &predicted, err);
        if (status != RSIFT_OK) {
            rs_score_blame_prediction(run, run->items[i].prediction, err);
            return status;
        }
        all->found[i] = (double)predicted.n;
        /* No one-to-one matching: several predictions may hit one reference. */
        for (size_t k = 0; k < predicted.n; k++) {
            const double best = best_overlap(&predicted, k, &references, all->due);
            all->inverted[i] += predicted.lengths[k] == all->due &&
                                rs_metrics_ground_inverted(predicted.numbers[k]);
            for (size_t h = 0; h < rule->n_thresholds; h++)
                all->hits[h][i] += best >= rule->thresholds[h];
        }
        rs_arena_reset(&p->scratch);
    }
    return RSIFT_OK;
}

static void part_fini(void *ctx, void *item)
{
    (void)ctx;
    rs_arena_fini(&((part *)item)->scratch);
}

/* The answer that is trained on where a picture has no such object, or an empty list: it was read,
 * and has no box. */
static bool says_none(const rs_score_record *prediction)
{
    const rs_str said = rs_str_trim(prediction->prediction), none = RS_STR(RS_RENDER_NO_BOXES);
    return rs_str_eq(said, RS_STR("[]")) || rs_str_eq_nocase(said, none) ||
           rs_str_eq_nocase(said, rs_str_sub(none, 0, none.len - 1));
}

/* precision@T = predicted boxes whose best IoU is at least T / predicted boxes. */
rsift_status rs_score_boxes(rs_score_job *job, rs_score_run *run, const unsigned char *only,
                            rsift_error *err)
{
    const rs_ground_rule *rule = &job->profile->ground;
    box_lists all = {.job = job,
                     .run = run,
                     .due = job->profile->oriented ? 5 : 4,
                     .found = rs_score_column(job),
                     .inverted = rs_score_column(job)};
    const rs_pipeline pipeline = {.item_size = sizeof(part),
                                  .n_threads = job->n_threads,
                                  .ctx = &all,
                                  .cancel = job->cancel,
                                  .work = work_part,
                                  .fini = part_fini};
    bool good = all.found && all.inverted;
    for (size_t h = 0; good && h < rule->n_thresholds; h++)
        good = (all.hits[h] = rs_score_column(job)) != NULL;
    /* Restating writes into the job's arena, so that it comes before the threads. */
    rs_score_scratch scratch = {0};
    rsift_status status = good ? RSIFT_OK : rs_err_nomem(err, "boxes");
    (void)only;
    for (size_t i = 0; status == RSIFT_OK && i < job->n; i++) {
        status = rs_score_restate_output(job, run, i, &scratch, err);
        rs_arena_reset(&scratch.arena);
    }
    rs_score_scratch_fini(&scratch);
    if (status == RSIFT_OK) status = rs_run_ranges(&pipeline, job->n, SAMPLES_OF_PART, err);
    if (status != RSIFT_OK) return status;
    for (size_t i = 0; i < job->n; i++) {
        if (!run->items[i].prediction) rs_score_set_state(run, i, RS_SCORE_MISSING);
        else if (all.found[i] == 0 && !says_none(run->items[i].prediction))
            rs_score_set_state(run, i, RS_SCORE_UNPARSED);
        run->score[i] = all.found[i] > 0 ? all.hits[0][i] / all.found[i] : 0;
        run->n_inverted += (size_t)all.inverted[i];
    }
    for (size_t h = 0; h < rule->n_thresholds; h++) {
        char name[RS_MEASURE_NAME];
        snprintf(name, sizeof name, "precision@%.2g", rule->thresholds[h]);
        rs_score_measure(run, name, 100, all.hits[h], all.found);
    }
    return RSIFT_OK;
}
