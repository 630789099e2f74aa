/* One line of truth.jsonl: what `rsift score` needs to hold a model's answer against a sample.
 * Boxes stand there as released, with the name of their convention and of the model that was asked,
 * so that scoring can bring the model's boxes into the benchmark's own numbers. */
#include "emit/emit.h"

#include "codec/json.h"
#include "render/measure.h"

/* The regions that the question asks for: those of the first expression where the sample has
 * several (one question a sample is asked), else all that are not marks of the question. */
static bool asked_for(const rs_sample *sample, const rs_region *region)
{
    int32_t first = -1;
    uint32_t n_phrases = 0;
    for (uint32_t i = 0; i < sample->n_turns; i++)
        if (sample->turns[i].role == RS_TURN_PHRASE && n_phrases++ == 0) first = (int32_t)i;
    if (region->flags & RS_REGION_MARK) return false;
    return n_phrases < 2 || region->turn < 0 || region->turn == first;
}

static bool wants_boxes(rs_task task)
{
    return task == RS_TASK_GROUNDING_HBB || task == RS_TASK_GROUNDING_OBB ||
           task == RS_TASK_DETECTION_HBB || task == RS_TASK_DETECTION_OBB;
}

/* Boxes as released, in one convention; regions of several conventions are left to "answer". */
static void put_boxes(const rs_render_options *render, rs_buf *b, const rs_sample *sample,
                      const rs_rendered *r)
{
    const rs_convention *convention = NULL;
    for (uint32_t i = 0; i < sample->n_regions; i++) {
        const rs_region *region = &sample->regions[i];
        if (!asked_for(sample, region)) continue;
        if (!region->convention || !region->n_coords ||
            (convention && convention != region->convention))
            return;
        convention = region->convention;
    }
    if (!convention) return;
    rs_json_put_key(b, "boxes");
    rs_buf_char(b, '[');
    const char *between = "[";
    for (uint32_t i = 0; i < sample->n_regions; i++) {
        const rs_region *region = &sample->regions[i];
        if (!asked_for(sample, region)) continue;
        for (uint32_t k = 0; k < region->n_coords; k++) {
            rs_buf_cstr(b, k ? "," : between);
            rs_json_put_double(b, region->coords[k]);
        }
        rs_buf_char(b, ']');
        between = ",[";
    }
    rs_buf_char(b, ']');
    rs_json_put_key(b, "labels");
    rs_buf_char(b, '[');
    for (uint32_t i = 0, n = 0; i < sample->n_regions; i++) {
        if (!asked_for(sample, &sample->regions[i])) continue;
        if (n++) rs_buf_char(b, ',');
        rs_json_put_str(b, sample->regions[i].label.ptr ? sample->regions[i].label : RS_STR(""));
    }
    rs_buf_char(b, ']');
    rs_json_put_key(b, "convention");
    rs_json_put_str(b, rs_str_of(convention->name));
    rs_json_put_key(b, "prediction_boxes");
    rs_json_put_str(b, rs_str_of(render->model->name));
    rs_canvas canvas;
    if (!r->n_images || !(r->widths[0] > 0) ||
        !rs_render_canvas(render, r->widths[0], r->heights[0], &canvas))
        return;
    if (!(canvas.resized_width > 0)) return;
    rs_json_put_key(b, "resized");
    rs_buf_char(b, '[');
    rs_json_put_double(b, canvas.resized_width);
    rs_buf_char(b, ',');
    rs_json_put_double(b, canvas.resized_height);
    rs_buf_char(b, ']');
}

void rs_emit_put_truth(const rs_render_options *render, const rs_sample *sample,
                       const rs_rendered *r, rs_buf *b)
{
    char id[RS_ID_TEXT];
    rs_buf_cstr(b, "{\"id\":\"");
    rs_buf_cstr(b, rs_id_text(id, sample->id));
    rs_buf_cstr(b, "\"");
    if (sample->original_id.len) {
        rs_json_put_key(b, "original_id");
        rs_json_put_str(b, sample->original_id);
    }
    rs_json_put_key(b, "task");
    rs_json_put_str(b, rs_str_of(rs_model_task_name(sample->task)));
    rs_json_put_key(b, "type");
    rs_json_put_str(b, sample->release_type);
    rs_json_put_key(b, "images");
    rs_buf_char(b, '[');
    for (uint32_t i = 0; i < r->n_images; i++) {
        if (i) rs_buf_char(b, ',');
        rs_json_put_str(b, r->images[i]);
    }
    rs_buf_char(b, ']');
    if (r->n_images && r->widths[0] > 0 && r->heights[0] > 0) {
        rs_json_put_key(b, "width");
        rs_json_put_double(b, r->widths[0]);
        rs_json_put_key(b, "height");
        rs_json_put_double(b, r->heights[0]);
    }
    rs_json_put_key(b, "question");
    rs_json_put_str(b, r->n_messages ? r->messages[r->n_messages - 1].text : RS_STR(""));
    bool many = rs_str_ends(r->task, RS_STR("caption")) && rs_str_starts(r->truth, RS_STR("[\""));
    rs_json_put_key(b, many ? "references" : "answer");
    if (many) rs_buf_str(b, r->truth); /* JSON of all reference captions */
    else rs_json_put_str(b, r->truth);
    if (wants_boxes(sample->task)) put_boxes(render, b, sample, r);
    rs_buf_cstr(b, "}\n");
}
