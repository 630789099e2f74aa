/* One line of truth.jsonl. Boxes stand there as released, with the names of their convention and of
 * the model that was asked, so that scoring can bring the model's boxes into the benchmark's own
 * numbers. */
#include "emit/truth.h"

#include "codec/json_writer.h"
#include "render/measure.h"

/* The regions that the question asks for: those of the first expression where the sample has
 * several (each sample is asked one question), else all that are not marks of the question. */
static bool asked_for(const rs_sample *sample, const rs_region *region)
{
    int32_t first = -1;
    uint32_t n_phrases = 0;
    for (uint32_t i = 0; i < sample->n_turns; i++)
        if (sample->turns[i].role == RS_TURN_PHRASE && n_phrases++ == 0) first = (int32_t)i;
    /* A mark is part of the question, an outline the shape of a box that stands there itself. A
     * region of no turn belongs to every expression. */
    if (region->flags & (RS_REGION_MARK | RS_REGION_OUTLINE)) return false;
    return n_phrases < 2 || region->turn < 0 || region->turn == first;
}

static bool wants_boxes(rs_task task)
{
    return task == RS_TASK_GROUNDING_HBB || task == RS_TASK_GROUNDING_OBB ||
           task == RS_TASK_DETECTION_HBB || task == RS_TASK_DETECTION_OBB;
}

/* The convention that all asked regions share; NULL when there are several or none. */
static const rs_convention *common_convention(const rs_sample *sample)
{
    const rs_convention *convention = NULL;
    for (uint32_t i = 0; i < sample->n_regions; i++) {
        const rs_region *region = &sample->regions[i];
        if (!asked_for(sample, region)) continue;
        if (!region->convention || !region->n_coords ||
            (convention && convention != region->convention))
            return NULL;
        convention = region->convention;
    }
    return convention;
}

/* Boxes and labels as released, when they share a convention; otherwise "answer" alone has them. */
static void put_boxes(const rs_render_options *render, const rs_sample *sample,
                      const rs_rendered *r, rs_json_writer *w)
{
    const rs_convention *convention = common_convention(sample);
    if (!convention) return;
    rs_json_field_array(w, "boxes");
    for (uint32_t i = 0; i < sample->n_regions; i++) {
        const rs_region *region = &sample->regions[i];
        if (!asked_for(sample, region)) continue;
        rs_json_begin_array(w);
        for (uint32_t k = 0; k < region->n_coords; k++) rs_json_write_double(w, region->coords[k]);
        rs_json_end_array(w);
    }
    rs_json_end_array(w);
    rs_json_field_array(w, "labels");
    for (uint32_t i = 0; i < sample->n_regions; i++)
        if (asked_for(sample, &sample->regions[i])) rs_json_write_str(w, sample->regions[i].label);
    rs_json_end_array(w);
    rs_json_field_cstr(w, "convention", convention->name);
    rs_json_field_cstr(w, "prediction_boxes", render->model->name);
    /* For scoring, which scales absolute pixels of the resized picture back; left out where no such
     * size is known. */
    rs_canvas canvas;
    if (!r->n_images || !(r->widths[0] > 0) ||
        !rs_render_canvas(render, r->widths[0], r->heights[0], &canvas) ||
        !(canvas.resized_width > 0))
        return;
    rs_json_field_array(w, "resized");
    rs_json_write_double(w, canvas.resized_width);
    rs_json_write_double(w, canvas.resized_height);
    rs_json_end_array(w);
}

rsift_status rs_emit_put_unasked(rs_id id, rs_str task, const char *reason, rs_buf *b,
                                 rsift_error *err)
{
    char text[RS_ID_TEXT];
    rs_json_writer w = rs_json_writer_to(b);
    rs_json_begin_object(&w);
    rs_json_field_cstr(&w, "id", rs_id_text(text, id));
    rs_json_field_str(&w, "task", task);
    rs_json_field_cstr(&w, "not_written", reason);
    rs_json_end_object(&w);
    rs_buf_char(b, '\n');
    return rs_json_finish(&w, "the truth", err);
}

bool rs_emit_is_unanswered(rs_str line)
{
    return rs_str_ends(line, RS_STR("\"withheld\":true}")) ||
           rs_str_ends(line, RS_STR("\"incomplete\":true}"));
}

rsift_status rs_emit_put_truth(const rs_render_options *render, const rs_sample *sample,
                               const rs_rendered *r, rs_buf *b, rsift_error *err)
{
    char id[RS_ID_TEXT];
    rs_json_writer w = rs_json_writer_to(b);
    rs_json_begin_object(&w);
    rs_json_field_cstr(&w, "id", rs_id_text(id, sample->id));
    if (sample->original_id.len) rs_json_field_str(&w, "original_id", sample->original_id);
    rs_json_field_cstr(&w, "task", rs_model_task_name(sample->task));
    rs_json_field_str(&w, "type", sample->release_type);
    rs_json_field_array(&w, "images");
    for (uint32_t i = 0; i < r->n_images; i++) rs_json_write_str(&w, r->images[i]);
    rs_json_end_array(&w);
    if (r->n_images && r->widths[0] > 0 && r->heights[0] > 0) {
        rs_json_field_double(&w, "width", r->widths[0]);
        rs_json_field_double(&w, "height", r->heights[0]);
    }
    /* The question is the last message: a system text may stand in front of it. */
    rs_json_field_str(&w, "question",
                      r->n_messages ? r->messages[r->n_messages - 1].text : RS_STR(""));
    if (sample->n_options) {
        rs_json_field_array(&w, "options");
        for (uint32_t i = 0; i < sample->n_options; i++) rs_json_write_str(&w, sample->options[i]);
        rs_json_end_array(&w);
    }
    /* An answer that the release keeps, or part of a list of objects, is none: written down, it
     * would be compared with. */
    const bool boxes = wants_boxes(sample->task) && common_convention(sample);
    const bool lost = r->truth_lost && sample->truth && !boxes,
               incomplete = rs_model_complete(sample) == RS_COMPLETE_NO,
               blank = !rs_str_trim(r->truth).len && !boxes && !incomplete,
               withheld = !lost && (!sample->truth || blank);
    if (withheld || lost || incomplete) {
        if (lost) rs_json_field_cstr(&w, "reason", r->truth_lost);
        /* the last field: rs_emit_is_unanswered looks there */
        rs_json_field_bool(&w, withheld ? "withheld" : "incomplete", true);
        rs_json_end_object(&w);
        return rs_json_finish(&w, "the truth", err);
    }
    /* Several reference captions are JSON already. */
    if (rs_str_ends(r->task, RS_STR("caption")) && rs_str_starts(r->truth, RS_STR("[\"")))
        rs_json_field_raw(&w, "references", r->truth);
    else if (!r->truth_lost) rs_json_field_str(&w, "answer", r->truth);
    if (boxes) put_boxes(render, sample, r, &w);
    rs_json_end_object(&w);
    return rs_json_finish(&w, "the truth", err);
}
