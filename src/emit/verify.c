/* Verification of one record. The parser is the model's (render), the comparison is here. */
#include "emit/verify.h"

#include "geom/convention.h"
#include "render/measure.h"

#include <math.h>

enum { VERIFY_ONE_IN = 16 };

/* Layouts that keep boxes apart from the text write pixels to a hundredth (ms-swift). */
static const double layout_step = 0.01;

static size_t count_tags(const rs_rendered *r)
{
    const rs_str tag = RS_STR("<image>");
    size_t n = 0;
    for (uint32_t i = 0; i < r->n_messages; i++) {
        rs_str rest = r->messages[i].text;
        for (size_t at; (at = rs_str_find(rest, tag)) != RS_NPOS; n++)
            rest = rs_str_sub(rest, at + tag.len, rest.len);
    }
    return n;
}

/* One step of what wrote the box, in pixels of its picture, by axis. */
static bool step_of(const rs_render_options *render, const rs_emit_meant *meant,
                    const rs_written_box *box, bool in_text, double step[2])
{
    double width = meant->widths[box->image], height = meant->heights[box->image];
    step[0] = step[1] = layout_step;
    if (in_text) {
        rs_canvas canvas;
        rs_convention c;
        if (!rs_render_convention(render->model, box->n_pixels, &c) ||
            !rs_render_canvas(render, width, height, &canvas))
            return false;
        rs_geom_quantum(&c, &canvas, step);
        /* rs_geom_quantum bounds a rounding; one that also had to clamp may be twice as far off. */
        step[0] *= 2;
        step[1] *= 2;
    }
    /* For the floating point of both conversions. */
    step[0] += 1e-6 * width;
    step[1] += 1e-6 * height;
    return true;
}

static void put_pixels(char *out, size_t cap, const rs_written_box *box)
{
    int at = snprintf(out, cap, "[");
    for (uint32_t k = 0; k < box->n_pixels && at > 0 && (size_t)at < cap; k++)
        at += snprintf(out + at, cap - (size_t)at, k ? ", %.2f" : "%.2f", box->pixels[k]);
    if (at > 0 && (size_t)at < cap) snprintf(out + at, cap - (size_t)at, "]");
}

/* Whether the points lie within a step of each other; `reversed`: the found ones are gone through
 * from the first backwards. */
static bool points_near(const rs_written_box *meant, const rs_written_box *found, bool reversed,
                        const double step[2])
{
    uint32_t n = meant->n_pixels / 2;
    for (uint32_t i = 0; i < n; i++) {
        const double *a = meant->pixels + 2 * (size_t)i;
        const double *b = found->pixels + 2 * (size_t)(reversed ? (n - i) % n : i);
        if (fabs(a[0] - b[0]) > step[0] || fabs(a[1] - b[1]) > step[1]) return false;
    }
    return true;
}

/* Box number i: what was read back against what was meant. Four corners may come back in the other
 * sense: rounding can turn a flat quadrilateral over, and reading puts corners clockwise. */
static rsift_status compare_box(const rs_render_options *render, const rs_emit_meant *meant,
                                uint32_t i, const rs_written_box *found, bool in_text,
                                rsift_error *err)
{
    const rs_written_box *box = &meant->boxes[i];
    double step[2] = {0, 0};
    /* Text does not say which picture a box lies in, so the picture is compared only for layouts
     * that keep boxes apart. */
    if (found->n_pixels == box->n_pixels && (in_text || found->image == box->image) &&
        step_of(render, meant, box, in_text, step) &&
        (points_near(box, found, false, step) ||
         (box->n_pixels == 8 && points_near(box, found, true, step))))
        return RSIFT_OK;
    char wanted[120], got[120];
    put_pixels(wanted, sizeof wanted, box);
    put_pixels(got, sizeof got, found);
    return rs_err_set(err, RSIFT_E_FORMAT,
                      "box %u is %.80s in picture %u and reads back as %.80s, more than one step "
                      "of %s away",
                      i, wanted, box->image, got, render->model->name);
}

uint32_t rs_emit_n_compared(const rs_emit_meant *meant)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < meant->n_boxes; i++)
        n += meant->boxes[i].n_pixels > 0 && meant->boxes[i].image < meant->n_images;
    return n;
}

bool rs_emit_verifies_early(rs_id id, const rs_emit_meant *meant)
{
    if (meant->n_boxes == 0 || meant->n_images == 0 || id.lo % VERIFY_ONE_IN != 0) return false;
    return meant->widths[0] > 0; /* of unknown size: there are no pixels to compare */
}

rsift_status rs_emit_decode(const rs_render_options *render, const rs_rendered *record,
                            const double size[2], rs_arena *arena, rs_render_boxes *out,
                            rsift_error *err)
{
    *out = (rs_render_boxes){0};
    for (uint32_t m = 0; m < record->n_messages; m++)
        RS_TRY(rs_render_decode(render, record->messages[m].text, size, arena, out, err));
    return RSIFT_OK;
}

/* Text says nothing of which picture a box lies in: the text is decoded for each picture that has
 * boxes, and those of that picture are compared. */
static rsift_status verify_boxes(const rs_render_options *render, const rs_rendered *back,
                                 const rs_emit_meant *meant, rs_arena *arena, rsift_error *err)
{
    const bool in_text = back->n_boxes == 0;
    for (uint32_t image = 0; image < meant->n_images; image++) {
        rs_render_boxes found = {0};
        const double size[2] = {meant->widths[image], meant->heights[image]};
        bool any = false;
        for (uint32_t i = 0; i < meant->n_boxes; i++)
            any = any || (meant->boxes[i].image == image && meant->boxes[i].n_pixels > 0);
        if (!any) continue;
        if (in_text) RS_TRY(rs_emit_decode(render, back, size, arena, &found, err));
        const rs_written_box *boxes = in_text ? found.items : back->boxes;
        size_t n = in_text ? found.n : back->n_boxes;
        /* All boxes of the record are read back for each picture, in the order of writing: box i is
         * compared with box i. */
        if (n != meant->n_boxes)
            return rs_err_set(err, RSIFT_E_FORMAT, "%u boxes were written, %zu can be read back",
                              meant->n_boxes, n);
        for (uint32_t i = 0; i < meant->n_boxes; i++)
            if (meant->boxes[i].image == image && meant->boxes[i].n_pixels > 0)
                RS_TRY(compare_box(render, meant, i, &boxes[i], in_text, err));
    }
    return RSIFT_OK;
}

rsift_status rs_emit_verify(const rs_writer *writer, const rs_render_options *render, rs_str record,
                            const rs_emit_meant *meant, rs_arena *scratch, rsift_error *err)
{
    rs_rendered back = {0};
    RS_TRY(writer->read(scratch, record, &back, err));
    size_t n_tags = count_tags(&back);
    /* Trainers pair tags and pictures by their order: one too few shifts all that follow. */
    if (n_tags != back.n_images || back.n_images != meant->n_images)
        return rs_err_set(
            err, RSIFT_E_FORMAT,
            "the sample has %u pictures; the record names %u and has %zu <image> tags",
            meant->n_images, back.n_images, n_tags);
    return verify_boxes(render, &back, meant, scratch, err);
}
