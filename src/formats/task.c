/* Samples without a user turn: captions, classes, detections, referring expressions. The question comes from
 * prompts/<task>.txt, chosen by (seed, sample id); the answer from references, labels or regions. */
#include "formats/spell.h"

#include "base/rng.h"

#include <stdlib.h>

/* ---- captions: k distinct references, the repeat-th of them in shuffled order ----------------- */

static bool same_as_earlier(const rs_sample *s, uint32_t at)
{
    for (uint32_t i = 0; i < at; i++)
        if (s->turns[i].role == RS_TURN_REFERENCE && rs_str_eq(rs_str_trim(s->turns[i].text), rs_str_trim(s->turns[at].text)))
            return true;
    return false;
}

static rsift_status put_caption(rs_build *b, const char *set, rsift_error *err)
{
    const rs_sample *s = b->sample;
    uint32_t *usable = rs_arena_alloc(b->arena, ((size_t)s->n_turns + 1) * sizeof *usable);
    if (!usable) return rs_err_nomem(err, "captions");
    uint32_t n = 0;
    for (uint32_t i = 0; i < s->n_turns; i++)
        if (s->turns[i].role == RS_TURN_REFERENCE && rs_str_trim(s->turns[i].text).len && !same_as_earlier(s, i)) usable[n++] = i;
    if (n == 0) {
        b->drop = "no-answer";
        return RSIFT_OK;
    }
    rs_rng rng = rs_rng_of(b->options->seed, s->id);
    for (uint32_t i = n; i > 1; i--) {
        uint32_t k = (uint32_t)rs_rng_below(&rng, i), t = usable[i - 1];
        usable[i - 1] = usable[k];
        usable[k] = t;
    }
    RS_TRY(rs_build_prompt(b, set, RS_STR(""), RS_STR(""), RS_STR(""), (rs_str){NULL, 0}, err));
    RS_TRY(rs_build_message(b, RS_MESSAGE_USER, err));
    rs_buf_str(&b->text, rs_str_trim(s->turns[usable[b->repeat % n]].text));
    return rs_build_message(b, RS_MESSAGE_ASSISTANT, err);
}

/* ---- classes --------------------------------------------------------------------------------- */

static rs_str class_list(rs_build *b)
{
    rs_buf list = {0};
    for (size_t i = 0; i < b->options->n_classes; i++) {
        if (i) rs_buf_cstr(&list, ", ");
        rs_buf_str(&list, rs_build_words(b->arena, b->options->classes[i]));
    }
    rs_str text = list.failed ? (rs_str){NULL, 0} : rs_arena_str(b->arena, rs_buf_view(&list));
    rs_buf_fini(&list);
    return text;
}

static rsift_status put_labels(rs_build *b, const char *set, rsift_error *err)
{
    const rs_sample *s = b->sample;
    if (s->n_labels == 0) {
        b->drop = "no-answer";
        return RSIFT_OK;
    }
    rs_str classes = class_list(b);
    if (classes.len == 0) classes = rs_build_words(b->arena, s->labels[0]);
    RS_TRY(rs_build_prompt(b, set, RS_STR(""), classes, RS_STR(""), (rs_str){NULL, 0}, err));
    RS_TRY(rs_build_message(b, RS_MESSAGE_USER, err));
    for (uint32_t i = 0; i < s->n_labels; i++) {
        if (i) rs_buf_cstr(&b->text, ", ");
        rs_buf_str(&b->text, rs_build_words(b->arena, s->labels[i]));
    }
    return rs_build_message(b, RS_MESSAGE_ASSISTANT, err);
}

/* ---- boxes ----------------------------------------------------------------------------------- */

static int by_class_and_place(const void *x, const void *y)
{
    const rs_written_box *a = x, *b = y;
    int order = rs_str_cmp(a->label, b->label);
    if (order) return order;
    if (a->pixels[1] < b->pixels[1] || a->pixels[1] > b->pixels[1]) return a->pixels[1] < b->pixels[1] ? -1 : 1;
    if (a->pixels[0] < b->pixels[0] || a->pixels[0] > b->pixels[0]) return a->pixels[0] < b->pixels[0] ? -1 : 1;
    for (int i = 2; i < 8; i++)
        if (a->pixels[i] < b->pixels[i] || a->pixels[i] > b->pixels[i]) return a->pixels[i] < b->pixels[i] ? -1 : 1;
    return 0;
}

/* Boxes of the answer; regions that cannot be boxes (masks, polygons beside boxes) are left out. */
static rsift_status collect(rs_build *b, rs_written_box **boxes, size_t *n, bool words, rsift_error *err)
{
    const rs_sample *s = b->sample;
    *boxes = rs_build_boxes(b, s->n_regions ? s->n_regions : 1);
    if (!*boxes) return rs_err_nomem(err, "boxes");
    *n = 0;
    for (uint32_t i = 0; i < s->n_regions && !b->drop; i++) {
        rs_region_kind kind = s->regions[i].kind;
        if (kind == RS_REGION_POLYGON || kind == RS_REGION_MASK || s->regions[i].flags & RS_REGION_MARK) continue;
        rs_written_box *box = &(*boxes)[*n];
        if (!rs_build_pixels(b, &s->regions[i], box)) return RSIFT_OK;
        if (words) box->label = rs_build_words(b->arena, box->label);
        box->message = (uint32_t)b->n_messages;
        ++*n;
    }
    b->n_boxes = (size_t)(*boxes - b->boxes) + *n;
    return RSIFT_OK;
}

/* One list, or one per class where the model names what a list holds. */
static bool spell_all(rs_build *b, rs_written_box *boxes, size_t n)
{
    rs_canvas canvas;
    if (!rs_canvas_for(b->options, b->widths[0], b->heights[0], &canvas)) return false;
    rs_spelling how = rs_spelling_of(b->options->model);
    if (how == RS_SPELL_JSON) return rs_spell_group(b->options, &canvas, boxes, n, true, RS_STR(""), &b->text);
    for (size_t i = 0; i < n;) {
        size_t end = i + 1;
        while (end < n && rs_str_eq(boxes[end].label, boxes[i].label)) end++;
        if (i) rs_buf_cstr(&b->text, "; ");
        if (how == RS_SPELL_BRACKETS && boxes[i].label.len) {
            rs_buf_str(&b->text, boxes[i].label);
            rs_buf_cstr(&b->text, ": ");
        }
        if (!rs_spell_group(b->options, &canvas, &boxes[i], end - i, false, RS_STR(""), &b->text)) return false;
        i = end;
    }
    return true;
}

static rsift_status put_detection(rs_build *b, const char *set, rsift_error *err)
{
    rs_str classes = class_list(b);
    if (classes.len == 0) classes = RS_STR("object");
    RS_TRY(rs_build_prompt(b, set, classes, classes, RS_STR(""), rs_str_of(rs_spell_hint(b->options->model)), err));
    RS_TRY(rs_build_message(b, RS_MESSAGE_USER, err));
    rs_written_box *boxes;
    size_t n;
    RS_TRY(collect(b, &boxes, &n, true, err));
    if (b->drop) return RSIFT_OK;
    if (n > 1) qsort(boxes, n, sizeof *boxes, by_class_and_place);
    if (n == 0) rs_buf_cstr(&b->text, "There are none.");
    else if (!spell_all(b, boxes, n)) b->drop = "size-unknown";
    return b->drop ? RSIFT_OK : rs_build_message(b, RS_MESSAGE_ASSISTANT, err);
}

static rs_str phrase_of(const rs_sample *s)
{
    for (uint32_t i = 0; i < s->n_turns; i++)
        if (s->turns[i].role == RS_TURN_PHRASE) return rs_str_trim(s->turns[i].text);
    return s->n_regions ? s->regions[0].label : RS_STR("");
}

static rsift_status put_grounding(rs_build *b, const char *set, rsift_error *err)
{
    rs_str phrase = phrase_of(b->sample);
    if (phrase.len == 0) {
        b->drop = "empty-turn";
        return RSIFT_OK;
    }
    bool ref = rs_spelling_of(b->options->model) == RS_SPELL_REF_BOX;
    rs_str asked = ref ? rs_arena_join(b->arena, RS_STR("<ref>"), phrase, RS_STR("</ref>")) : phrase;
    RS_TRY(rs_build_prompt(b, set, phrase, phrase, asked, rs_str_of(rs_spell_hint(b->options->model)), err));
    RS_TRY(rs_build_message(b, RS_MESSAGE_USER, err));
    rs_written_box *boxes;
    size_t n;
    RS_TRY(collect(b, &boxes, &n, false, err));
    if (b->drop) return RSIFT_OK;
    rs_canvas canvas;
    for (size_t i = 0; i < n; i++) boxes[i].label = phrase;
    if (n == 0) rs_buf_cstr(&b->text, "There are none.");
    else if (!rs_canvas_for(b->options, b->widths[0], b->heights[0], &canvas) ||
             !rs_spell_group(b->options, &canvas, boxes, n, true, phrase, &b->text))
        b->drop = "size-unknown";
    return b->drop ? RSIFT_OK : rs_build_message(b, RS_MESSAGE_ASSISTANT, err);
}

rsift_status rs_build_task(rs_build *b, rsift_error *err)
{
    switch (b->sample->task) {
    case RS_TASK_CAPTION: return put_caption(b, "caption", err);
    case RS_TASK_CHANGE_CAPTION: return put_caption(b, "change-caption", err);
    case RS_TASK_VIDEO_CAPTION: return put_caption(b, "video-caption", err);
    case RS_TASK_CLASSIFICATION: return put_labels(b, "classification", err);
    case RS_TASK_MULTILABEL: return put_labels(b, "multilabel", err);
    case RS_TASK_DETECTION_HBB: return put_detection(b, "detection-hbb", err);
    case RS_TASK_DETECTION_OBB: /* written as upright boxes by models without an oriented form: asked for as such */
        return put_detection(b, b->options->model->obb ? "detection-obb" : "detection-hbb", err);
    case RS_TASK_GROUNDING_HBB: return put_grounding(b, "grounding-hbb", err);
    case RS_TASK_GROUNDING_OBB: return put_grounding(b, b->options->model->obb ? "grounding-obb" : "grounding-hbb", err);
    default: b->drop = "task-not-text"; return RSIFT_OK;
    }
}
