/* ms-swift: JSON Lines of messages, images and objects. Axis-aligned boxes of the models that it
 * converts go through `objects` in stored pixels: each one's numbers are replaced by "<bbox>" in
 * the text, and swift writes them for the model and its own resize at load. What it prints for
 * "<bbox>" is the model's form, so that the text around it stays as it is:
 *   internvl            "<box>[[x1, y1, x2, y2]]</box>": our own <box> tags go with the numbers
 *   qwen2.5-vl, -3-vl   "[x1, y1, x2, y2]" when QWENVL_BBOX_FORMAT=new is set, which these records
 *                       need; without it swift prints <|box_start|> tokens into the JSON
 * LLaVA's fractions, four corners and points are nothing that it converts: they stay text.
 * `channel` is the dataset: --enable_channel_loss gives a curve for each. */
#include "writers/record.h"

#include <math.h>

/* Whether the record's boxes go through `objects`: all or none, because placeholders are
 * counted. */
static bool through_objects(const rs_writer_set *set, const rs_rendered *r)
{
    for (uint32_t i = 0; i < r->n_boxes; i++)
        if (r->boxes[i].n_pixels != 4) return false;
    return set->render && set->render->model->swift_objects && r->n_boxes > 0;
}

static bool ends_at(rs_str text, size_t end, rs_str word)
{
    return end >= word.len && rs_str_eq(rs_str_sub(text, end - word.len, end), word);
}

/* Writes the message with "<bbox>" for each of its boxes. Boxes are in the order of the text; `box`
 * is the first of this message, and the first of the next is returned. */
static uint32_t put_content(rs_json_writer *w, const rs_rendered *r, uint32_t message, uint32_t box)
{
    rs_str text = r->messages[message].text;
    rs_buf content = {0};
    size_t at = 0;
    for (; box < r->n_boxes && r->boxes[box].message == message; box++) {
        size_t begin = r->boxes[box].begin, end = r->boxes[box].end;
        if (begin < at || end > text.len || begin > end) continue; /* not a box of this text */
        if (ends_at(text, begin, RS_STR("<box>["))) begin -= 6;
        else if (at && begin == at + 2 && ends_at(text, begin, RS_STR(", ")) &&
                 rs_str_find(rs_str_sub(text, 0, at), RS_STR("<box>")) != RS_NPOS)
            begin = at; /* one <box> held several: each "<bbox>" brings its own */
        if (rs_str_starts(rs_str_sub(text, end, text.len), RS_STR("]</box>"))) end += 7;
        if (begin > at) rs_buf_str(&content, rs_str_sub(text, at, begin));
        rs_buf_cstr(&content, "<bbox>");
        at = end;
    }
    rs_buf_str(&content, rs_str_sub(text, at, text.len));
    rs_json_write_str(w, rs_buf_view(&content));
    if (content.failed) w->buf->failed = true;
    rs_buf_fini(&content);
    return box;
}

/* The turns; with `objects`, each box of their text is a "<bbox>". */
static void put_messages(rs_json_writer *w, const rs_rendered *r, bool objects)
{
    static const char *const roles[] = {"system", "user", "assistant"};
    uint32_t box = 0;
    rs_json_field_array(w, "messages");
    for (uint32_t i = 0; i < r->n_messages; i++) {
        rs_json_begin_object(w);
        rs_json_field_cstr(w, "role", roles[r->messages[i].role]);
        rs_json_write_key(w, "content");
        if (objects) box = put_content(w, r, i, box);
        else rs_json_write_str(w, r->messages[i].text);
        rs_json_end_object(w);
    }
    rs_json_end_array(w);
}

/* The boxes in stored pixels, to a hundredth, and the picture that each lies in. */
static void put_objects(rs_json_writer *w, const rs_rendered *r)
{
    rs_json_field_object(w, "objects");
    /* No references: labels stay in the text. "real" are pixels of the stored picture. */
    rs_json_field_array(w, "ref");
    rs_json_end_array(w);
    rs_json_field_array(w, "bbox");
    for (uint32_t i = 0; i < r->n_boxes; i++) {
        rs_json_begin_array(w);
        /* Always with a point: loaders that infer types take whole numbers for integers, and stop
         * at the first that is none. */
        for (int k = 0; k < 4; k++) {
            char number[40];
            snprintf(number, sizeof number, "%.2f", rint(r->boxes[i].pixels[k] * 100) / 100);
            rs_json_write_raw(w, rs_str_of(number));
        }
        rs_json_end_array(w);
    }
    rs_json_end_array(w);
    rs_json_field_cstr(w, "bbox_type", "real");
    rs_json_field_array(w, "image_id");
    for (uint32_t i = 0; i < r->n_boxes; i++) rs_json_write_u64(w, r->boxes[i].image);
    rs_json_end_array(w);
    rs_json_end_object(w);
}

static rsift_status swift_record(const rs_writer_set *set, const rs_rendered *r, rs_json_writer *w,
                                 rsift_error *err)
{
    bool objects = through_objects(set, r);
    rs_json_begin_object(w);
    put_messages(w, r, objects);
    if (r->n_images) rs_writer_put_images(w, r, set->image_root);
    if (objects) put_objects(w, r);
    rs_json_field_str(w, "channel", r->dataset);
    rs_json_end_object(w);
    return rs_json_finish(w, "a record", err);
}

/* ---- reading back --------------------------------------------------------------------------- */

/* Four numbers: left, top, right, bottom in pixels. */
static bool read_box(const rs_json *value, rs_written_box *out)
{
    if (rs_json_kind(value) != RS_JSON_ARRAY || rs_json_len(value) != 4) return false;
    rs_json_iter it = rs_json_each(value);
    for (int k = 0; k < 4; k++)
        if (!rs_json_double(rs_json_next(&it, NULL), &out->pixels[k])) return false;
    out->n_pixels = 4;
    return true;
}

/* Finds the next "<bbox>" from byte *at of message *message on, and moves both past it. */
static bool next_placeholder(const rs_rendered *r, uint32_t *message, size_t *at,
                             rs_written_box *out)
{
    for (; *message < r->n_messages; ++*message, *at = 0) {
        rs_str text = r->messages[*message].text;
        size_t found = rs_str_find(rs_str_sub(text, *at, text.len), RS_STR("<bbox>"));
        if (found == RS_NPOS) continue;
        out->message = *message;
        out->begin = (uint32_t)(*at + found);
        out->end = out->begin + 6;
        *at = out->end;
        return true;
    }
    return false;
}

/* The boxes of `objects`, each at its "<bbox>"; there must be as many of one as of the other. */
static rsift_status read_objects(rs_arena *arena, const rs_json *objects, rs_rendered *out,
                                 rsift_error *err)
{
    const rs_json *list = rs_json_get(objects, "bbox"), *ids = rs_json_get(objects, "image_id");
    size_t n = rs_json_len(list), at = 0;
    uint32_t message = 0;
    rs_written_box *boxes = rs_arena_calloc(arena, n + 1, sizeof *boxes);
    if (!boxes) return rs_err_nomem(err, "boxes");
    rs_json_iter it = rs_json_each(list), id_it = rs_json_each(ids);
    for (size_t i = 0; i < n; i++) {
        /* Without image_id every box lies in the first picture. */
        int64_t id = 0;
        if (!read_box(rs_json_next(&it, NULL), &boxes[i]))
            return rs_err_set(err, RSIFT_E_FORMAT, "objects.bbox[%zu] is not four numbers", i);
        if (ids && (!rs_json_i64(rs_json_next(&id_it, NULL), &id) || id < 0 || id >= out->n_images))
            return rs_err_set(err, RSIFT_E_FORMAT, "objects.image_id[%zu] names no picture", i);
        boxes[i].image = (uint32_t)id;
        if (!next_placeholder(out, &message, &at, &boxes[i]))
            return rs_err_set(err, RSIFT_E_FORMAT, "%zu boxes, %zu <bbox> in the text", n, i);
    }
    rs_written_box extra; /* a placeholder without a box */
    if (next_placeholder(out, &message, &at, &extra))
        return rs_err_set(err, RSIFT_E_FORMAT, "more <bbox> in the text than the %zu boxes", n);
    out->boxes = boxes;
    out->n_boxes = (uint32_t)n;
    return RSIFT_OK;
}

static rsift_status swift_read(rs_arena *arena, rs_str record, rs_rendered *out, rsift_error *err)
{
    const rs_json *root = NULL;
    RS_TRY(rs_writer_parse(arena, record, &root, err));
    RS_TRY(rs_writer_read_root(arena, root, out, err));
    out->dataset = rs_json_str(rs_json_get(root, "channel"));
    const rs_json *objects = rs_json_get(root, "objects");
    return objects ? read_objects(arena, objects, out, err) : RSIFT_OK;
}

const rs_writer rs_writer_ms_swift = {
    .name = "ms-swift",
    .summary = "JSON Lines of messages, images and objects",
    .source = "modelscope/ms-swift docs/source_en/Customization/Custom-dataset.md; swift/template",
    .file = "train.jsonl",
    .container = &rs_container_json_lines,
    .resize = RS_RESIZE_MS_SWIFT,
    .crops_square = true,
    .record = swift_record,
    .read = swift_read,
};
