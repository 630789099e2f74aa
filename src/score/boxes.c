/* Boxes: one an answer (grounding) or several (detection without scores). Where an output follows
 * another convention than the truth (a model's own), its box text is first read, turned into pixels
 * and written again in the truth's convention; the profile's rule then reads that text. */
#include "score/score.h"

#include "base/buf.h"
#include "writers/writer.h"
#include "geom/convention.h"
#include "geom/obb.h"
#include "lang/boxtext.h"
#include "metrics/ground.h"
#include "run/pipeline.h"

#include <math.h>
#include <stdio.h>

/* ---- conventions ----------------------------------------------------------------------------- */

/* A model's name or a convention's. */
static const rs_convention *convention_of(rs_str name)
{
    const rs_render_model *model = rs_render_model_find(name);
    return rs_geom_convention(model ? rs_str_of(model->hbb) : name);
}

static rsift_status need(rs_str name, const char *what, const rs_convention **out, rsift_error *err)
{
    char quoted[RS_QUOTE_SIZE];
    *out = convention_of(name);
    if (*out) return RSIFT_OK;
    return rs_err_set(err, RSIFT_E_ARG,
                      "no box convention \"%s\" for %s; docs/scoring.md lists them",
                      rs_err_quote(quoted, name), what);
}

/* The same scale and frame for a list of n numbers. */
static rs_convention for_count(const rs_convention *c, size_t n)
{
    rs_convention out = *c;
    const bool turned = c->shape == RS_SHAPE_OBB_XYXYA || c->shape == RS_SHAPE_OBB_CXCYWHA;
    const bool upright = !turned && c->shape != RS_SHAPE_QUAD && c->shape != RS_SHAPE_POLYGON &&
                         c->shape != RS_SHAPE_POINT;
    if (n == 4 && !upright) out.shape = RS_SHAPE_HBB_XYXY;
    if (n == 5 && !turned) {
        out.shape = RS_SHAPE_OBB_XYXYA;
        out.angle_sense = 1;
        out.rotate_in_pixels = true;
    }
    if (n == 8) out.shape = RS_SHAPE_QUAD;
    return out;
}

static bool relative(const rs_convention *c)
{
    return c->frame == RS_FRAME_IMAGE && c->scale > 0;
}

static bool canvas_of(const rs_score_job *job, const rs_score_record *t, const rs_convention *from,
                      const rs_convention *to, rs_canvas *out)
{
    const rs_score_more *m = rs_score_more_of(t);
    *out = (rs_canvas){m->width, m->height, m->resized[0], m->resized[1]};
    const rs_score_options *o = job->options;
    if (m->width > 0 && m->height > 0) {
        if (from->frame != RS_FRAME_RESIZED || m->resized[0] > 0) return true;
        return o->min_pixels > 0 && o->max_pixels > 0 &&
               rs_geom_smart_resize(m->width, m->height, 28, o->min_pixels, o->max_pixels,
                                    &out->resized_width, &out->resized_height);
    }
    *out = (rs_canvas){.width = 1000,
                       .height = 1000}; /* between two relative conventions any size will do */
    return relative(from) && relative(to);
}

static void put_number(rs_buf *b, double v)
{
    char text[352]; /* DBL_MAX has 309 digits before the point */
    int n = snprintf(text, sizeof text, "%.9f", v);
    while (n > 1 && text[n - 1] == '0') n--;
    if (n > 1 && text[n - 1] == '.') n--;
    rs_buf_add(b, text, (size_t)n);
}

static void put_list(rs_buf *b, const double *numbers, size_t n)
{
    rs_buf_cstr(b, b->len > 1 ? ", [" : "[");
    for (size_t i = 0; i < n; i++) {
        if (i) rs_buf_cstr(b, ", ");
        put_number(b, numbers[i]);
    }
    rs_buf_char(b, ']');
}

/* "[[..], [..]]": every box of the text in the convention `to`; empty when there is none. */
static rsift_status restate(rs_arena *scratch, rs_str text, const rs_convention *from,
                            const rs_convention *to, const rs_canvas *canvas, rs_buf *out,
                            rsift_error *err)
{
    rs_boxtext found;
    RS_TRY(rs_lang_boxtext_parse(scratch, text, RS_BOXTEXT_ALL, &found, err));
    out->len = 0;
    for (size_t i = 0; i < found.n; i++) {
        const rs_boxtext_span *span = &found.spans[i];
        double px[8], numbers[8];
        if (span->n_numbers != 4 && span->n_numbers != 5 && span->n_numbers != 8) continue;
        const rs_convention c = for_count(from, span->n_numbers);
        const size_t n_px = rs_geom_decode(&c, canvas, span->numbers, span->n_numbers, px, 8);
        const size_t n = n_px ? rs_geom_encode(to, canvas, px, n_px, numbers, 8, NULL) : 0;
        if (!n) continue;
        if (!out->len) rs_buf_char(out, '[');
        put_list(out, numbers, n);
    }
    if (out->len) rs_buf_char(out, ']');
    return out->failed ? rs_err_nomem(err, "boxes") : RSIFT_OK;
}

/* Whether numbers of that convention have to be restated for the profile. */
static bool foreign(const rs_score_job *job, rs_str convention)
{
    const char *frame = job->profile->frame;
    return frame && convention.len && !rs_str_eq(convention, rs_str_of(frame));
}

/* A text's boxes in the benchmark's own convention; the text itself where it follows that
 * already. */
static rsift_status in_frame(rs_score_job *job, const rs_score_record *t, rs_str convention,
                             const char *whose, rs_arena *scratch, rs_buf *buf, rs_str *text,
                             rsift_error *err)
{
    const rs_convention *from, *to;
    rs_canvas canvas;
    if (!foreign(job, convention)) return RSIFT_OK;
    RS_TRY(need(convention, whose, &from, err));
    RS_TRY(need(rs_str_of(job->profile->frame), "the profile", &to, err));
    if (!canvas_of(job, t, from, to, &canvas)) {
        rs_err_set(err, RSIFT_E_ARG,
                   "%s in \"%s\" need width and height of the picture in the truth%s", whose,
                   from->name,
                   from->frame == RS_FRAME_RESIZED ? ", and --min-pixels and --max-pixels" : "");
        return rs_score_blame_truth(job, t, err);
    }
    RS_TRY(restate(scratch, *text, from, to, &canvas, buf, err));
    *text = rs_arena_str(&job->arena, rs_str_make(buf->len ? buf->ptr : "", buf->len));
    return text->ptr ? RSIFT_OK : rs_err_nomem(err, "boxes");
}

/* The convention of the answers to a truth, where somebody says it; empty = the benchmark's own. */
static rs_str spoken_of(const rs_score_run *run, const rs_score_record *t)
{
    return run->boxes ? rs_str_of(run->boxes) : rs_score_more_of(t)->spoken;
}

/* An answer given as a list of numbers, which its text then only repeats; 0 = read the text. */
static size_t n_listed(const rs_score_job *job, const rs_score_run *run, const rs_score_record *t,
                       const rs_score_record *p)
{
    return foreign(job, spoken_of(run, t)) ? 0 : p->n_said_box;
}

rsift_status rs_score_boxes_check(const rs_score_options *o, const rs_profile *p, rsift_error *err)
{
    const rs_convention *found;
    if (!o->boxes && !o->compare_boxes && !(o->min_pixels > 0) && !(o->max_pixels > 0))
        return RSIFT_OK;
    if (!p->frame)
        return rs_err_set(
            err, RSIFT_E_UNSUPPORTED,
            "%s restates no boxes: --boxes, --min-pixels and --max-pixels would change nothing",
            p->name);
    if (o->boxes) RS_TRY(need(rs_str_of(o->boxes), "--boxes", &found, err));
    return o->compare_boxes ? need(rs_str_of(o->compare_boxes), "--compare-boxes", &found, err)
                            : RSIFT_OK;
}

rsift_status rs_score_boxes_say(rs_score_job *job, const rs_score_run *run, rsift_error *err)
{
    const rs_family family = job->profile->family;
    rs_arena *arena = &job->arena;
    rs_str own = {NULL, 0};
    if ((family != RS_FAMILY_GROUND && family != RS_FAMILY_BOXES) || !job->profile->frame)
        return RSIFT_OK;
    for (size_t i = 0; i < job->n && !own.len; i++)
        own = rs_score_more_of(&job->truth.records[i])->spoken;
    const rs_str read = run->boxes ? rs_str_of(run->boxes) : own;
    const rs_str whose =
        job->options->compare ? rs_arena_printf(arena, "%s: ", run->path) : RS_STR("");
    if (!read.len)
        return rs_score_say(
            job,
            rs_arena_join(arena, whose,
                          RS_STR("boxes are read as the benchmark has its own; --boxes "
                                 "names another model or convention"),
                          RS_STR("")),
            err);
    const bool against = own.len && run->boxes && !rs_str_eq(own, read);
    RS_TRY(
        rs_score_say(job,
                     rs_arena_printf(arena, "%.*sboxes are read in \"%.*s\"%s%.*s%s",
                                     RS_STR_ARG(whose), RS_STR_ARG(read), against ? ", not \"" : "",
                                     RS_STR_ARG(against ? own : RS_STR("")),
                                     against ? "\" as the truth says" : ""),
                     err));
    const rs_convention *c = convention_of(read);
    if (!c || c->frame == RS_FRAME_RESIZED || !(job->options->min_pixels > 0)) return RSIFT_OK;
    return rs_score_say(job, RS_STR("--min-pixels and --max-pixels change nothing here"), err);
}

static rs_str gold_of(const rs_score_record *t)
{
    const rs_str boxes = rs_score_more_of(t)->boxes;
    return boxes.ptr ? boxes : t->gold.ptr ? t->gold : RS_STR("");
}

rsift_status rs_score_boxes_prepare(rs_score_job *job, rsift_error *err)
{
    rs_arena scratch = {0};
    rs_buf buf = {0};
    rsift_status status = RSIFT_OK;
    for (size_t i = 0; status == RSIFT_OK && i < job->n; i++) {
        rs_score_record *t = &job->truth.records[i];
        if (!t->more || !t->more->boxes.ptr) continue;
        t->n_gold_box = 0; /* boxes with a convention go before numbers without one */
        status = in_frame(job, t, t->more->convention, "boxes of the truth", &scratch, &buf,
                          &t->more->boxes, err);
        rs_arena_reset(&scratch);
    }
    rs_buf_fini(&buf);
    rs_arena_fini(&scratch);
    return status;
}

/* The output of sample i as the rule reads it. */
static rsift_status output_of(rs_score_job *job, rs_score_run *run, size_t i, rs_arena *scratch,
                              rs_buf *buf, rsift_error *err)
{
    const rs_score_record *t = run->items[i].truth, *p = run->items[i].said;
    run->read[i] = p && p->said.ptr ? p->said : RS_STR("");
    if (!p || p->guessed || !foreign(job, spoken_of(run, t))) return RSIFT_OK;
    if (p->n_said_box) {
        buf->len = 0;
        put_list(buf, p->said_box, p->n_said_box);
        run->read[i] = rs_arena_str(scratch, rs_buf_view(buf));
        if (buf->failed || !run->read[i].ptr) return rs_err_nomem(err, "boxes");
    }
    return in_frame(job, t, spoken_of(run, t), "boxes of the predictions", scratch, buf,
                    &run->read[i], err);
}

/* ---- the average box ------------------------------------------------------------------------- */

/* How many numbers a gold of the profile has: 4, or 5 with an angle. */
static size_t numbers_due(const rs_score_job *job)
{
    return job->profile->ground.turned ? 5 : 4;
}

static bool gold_numbers(const rs_score_job *job, const rs_score_record *t, double out[8])
{
    const size_t due = numbers_due(job);
    if (t->n_gold_box) {
        if (t->n_gold_box == due) memcpy(out, t->gold_box, due * sizeof *out);
        return t->n_gold_box == due;
    }
    return rs_metrics_box_numbers(job->profile->ground.reading, gold_of(t), out, 8) >= due;
}

typedef struct box_mean {
    double sum[5], n;
} box_mean;

static rs_str text_of_mean(const rs_score_job *job, const box_mean *m, rs_arena *arena)
{
    const char *name = job->profile->frame;
    const rs_convention *frame = name ? rs_geom_convention(rs_str_of(name)) : NULL;
    const bool whole = job->profile->ground.reading == RS_BOX_TEXT_DIGITS ||
                       (frame && frame->rounding != RS_ROUND_NONE);
    const size_t due = numbers_due(job);
    double mean[5];
    for (size_t k = 0; k < due; k++) mean[k] = whole ? rint(m->sum[k] / m->n) : m->sum[k] / m->n;
    rs_buf b = {0};
    if (m->n > 0) put_list(&b, mean, due);
    const rs_str text =
        b.failed ? (rs_str){NULL, 0} : rs_arena_str(arena, rs_str_make(b.len ? b.ptr : "", b.len));
    rs_buf_fini(&b);
    return text;
}

bool rs_score_average_boxes(const rs_score_job *job, const unsigned char *of, rs_arena *arena,
                            rs_str *all, rs_str *of_type)
{
    const size_t due = numbers_due(job), n_types = job->types.n;
    box_mean *means = rs_arena_calloc(arena, n_types + 1, sizeof *means); /* the last: of all */
    for (size_t i = 0; means && i < job->n; i++) {
        double numbers[8];
        if (!of[i] || !gold_numbers(job, &job->truth.records[i], numbers)) continue;
        box_mean *own = &means[job->type[i]], *whole = &means[n_types];
        for (size_t k = 0; k < due; k++) {
            own->sum[k] += numbers[k];
            whole->sum[k] += numbers[k];
        }
        own->n++;
        whole->n++;
    }
    if (!means || !(*all = text_of_mean(job, &means[n_types], arena)).ptr) return false;
    for (size_t t = 0; t < n_types; t++)
        if (!(of_type[t] = text_of_mean(job, &means[t], arena)).ptr) return false;
    return true;
}

/* ---- one box an answer ----------------------------------------------------------------------- */

typedef struct box_columns {
    double *valid, *iou, *inter, *whole, *failed, *hits[RS_GROUND_THRESHOLDS];
} box_columns;

/* Four numbers of a text or of a list; false = unreadable. */
static bool box_of(const rs_ground_rule *rule, rs_str text, const double *numbers, size_t n,
                   double box[4])
{
    if (n) {
        if (n == 4) memcpy(box, numbers, 4 * sizeof *box);
        return n == 4;
    }
    return text.ptr && rs_metrics_box_numbers(rule->reading, text, box, 4) == 4;
}

static rsift_status to_pixels(const rs_score_job *job, const rs_score_record *t, double box[4],
                              rsift_error *err)
{
    const double grid = job->profile->ground.grid;
    bool unit = true;
    for (int k = 0; k < 4; k++) unit = unit && box[k] >= 0 && box[k] <= 1;
    if (grid == 0 || (grid == 1 && !unit)) return RSIFT_OK;
    const rs_score_more *m = rs_score_more_of(t);
    if (!(m->width > 0) || !(m->height > 0)) {
        rs_err_set(err, RSIFT_E_ARG,
                   "this rule needs width and height of the picture in the truth");
        return rs_score_blame_truth(job, t, err);
    }
    for (int k = 0; k < 4; k++) box[k] *= (k % 2 ? m->height : m->width) / grid;
    return RSIFT_OK;
}

static rsift_status bad_gold(const rs_score_job *job, const rs_score_record *t, rs_str gold,
                             const char *expected, rsift_error *err)
{
    char quoted[RS_QUOTE_SIZE];
    if (t->n_gold_box)
        rs_err_set(err, RSIFT_E_FORMAT, "expected %s in the truth, found %u numbers", expected,
                   t->n_gold_box);
    else
        rs_err_set(err, RSIFT_E_FORMAT, "expected %s in the truth, found \"%s\"", expected,
                   rs_err_quote(quoted, rs_str_sub(gold, 0, 40)));
    return rs_score_blame_truth(job, t, err);
}

static rsift_status one_upright(rs_score_job *job, rs_score_run *run, size_t i, rs_str text,
                                rs_ground_one *out, rsift_error *err)
{
    const rs_ground_rule *rule = &job->profile->ground;
    const rs_score_record *t = run->items[i].truth, *p = run->items[i].said;
    double gold[4], said[4];
    if (!box_of(rule, text, t->gold_box, t->n_gold_box, gold))
        return bad_gold(job, t, text, "a box of 4 numbers", err);
    if (!p) return RSIFT_OK;
    if (!box_of(rule, run->read[i], p->said_box, n_listed(job, run, t, p), said)) {
        rs_score_set_state(run, i, RS_SCORE_UNPARSED);
        return RSIFT_OK;
    }
    if (!spoken_of(run, t).len && !p->guessed) RS_TRY(to_pixels(job, t, said, err));
    if (rule->clamp)
        rs_metrics_ground_clamp(said, gold, rs_score_more_of(t)->width,
                                rs_score_more_of(t)->height);
    *out = rs_metrics_ground_boxes(rule, said, gold);
    return RSIFT_OK;
}

/* Numbers given as a list, else what \d+ finds in the text. */
static size_t turned_numbers(rs_str text, const double *list, size_t n_list, double out[9])
{
    if (!n_list) return rs_metrics_box_numbers(RS_BOX_TEXT_DIGITS, text, out, 9);
    memcpy(out, list, n_list * sizeof *list);
    return n_list;
}

static rsift_status one_turned(rs_score_job *job, rs_score_run *run, size_t i, rs_str text,
                               rs_ground_one *out, rsift_error *err)
{
    const rs_ground_rule *rule = &job->profile->ground;
    const rs_score_record *t = run->items[i].truth, *p = run->items[i].said;
    double gold[9], said[9], a[8], b[8];
    const bool geochat = rule->turned == RS_TURNED_GEOCHAT;
    const size_t n_gold = turned_numbers(text, t->gold_box, t->n_gold_box, gold);
    if ((geochat ? n_gold != 5 : n_gold < 5) &&
        !(rule->turned == RS_TURNED_VRSBENCH_V1 && n_gold == 4))
        return bad_gold(job, t, text,
                        geochat ? "one box {<x1><y1><x2><y2>|<angle>} on the 0-100 grid"
                                : "a box of 5 numbers, the last an angle,",
                        err);
    if (!p) return RSIFT_OK;
    const size_t n_said = turned_numbers(run->read[i], p->said_box, n_listed(job, run, t, p), said);
    if (geochat && n_said >= 5) {
        const rs_score_more *m = rs_score_more_of(t);
        rs_metrics_geochat_quad(said, m->width, m->height, a);
        rs_metrics_geochat_quad(gold, m->width, m->height, b);
        const double area = rs_geom_area(a, 4) + rs_geom_area(b, 4),
                     inter = rs_geom_convex_overlap(a, 4, b, 4);
        *out = (rs_ground_one){true, rs_geom_quad_iou(a, b), inter, area - inter};
    } else if (geochat ||
               !rs_metrics_ground_turned(rule->turned, said, n_said, gold, n_gold, out)) {
        rs_score_set_state(run, i, RS_SCORE_UNPARSED);
    }
    return RSIFT_OK;
}

static bool columns(rs_score_job *job, rs_score_run *run, box_columns *c)
{
    *c = (box_columns){rs_score_column(job), rs_score_column(job), rs_score_column(job),
                       rs_score_column(job), rs_score_column(job), {run->score}};
    bool good = c->valid && c->iou && c->inter && c->whole && c->failed;
    for (size_t t = 1; good && t < job->profile->ground.n_thresholds; t++)
        good = (c->hits[t] = rs_score_column(job)) != NULL;
    return good;
}

static rsift_status one_ground(rs_score_job *job, rs_score_run *run, size_t i, rs_str gold,
                               box_columns *c, rsift_error *err)
{
    const rs_ground_rule *rule = &job->profile->ground;
    rs_ground_one one = {0};
    RS_TRY(rule->turned ? one_turned(job, run, i, gold, &one, err)
                        : one_upright(job, run, i, gold, &one, err));
    c->valid[i] = one.valid;
    c->iou[i] = one.iou;
    c->inter[i] = one.inter;
    c->whole[i] = one.whole;
    for (size_t t = 0; t < rule->n_thresholds; t++)
        c->hits[t][i] = one.valid && rs_metrics_ground_hit(rule, one.iou, rule->thresholds[t]);
    return RSIFT_OK;
}

static rsift_status one_zipped(rs_score_job *job, rs_score_run *run, size_t i, rs_str gold,
                               box_columns *c, rsift_error *err)
{
    const rs_score_record *t = run->items[i].truth, *p = run->items[i].said;
    rs_ground_pairs pairs;
    if (!rs_metrics_ground_pairs(&job->profile->ground, run->read[i], gold, &pairs))
        return bad_gold(job, t, gold, "boxes [x1, y1, x2, y2]", err);
    if (p && pairs.n_failed) rs_score_set_state(run, i, RS_SCORE_UNPARSED);
    c->valid[i] = (double)pairs.n_pairs;
    c->failed[i] = (double)(pairs.n_pairs + pairs.n_failed);
    c->iou[i] = pairs.iou;
    c->inter[i] = pairs.inter;
    c->whole[i] = pairs.whole;
    run->score[i] = (double)pairs.n_hits;
    return RSIFT_OK;
}

static void measures(const rs_score_job *job, rs_score_run *run, const box_columns *c)
{
    const rs_ground_rule *rule = &job->profile->ground;
    const double *over = rule->pairs ? c->valid : NULL;
    for (size_t t = 0; t < rule->n_thresholds; t++) {
        char name[RS_MEASURE_NAME];
        snprintf(name, sizeof name, "Acc@%.2g", rule->thresholds[t]);
        rs_score_measure(run, name, 100, c->hits[t], over);
    }
    if (rule->pairs) rs_score_measure(run, "Acc with failed", 100, run->score, c->failed);
    rs_score_measure(run, "meanIoU", 100, c->iou, over);
    rs_score_measure(run, "cumIoU", 100, c->inter, c->whole);
    if (!rule->pairs) rs_score_measure(run, "Acc over readable", 100, run->score, c->valid);
}

static rsift_status ground(rs_score_job *job, rs_score_run *run, rs_arena *scratch, rs_buf *buf,
                           rsift_error *err)
{
    box_columns c;
    if (!columns(job, run, &c)) return rs_err_nomem(err, "boxes");
    for (size_t i = 0; i < job->n; i++) {
        const rs_str gold = gold_of(run->items[i].truth);
        RS_TRY(output_of(job, run, i, scratch, buf, err));
        if (!run->items[i].said) rs_score_set_state(run, i, RS_SCORE_MISSING);
        RS_TRY(job->profile->ground.pairs ? one_zipped(job, run, i, gold, &c, err)
                                          : one_ground(job, run, i, gold, &c, err));
        rs_arena_reset(scratch);
    }
    measures(job, run, &c);
    return RSIFT_OK;
}

/* ---- several boxes without scores ------------------------------------------------------------ */

enum { MOST_BOXES = 1 << 20 };

typedef struct box_list {
    double (*numbers)[8], (*quads)[8], (*hulls)[4];
    size_t *lengths, n;
} box_list;

/* Lists of `due` numbers get corners; others stay and overlap with nothing. */
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
        memcpy(box, list->numbers[i], due * sizeof *box);
        rs_metrics_earthdial_quad(box, list->quads[i]);
        rs_geom_box_of_points(list->quads[i], 4, list->hulls[i]);
    }
    return RSIFT_OK;
}

/* Best overlap of one prediction with the golds; a gold of another length ends the search where the
 * original stops with an exception. */
static double best_overlap(const box_list *said, size_t k, const box_list *golds, size_t due)
{
    double best = 0;
    if (said->lengths[k] != due) return 0;
    const double *a = said->hulls[k];
    for (size_t g = 0; g < golds->n && golds->lengths[g] == due; g++) {
        const double *b = golds->hulls[g];
        if (a[0] >= b[2] || b[0] >= a[2] || a[1] >= b[3] || b[1] >= a[3]) continue;
        const double iou = rs_geom_quad_iou(said->quads[k], golds->quads[g]);
        if (iou > best) best = iou;
    }
    return best;
}

typedef struct lists_of_boxes {
    const rs_score_job *job;
    const rs_score_run *run;
    size_t due; /* numbers of a box */
    double *found, *hits[RS_GROUND_THRESHOLDS];
} lists_of_boxes;

typedef struct part {
    rs_range range;
    rs_arena scratch;
} part;

static rsift_status one_list(const lists_of_boxes *all, size_t i, rs_arena *scratch,
                             rsift_error *err)
{
    const rs_score_run *run = all->run;
    const rs_ground_rule *rule = &all->job->profile->ground;
    const rs_score_record *t = run->items[i].truth;
    box_list said, golds;
    rsift_status status = read_list(scratch, rule, gold_of(t), all->due, &golds, err);
    if (status != RSIFT_OK) {
        rs_score_blame_truth(all->job, t, err);
        return status;
    }
    status = read_list(scratch, rule, run->read[i], all->due, &said, err);
    if (status != RSIFT_OK) {
        rs_score_blame_said(run, run->items[i].said, err);
        return status;
    }
    all->found[i] = (double)said.n;
    for (size_t k = 0; k < said.n; k++) {
        const double best = best_overlap(&said, k, &golds, all->due);
        for (size_t h = 0; h < rule->n_thresholds; h++)
            all->hits[h][i] += best >= rule->thresholds[h];
    }
    return RSIFT_OK;
}

static rsift_status work_part(void *ctx, void *item, rsift_error *err)
{
    part *p = item;
    for (size_t i = p->range.begin; i < p->range.end; i++) {
        RS_TRY(one_list(ctx, i, &p->scratch, err));
        rs_arena_reset(&p->scratch);
    }
    return RSIFT_OK;
}

static void forget_part(void *ctx, void *item)
{
    (void)ctx;
    rs_arena_fini(&((part *)item)->scratch);
}

static rsift_status many_boxes(rs_score_job *job, rs_score_run *run, rs_arena *scratch, rs_buf *buf,
                               rsift_error *err)
{
    enum { SAMPLES = 64 };
    const rs_ground_rule *rule = &job->profile->ground;
    lists_of_boxes all = {.job = job, .run = run, .due = job->profile->oriented ? 5 : 4};
    const rs_pipeline pipeline = {.item_size = sizeof(part),
                                  .n_threads = job->n_threads,
                                  .ctx = &all,
                                  .cancel = job->cancel,
                                  .work = work_part,
                                  .fini = forget_part};
    all.found = rs_score_column(job);
    if (!all.found) return rs_err_nomem(err, "boxes");
    for (size_t t = 0; t < rule->n_thresholds; t++)
        if (!(all.hits[t] = rs_score_column(job))) return rs_err_nomem(err, "boxes");
    for (size_t i = 0; i < job->n; i++) {
        RS_TRY(output_of(job, run, i, scratch, buf, err));
        rs_arena_reset(scratch);
    }
    RS_TRY(rs_run_ranges(&pipeline, job->n, SAMPLES, err));
    for (size_t i = 0; i < job->n; i++) {
        if (!run->items[i].said) rs_score_set_state(run, i, RS_SCORE_MISSING);
        else if (all.found[i] == 0) rs_score_set_state(run, i, RS_SCORE_UNPARSED);
        run->score[i] = all.found[i] > 0 ? all.hits[0][i] / all.found[i] : 0;
    }
    for (size_t h = 0; h < rule->n_thresholds; h++) {
        char name[RS_MEASURE_NAME];
        snprintf(name, sizeof name, "precision@%.2g", rule->thresholds[h]);
        rs_score_measure(run, name, 100, all.hits[h], all.found);
    }
    return RSIFT_OK;
}

rsift_status rs_score_boxes(rs_score_job *job, rs_score_run *run, rsift_error *err)
{
    rs_arena scratch = {0};
    rs_buf buf = {0};
    const rsift_status status = job->profile->family == RS_FAMILY_BOXES
                                    ? many_boxes(job, run, &scratch, &buf, err)
                                    : ground(job, run, &scratch, &buf, err);
    rs_buf_fini(&buf);
    rs_arena_fini(&scratch);
    return status;
}
