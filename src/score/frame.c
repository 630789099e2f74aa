/* Restating boxes in the benchmark's own convention: text -> numbers -> pixels -> the benchmark's
 * numbers -> text. Geometry is src/geom's, reading numbers out of a text is src/lang's; how boxes
 * are compared is the family's business.
 *
 * A text that follows the benchmark's convention already is left as it is, because the profile's
 * rule may read more out of it than boxes. */
#include "score/frame.h"

#include "geom/convention.h"
#include "lang/boxtext.h"
#include "render/render.h"

#include <stdio.h>

/* ---- conventions ----------------------------------------------------------------------------- */

/* Finds a model's own convention by the model's name, or a convention by its own. what: for the
 * message. */
static rsift_status find_convention(rs_str name, const char *what, const rs_convention **out,
                                    rsift_error *err)
{
    const rs_render_model *model = rs_render_model_find(name);
    char quoted[RS_QUOTE_SIZE];
    *out = model ? model->hbb : rs_geom_convention(name);
    if (*out) return RSIFT_OK;
    return rs_err_set(err, RSIFT_E_ARG,
                      "no box convention \"%s\" for %s; docs/scoring.md lists them",
                      rs_err_quote(quoted, name), what);
}

/* The factor of smart_resize for boxes in the resized pixels of this convention: that of the model
 * whose convention it is; else (rscovlm) of the first model that resizes at all. */
static int resize_factor_of(rs_str name)
{
    int factor = 0;
    for (size_t i = 0; rs_render_models[i]; i++) {
        const rs_render_model *m = rs_render_models[i];
        const rs_convention *const own[] = {m->hbb, m->quad, m->point};
        for (size_t k = 0; m->resize_factor && k < sizeof own / sizeof *own; k++)
            if (own[k] && rs_str_eq(name, rs_str_of(own[k]->name))) return m->resize_factor;
        if (!factor) factor = m->resize_factor;
    }
    return factor;
}

rsift_status rs_score_frame_check(const rs_score_options *o, const rs_profile *p, rsift_error *err)
{
    const rs_convention *found;
    (void)p;
    if (o->boxes) RS_TRY(find_convention(rs_str_of(o->boxes), "--boxes", &found, err));
    if (!o->compare_boxes) return RSIFT_OK;
    return find_convention(rs_str_of(o->compare_boxes), "--compare-boxes", &found, err);
}

/* The same scale and frame for a list of n numbers: models write axis-aligned, oriented boxes and
 * quads side by side. */
static rs_convention with_count(const rs_convention *c, size_t n)
{
    rs_convention out = *c;
    const bool oriented = c->shape == RS_SHAPE_OBB_XYXYA || c->shape == RS_SHAPE_OBB_CXCYWHA;
    const bool axis_aligned = !oriented && c->shape != RS_SHAPE_QUAD &&
                              c->shape != RS_SHAPE_POLYGON && c->shape != RS_SHAPE_POINT;
    if (n == 4 && !axis_aligned) out.shape = RS_SHAPE_HBB_XYXY;
    if (n == 5 && !oriented) {
        out.shape = RS_SHAPE_OBB_XYXYA;
        out.angle_sense = 1;
        out.rotate_in_pixels = true;
    }
    if (n == 8) out.shape = RS_SHAPE_QUAD;
    return out;
}

/* The sizes a conversion needs; false = the truth does not have them. */
static bool canvas_of(const rs_score_job *job, const rs_score_record *t, const rs_convention *from,
                      const rs_convention *to, rs_canvas *out)
{
    const rs_score_details *d = rs_score_details_of(t);
    const rs_score_options *o = job->options;
    *out = (rs_canvas){d->width, d->height, d->resized[0], d->resized[1]};
    if (d->width > 0 && d->height > 0) {
        /* Boxes on the resized picture need its size: from the truth, or computed as the model
         * does. */
        if (from->frame != RS_FRAME_RESIZED || d->resized[0] > 0) return true;
        return o->min_pixels > 0 && o->max_pixels > 0 &&
               rs_geom_smart_resize(d->width, d->height, resize_factor_of(rs_str_of(from->name)),
                                    o->min_pixels, o->max_pixels, &out->resized_width,
                                    &out->resized_height);
    }
    /* Between two relative conventions any size gives the same numbers. */
    *out = (rs_canvas){.width = 1000, .height = 1000};
    return from->frame == RS_FRAME_IMAGE && from->scale > 0 && to->frame == RS_FRAME_IMAGE &&
           to->scale > 0;
}

/* ---- restating ------------------------------------------------------------------------------- */

void rs_score_put_numbers(rs_buf *b, const double *numbers, size_t n)
{
    rs_buf_cstr(b, b->len > 1 ? ", [" : "[");
    for (size_t i = 0; i < n; i++) {
        char text[352]; /* DBL_MAX has 309 digits before the point */
        int len = snprintf(text, sizeof text, "%.9f", numbers[i]);
        while (len > 1 && text[len - 1] == '0') len--;
        if (len > 1 && text[len - 1] == '.') len--;
        if (i) rs_buf_cstr(b, ", ");
        rs_buf_add(b, text, (size_t)len);
    }
    rs_buf_char(b, ']');
}

/* Do numbers of that convention have to be restated for the profile? */
static bool is_foreign(const rs_score_job *job, rs_str convention)
{
    const char *frame = job->profile->frame;
    return frame && convention.len && !rs_str_eq(convention, rs_str_of(frame));
}

/* Boxes of the truth or of the predictions (for messages), and the convention they follow. */
typedef struct spelling {
    const char *whose;
    rs_str convention;
} spelling;

/* Another unit does not mend a box: one whose far corner stood first in pixels is written so again,
 * since encoding puts corners in order and the rule is to judge the answer as it was given. */
static void keep_inverted(const double px[4], double numbers[4])
{
    for (int axis = 0; axis < 2; axis++) {
        if (px[axis + 2] >= px[axis]) continue;
        const double near = numbers[axis];
        numbers[axis] = numbers[axis + 2];
        numbers[axis + 2] = near;
    }
}

/* Replaces a text by its boxes in the benchmark's own convention, "[[..], [..]]", unless it follows
 * that already; empty when it has none. */
static rsift_status restate(rs_score_job *job, const rs_score_record *t, spelling how,
                            rs_score_scratch *scratch, rs_str *text, rsift_error *err)
{
    rs_buf *buf = &scratch->buf;
    const rs_convention *from, *to;
    rs_canvas canvas;
    rs_boxtext found;
    if (!is_foreign(job, how.convention)) return RSIFT_OK;
    RS_TRY(find_convention(how.convention, how.whose, &from, err));
    RS_TRY(find_convention(rs_str_of(job->profile->frame), "the profile", &to, err));
    if (!canvas_of(job, t, from, to, &canvas)) {
        rs_err_set(err, RSIFT_E_ARG,
                   "%s in \"%s\" need width and height of the picture in the truth%s", how.whose,
                   from->name,
                   from->frame == RS_FRAME_RESIZED ? ", and --min-pixels and --max-pixels" : "");
        return rs_score_blame_truth(job, t, err);
    }
    RS_TRY(rs_lang_boxtext_parse(&scratch->arena, *text, RS_BOXTEXT_ALL, &found, err));
    buf->len = 0;
    for (size_t i = 0; i < found.n; i++) {
        const rs_boxtext_span *span = &found.spans[i];
        double px[8], numbers[8];
        if (span->n_numbers != 4 && span->n_numbers != 5 && span->n_numbers != 8) continue;
        /* numbers -> pixels -> the benchmark's numbers; what cannot be converted is no box */
        const rs_convention c = with_count(from, span->n_numbers);
        const size_t n_px = rs_geom_decode(&c, &canvas, span->numbers, span->n_numbers, px, 8);
        const size_t n = n_px ? rs_geom_encode(to, &canvas, px, n_px, numbers, 8, NULL) : 0;
        if (!n) continue;
        if (n_px == 4 && n == 4) keep_inverted(px, numbers);
        if (!buf->len) rs_buf_char(buf, '[');
        rs_score_put_numbers(buf, numbers, n);
    }
    if (buf->len) rs_buf_char(buf, ']');
    *text = rs_arena_str(&job->arena, rs_str_make(buf->len ? buf->ptr : "", buf->len));
    return text->ptr && !buf->failed ? RSIFT_OK : rs_err_nomem(err, "boxes");
}

/* ---- references and predictions -------------------------------------------------------------- */

rs_str rs_score_reference_boxes(const rs_score_record *t)
{
    const rs_str boxes = rs_score_details_of(t)->boxes;
    return boxes.ptr ? boxes : t->reference.ptr ? t->reference : RS_STR("");
}

void rs_score_scratch_fini(rs_score_scratch *scratch)
{
    rs_buf_fini(&scratch->buf);
    rs_arena_fini(&scratch->arena);
}

rsift_status rs_score_frame_prepare(rs_score_job *job, rsift_error *err)
{
    rs_score_scratch scratch = {0};
    rsift_status status = RSIFT_OK;
    for (size_t i = 0; status == RSIFT_OK && i < job->n; i++) {
        rs_score_record *t = &job->truth.records[i];
        if (!t->details || !t->details->boxes.ptr) continue;
        t->n_reference_box = 0; /* boxes with a convention go before numbers without one */
        const spelling how = {"boxes of the truth", t->details->convention};
        status = restate(job, t, how, &scratch, &t->details->boxes, err);
        rs_arena_reset(&scratch.arena);
    }
    rs_score_scratch_fini(&scratch);
    return status;
}

rs_str rs_score_prediction_convention(const rs_score_run *run, const rs_score_record *t)
{
    return run->boxes ? rs_str_of(run->boxes) : rs_score_details_of(t)->prediction_convention;
}

size_t rs_score_n_listed(const rs_score_job *job, const rs_score_run *run, size_t i)
{
    const rs_str convention = rs_score_prediction_convention(run, run->items[i].truth);
    return is_foreign(job, convention) ? 0 : run->items[i].prediction->n_prediction_box;
}

rsift_status rs_score_restate_output(rs_score_job *job, rs_score_run *run, size_t i,
                                     rs_score_scratch *scratch, rsift_error *err)
{
    const rs_score_record *t = run->items[i].truth, *p = run->items[i].prediction;
    const spelling how = {"boxes of the predictions", rs_score_prediction_convention(run, t)};
    run->read[i] = rs_score_output(job, run, p ? p->prediction : RS_STR(""));
    if (!p || p->guessed || !is_foreign(job, how.convention)) return RSIFT_OK;
    if (p->n_prediction_box) { /* numbers are restated as the text they would have been */
        scratch->buf.len = 0;
        rs_score_put_numbers(&scratch->buf, p->prediction_box, p->n_prediction_box);
        run->read[i] = rs_arena_str(&scratch->arena, rs_buf_view(&scratch->buf));
        if (scratch->buf.failed || !run->read[i].ptr) return rs_err_nomem(err, "boxes");
    }
    return restate(job, t, how, scratch, &run->read[i], err);
}

/* ---- notes ----------------------------------------------------------------------------------- */

/* What speaks against the way in which a run's boxes were read. */
static rsift_status note_unlike(rs_score_job *job, const rs_score_run *run, const char *name,
                                const char *colon, rsift_error *err)
{
    if (run->n_several)
        RS_TRY(rs_score_add_note(job, err,
                                 "%s%s%zu answers hold several boxes, of which the first counts",
                                 name, colon, run->n_several));
    if (run->n_unit)
        RS_TRY(rs_score_add_note(
            job, err,
            "%s%s%zu of %zu predicted boxes lie within 0 to 1, where the truth's do not: fractions "
            "are read by --boxes fraction",
            name, colon, run->n_unit, run->n_readable));
    if (2 * run->n_beyond > run->n_readable)
        RS_TRY(rs_score_add_note(
            job, err,
            "%s%s%zu of %zu predicted boxes leave their picture: they may be of another "
            "convention, which --boxes names",
            name, colon, run->n_beyond, run->n_readable));
    return RSIFT_OK;
}

rsift_status rs_score_frame_note(rs_score_job *job, const rs_score_report *report, rsift_error *err)
{
    const bool two = job->options->compare != NULL;
    rs_str asked = {NULL, 0};
    if (!job->profile->frame) return RSIFT_OK;
    for (size_t i = 0; i < job->n && !asked.len; i++)
        asked = rs_score_details_of(&job->truth.records[i])->prediction_convention;
    for (int k = 0; k < (two ? 2 : 1); k++) {
        /* With two models the file's name stands first. */
        const rs_score_run *run = k ? &report->second : &report->run;
        const char *name = two ? run->path : "", *colon = two ? ": " : "";
        if (run->n_inverted)
            RS_TRY(rs_score_add_note(
                job, err,
                "%s%s%zu predicted boxes have their far corner first and are left so: by the rule "
                "they overlap with nothing",
                name, colon, run->n_inverted));
        RS_TRY(note_unlike(job, run, name, colon, err));
        const rs_str read = run->boxes ? rs_str_of(run->boxes) : asked;
        const rs_convention *c = NULL;
        if (!read.len) {
            RS_TRY(rs_score_add_note(job, err,
                                     "%s%sboxes are read as the benchmark has its own; --boxes "
                                     "names another model or convention",
                                     name, colon));
            continue;
        }
        if (asked.len && run->boxes && !rs_str_eq(asked, read))
            RS_TRY(rs_score_add_note(
                job, err, "%s%sboxes are read in \"%.*s\", not \"%.*s\" as the truth says", name,
                colon, RS_STR_ARG(read), RS_STR_ARG(asked)));
        else
            RS_TRY(rs_score_add_note(job, err, "%s%sboxes are read in \"%.*s\"", name, colon,
                                     RS_STR_ARG(read)));
        if (find_convention(read, "a note", &c, NULL) != RSIFT_OK) continue;
        if (c->frame != RS_FRAME_RESIZED && job->options->min_pixels > 0)
            RS_TRY(
                rs_score_add_note(job, err, "--min-pixels and --max-pixels change nothing here"));
    }
    return RSIFT_OK;
}
