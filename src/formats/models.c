/* The models: whose convention, and how a list of boxes is spelled and read back.
 *   llava-1.5   [0.28, 0.31, 0.52, 0.60]           fractions of the square-padded picture
 *   qwen2.5-vl  {"bbox_2d": [..], "label": ".."}    pixels of the resized picture
 *   qwen3-vl    the same JSON                       per mille of width and height
 *   internvl    <ref>x</ref><box>[[..], [..]]</box> per mille of width and height */
#include "formats/spell.h"

#include "codec/json.h"
#include "lang/boxtext.h"

static const rs_model_spec internvl = {
    .name = "internvl", .summary = "<ref>..</ref><box>[[..]]</box>, per mille, rounded half to even",
    .source = "OpenGVLab/InternVL#1009, #844; eval/refcoco/evaluate_grounding.py", .hbb = "permille", .point = "permille-point"};
static const rs_model_spec llava_15 = {
    .name = "llava-1.5", .summary = "[x1, y1, x2, y2], fractions of the square-padded picture, 2 decimals",
    .source = "haotian-liu/LLaVA#606, #822; decimals recalled", .hbb = "fraction-padded"};
static const rs_model_spec qwen25 = {
    .name = "qwen2.5-vl", .summary = "JSON bbox_2d, absolute pixels after smart_resize; min/max pixels must be declared",
    .source = "QwenLM/Qwen3-VL qwen-vl-finetune/tools/process_bbox.ipynb", .hbb = "qwen2.5-vl", .point = "qwen2.5-vl-point",
    .resize_factor = 28, .needs_pixels = true};
static const rs_model_spec qwen3 = {
    .name = "qwen3-vl", .summary = "JSON bbox_2d, per mille", .source = "QwenLM/Qwen3-VL#1486, #1623", .hbb = "permille",
    .point = "permille-point"};

const rs_model_spec *const rs_models[] = {&internvl, &llava_15, &qwen25, &qwen3, NULL};

const rs_model_spec *rs_model_find(rs_str name)
{
    for (size_t i = 0; rs_models[i]; i++)
        if (rs_str_eq(name, rs_str_of(rs_models[i]->name))) return rs_models[i];
    return NULL;
}

rs_spelling rs_spelling_of(const rs_model_spec *model)
{
    if (model == &internvl) return RS_SPELL_REF_BOX;
    return model == &llava_15 ? RS_SPELL_BRACKETS : RS_SPELL_JSON;
}

const char *rs_spell_hint(const rs_model_spec *model)
{
    switch (rs_spelling_of(model)) {
    case RS_SPELL_REF_BOX: return "Answer in the form <ref>object</ref><box>[[x1, y1, x2, y2]]</box>.";
    case RS_SPELL_BRACKETS: return "Answer with the box as [x1, y1, x2, y2].";
    case RS_SPELL_JSON: return "Output the bbox coordinates in JSON format.";
    }
    return "";
}

bool rs_canvas_for(const rs_render_options *o, double width, double height, rs_canvas *out)
{
    *out = (rs_canvas){.width = width, .height = height};
    if (!(width > 0 && height > 0)) return false;
    if (!o->model->resize_factor) return true;
    return rs_geom_smart_resize(width, height, o->model->resize_factor, o->min_pixels, o->max_pixels, &out->resized_width,
                                &out->resized_height);
}

/* ---- writing --------------------------------------------------------------------------------- */

static void put_numbers(rs_buf *b, const rs_convention *c, const double *v, size_t n)
{
    rs_buf_char(b, '[');
    for (size_t i = 0; i < n; i++) {
        if (i) rs_buf_cstr(b, ", ");
        if (c->rounding == RS_ROUND_NONE && c->decimals == 2) { /* exactly two digits, without printf */
            int64_t hundredths = (int64_t)(v[i] * 100 + (v[i] < 0 ? -0.5 : 0.5));
            if (hundredths < 0) rs_buf_char(b, '-');
            uint64_t u = (uint64_t)(hundredths < 0 ? -hundredths : hundredths);
            rs_buf_u64(b, u / 100);
            rs_buf_char(b, '.');
            rs_buf_char(b, (char)('0' + u / 10 % 10));
            rs_buf_char(b, (char)('0' + u % 10));
        } else {
            rs_buf_double(b, v[i]);
        }
    }
    rs_buf_char(b, ']');
}

bool rs_spell_box(const rs_render_options *o, const rs_canvas *canvas, rs_written_box *box, double numbers[4])
{
    const rs_convention *c = rs_geom_convention(rs_str_of(o->model->hbb));
    return rs_geom_encode(c, canvas, box->pixels, box->n_pixels, numbers, 4, &box->degenerate) == 4;
}

static void put_json_box(rs_buf *b, const rs_convention *c, rs_written_box *box, const double numbers[4])
{
    box->begin = (uint32_t)b->len;
    rs_buf_cstr(b, "{\"bbox_2d\": ");
    put_numbers(b, c, numbers, 4);
    if (box->label.len) {
        rs_buf_cstr(b, ", \"label\": ");
        rs_json_put_str(b, box->label);
    }
    rs_buf_char(b, '}');
    box->end = (uint32_t)b->len;
}

bool rs_spell_group(const rs_render_options *o, const rs_canvas *canvas, rs_written_box *boxes, size_t n, bool alone,
                    rs_str phrase, rs_buf *b)
{
    const rs_convention *c = rs_geom_convention(rs_str_of(o->model->hbb));
    rs_spelling how = rs_spelling_of(o->model);
    if (how == RS_SPELL_REF_BOX) {
        rs_str name = phrase.len ? phrase : n ? boxes[0].label : phrase;
        if (name.len) {
            rs_buf_cstr(b, "<ref>");
            rs_buf_str(b, name);
            rs_buf_cstr(b, "</ref>");
        }
        rs_buf_cstr(b, "<box>[");
    }
    bool list = how == RS_SPELL_JSON && alone;
    if (list) rs_buf_cstr(b, "[\n");
    for (size_t i = 0; i < n; i++) {
        double numbers[4];
        if (!rs_spell_box(o, canvas, &boxes[i], numbers)) return false;
        if (i) rs_buf_cstr(b, list ? ",\n" : ", ");
        if (list) rs_buf_char(b, '\t');
        if (how == RS_SPELL_JSON) {
            put_json_box(b, c, &boxes[i], numbers);
            continue;
        }
        boxes[i].begin = (uint32_t)b->len;
        put_numbers(b, c, numbers, 4);
        boxes[i].end = (uint32_t)b->len;
    }
    if (list) rs_buf_cstr(b, "\n]");
    if (how == RS_SPELL_REF_BOX) rs_buf_cstr(b, "]</box>");
    return true;
}

/* ---- reading back ---------------------------------------------------------------------------- */

static unsigned styles_of(const rs_model_spec *model)
{
    switch (rs_spelling_of(model)) {
    case RS_SPELL_REF_BOX: return RS_BOXTEXT_BOX_LIST;
    case RS_SPELL_BRACKETS: return RS_BOXTEXT_BRACKET;
    case RS_SPELL_JSON: return RS_BOXTEXT_JSON;
    }
    return 0;
}

rsift_status rs_model_decode(const rs_render_options *o, rs_str text, double width, double height, rs_arena *arena,
                             rs_written_box **boxes, size_t *n, size_t *n_unparsed, rsift_error *err)
{
    rs_boxtext found;
    rs_canvas canvas;
    *boxes = NULL;
    *n = 0;
    RS_TRY(rs_lang_boxtext_parse(arena, text, styles_of(o->model), &found, err));
    *n_unparsed = found.n_unparsed;
    if (!rs_canvas_for(o, width, height, &canvas)) return RSIFT_OK;
    const rs_convention *c = rs_geom_convention(rs_str_of(o->model->hbb));
    *boxes = rs_arena_calloc(arena, found.n + 1, sizeof **boxes);
    if (!*boxes) return rs_err_nomem(err, "decoded boxes");
    for (size_t i = 0; i < found.n; i++) {
        const rs_boxtext_span *span = &found.spans[i];
        if (span->shape != RS_BOXTEXT_BOX) continue;
        rs_written_box *box = &(*boxes)[*n];
        box->n_pixels = (uint32_t)rs_geom_decode(c, &canvas, span->numbers, span->n_numbers, box->pixels, 8);
        if (box->n_pixels != 4) continue;
        box->begin = (uint32_t)span->begin;
        box->end = (uint32_t)span->end;
        if (span->phrase != RS_BOXTEXT_NO_PHRASE)
            box->label = rs_str_sub(text, span->phrase_begin, span->phrase_end);
        ++*n;
    }
    return RSIFT_OK;
}
