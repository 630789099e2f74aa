/* Captions in COCO's form: see coco_captions.h. Each annotation is one reference of its picture; a
 * caption that is no text, or an empty one, is a finding and leaves the others. */
#include "readers/coco_captions.h"

#include "readers/coco_masks.h"

static const rs_str of_annotation[] = {
    {"id", 2},
    {"image_id", 8},
    {"caption", 7},
};

/* One caption; *text.ptr NULL: there is none that can be used. */
static rsift_status read_caption(rs_parse *p, const rs_json *annotation, size_t i, rs_str *text)
{
    char where[64];
    bool bad = false;
    const rs_str place = rs_coco_where(where, i, "caption");
    RS_TRY(rs_parse_text(p, rs_json_get(annotation, "caption"), place, text, &bad));
    if (bad || rs_str_trim(*text).len) return RSIFT_OK;
    *text = (rs_str){NULL, 0};
    return rs_parse_find(p, RS_F_FIELD_MISSING, place, "the annotation has no caption");
}

rsift_status rs_coco_add_captions(rs_parse *p, rs_sample *sample, bool *bad)
{
    const rs_json *annotations;
    rs_turn *turns;
    RS_TRY(rs_parse_json(p, p->raw->extra, &annotations));
    RS_TRY(rs_parse_turns(p, rs_json_len(annotations), &turns));
    rs_json_iter it = rs_json_each(annotations);
    size_t i = 0;
    for (const rs_json *one; (one = rs_json_next(&it, NULL)); i++) {
        rs_str text;
        RS_TRY(read_caption(p, one, i, &text));
        RS_TRY(rs_parse_unkept(p, one, RS_STR("annotations[]."), of_annotation,
                               sizeof of_annotation / sizeof *of_annotation));
        if (text.ptr) turns[sample->n_turns++] = (rs_turn){.role = RS_TURN_REFERENCE, .text = text};
    }
    sample->turns = turns;
    sample->task = RS_TASK_CAPTION;
    *bad = sample->n_turns == 0;
    if (!*bad) return RSIFT_OK;
    return rs_parse_find(p, RS_F_FIELD_MISSING, RS_STR("annotations"),
                         "the picture has no caption");
}
