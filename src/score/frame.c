#include "score/frame.h"

#include "geom/convention.h"
#include "lang/boxtext.h"
#include "render/render.h"

#include <stdio.h>

/* ---- conventions ----------------------------------------------------------------------------- */

/* A model's own convention by the model's name, or a convention by its own. NULL = unknown. */
static const rs_convention *convention_of(rs_str name)
{
    const rs_render_model *model = rs_render_model_find(name);
    return rs_geom_convention(model ? rs_str_of(model->hbb) : name);
}

static rsift_status find_convention(rs_str name, const char *what, const rs_convention **out,
                                    rsift_error *err)
{
    char quoted[RS_QUOTE_SIZE];
    *out = convention_of(name);
    if (*out) return RSIFT_OK;
    return rs_err_set(err, RSIFT_E_ARG,
                      "no box convention \"%s\" for %s; docs/scoring.md lists them",
                      rs_err_quote(quoted, name), what);
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

static bool is_relative(const rs_convention *c)
{
    return c->frame == RS_FRAME_IMAGE && c->scale > 0;
}

/* The sizes a conversion needs; false = the truth does not have them. */
static bool canvas_of(const rs_score_job *job, const rs_score_record *t, const rs_convention *from,
                      const rs_convention *to, rs_canvas *out)
{
    const rs_score_details *d = rs_score_details_of(t);
    const rs_score_options *o = job->options;
    *out = (rs_canvas){d->width, d->height, d->resized[0], d->resized[1]};
    if (d->width > 0 && d->height > 0) {
        if (from->frame != RS_FRAME_RESIZED || d->resized[0] > 0) return true;
        return o->min_pixels > 0 && o->max_pixels > 0 &&
               rs_geom_smart_resize(d->width, d->height, 28, o->min_pixels, o->max_pixels,
                                    &out->resized_width, &out->resized_height);
    }
    /* Between two relative conventions any size gives the same numbers. */
    *out = (rs_canvas){.width = 1000, .height = 1000};
    return is_relative(from) && is_relative(to);
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
        const rs_convention c = with_count(from, span->n_numbers);
        const size_t n_px = rs_geom_decode(&c, canvas, span->numbers, span->n_numbers, px, 8);
        const size_t n = n_px ? rs_geom_encode(to, canvas, px, n_px, numbers, 8, NULL) : 0;
        if (!n) continue;
        if (!out->len) rs_buf_char(out, '[');
        rs_score_put_numbers(out, numbers, n);
    }
    if (out->len) rs_buf_char(out, ']');
    return out->failed ? rs_err_nomem(err, "boxes") : RSIFT_OK;
}

/* Do numbers of that convention have to be restated for the profile? */
static bool is_foreign(const rs_score_job *job, rs_str convention)
{
    const char *frame = job->profile->frame;
    return frame && convention.len && !rs_str_eq(convention, rs_str_of(frame));
}

/* Replaces a text by its boxes in the benchmark's own convention, unless it follows that already.
 * whose: for messages. */
static rsift_status restate_in_frame(rs_score_job *job, const rs_score_record *t, rs_str convention,
                                     const char *whose, rs_arena *scratch, rs_buf *buf,
                                     rs_str *text, rsift_error *err)
{
    const rs_convention *from, *to;
    rs_canvas canvas;
    if (!is_foreign(job, convention)) return RSIFT_OK;
    RS_TRY(find_convention(convention, whose, &from, err));
    RS_TRY(find_convention(rs_str_of(job->profile->frame), "the profile", &to, err));
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

/* ---- references and predictions -------------------------------------------------------------- */

rs_str rs_score_reference_boxes(const rs_score_record *t)
{
    const rs_str boxes = rs_score_details_of(t)->boxes;
    return boxes.ptr ? boxes : t->reference.ptr ? t->reference : RS_STR("");
}

rsift_status rs_score_frame_prepare(rs_score_job *job, rsift_error *err)
{
    rs_arena scratch = {0};
    rs_buf buf = {0};
    rsift_status status = RSIFT_OK;
    for (size_t i = 0; status == RSIFT_OK && i < job->n; i++) {
        rs_score_record *t = &job->truth.records[i];
        if (!t->details || !t->details->boxes.ptr) continue;
        t->n_reference_box = 0; /* boxes with a convention go before numbers without one */
        status = restate_in_frame(job, t, t->details->convention, "boxes of the truth", &scratch,
                                  &buf, &t->details->boxes, err);
        rs_arena_reset(&scratch);
    }
    rs_buf_fini(&buf);
    rs_arena_fini(&scratch);
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
                                     rs_arena *scratch, rs_buf *buf, rsift_error *err)
{
    const rs_score_record *t = run->items[i].truth, *p = run->items[i].prediction;
    const rs_str convention = rs_score_prediction_convention(run, t);
    run->read[i] = p && p->prediction.ptr ? p->prediction : RS_STR("");
    if (!p || p->guessed || !is_foreign(job, convention)) return RSIFT_OK;
    if (p->n_prediction_box) { /* numbers are restated as the text they would have been */
        buf->len = 0;
        rs_score_put_numbers(buf, p->prediction_box, p->n_prediction_box);
        run->read[i] = rs_arena_str(scratch, rs_buf_view(buf));
        if (buf->failed || !run->read[i].ptr) return rs_err_nomem(err, "boxes");
    }
    return restate_in_frame(job, t, convention, "boxes of the predictions", scratch, buf,
                            &run->read[i], err);
}

/* ---- notes ----------------------------------------------------------------------------------- */

/* In which convention one run's boxes were read. With two models the file's name stands first. */
static rsift_status note_run(rs_score_job *job, const rs_score_run *run, rsift_error *err)
{
    const bool two = job->options->compare != NULL;
    const char *name = two ? run->path : "", *colon = two ? ": " : "";
    rs_str asked = {NULL, 0};
    for (size_t i = 0; i < job->n && !asked.len; i++)
        asked = rs_score_details_of(&job->truth.records[i])->prediction_convention;
    const rs_str read = run->boxes ? rs_str_of(run->boxes) : asked;
    if (!read.len)
        return rs_score_add_note(job, err,
                                 "%s%sboxes are read as the benchmark has its own; --boxes names "
                                 "another model or convention",
                                 name, colon);
    if (asked.len && run->boxes && !rs_str_eq(asked, read))
        RS_TRY(rs_score_add_note(job, err,
                                 "%s%sboxes are read in \"%.*s\", not \"%.*s\" as the truth says",
                                 name, colon, RS_STR_ARG(read), RS_STR_ARG(asked)));
    else
        RS_TRY(rs_score_add_note(job, err, "%s%sboxes are read in \"%.*s\"", name, colon,
                                 RS_STR_ARG(read)));
    const rs_convention *c = convention_of(read);
    if (!c || c->frame == RS_FRAME_RESIZED || !(job->options->min_pixels > 0)) return RSIFT_OK;
    return rs_score_add_note(job, err, "--min-pixels and --max-pixels change nothing here");
}

rsift_status rs_score_frame_note(rs_score_job *job, const rs_score_report *report, rsift_error *err)
{
    if (!job->profile->frame) return RSIFT_OK;
    RS_TRY(note_run(job, &report->run, err));
    return job->options->compare ? note_run(job, &report->second, err) : RSIFT_OK;
}
