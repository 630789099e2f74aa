/* Models: how each spells a box, and how its text is read back. Four are known; what they share is
 * a convention (geom) for the numbers and one of three spellings:
 *
 *   llava      [0.28, 0.31, 0.52, 0.60]                  fractions of the padded square, two digits
 *   qwen       {"bbox_2d": [135, 114, 1016, 672], "label": "ship"}
 *   internvl   <ref>ship</ref><box>[[253, 231, 733, 787]]</box>
 *
 * Facts: formats notes, sections 0, 1, 4, 7; the key "quadrant bbox" for four corners is RSCoVLM's.
 */
#include "render/message.h"

#include "codec/json.h"
#include "geom/box.h"
#include "geom/obb.h"
#include "lang/boxtext.h"

#include <math.h>

static const rs_render_model internvl = {
    .name = "internvl",
    .summary = "InternVL 1.2 to 3.5: per mille in <box>[[x1, y1, x2, y2]]</box>",
    .source = "OpenGVLab/InternVL#1009, #844; docs of the chat data format",
    .hbb = "permille",
    .hbb_format = "Write boxes as <box>[[x1, y1, x2, y2]]</box> in thousandths of the image's "
                  "width and height.",
    .quad_format =
        "Write boxes as <box>[[x1, y1, x2, y2, x3, y3, x4, y4]]</box>, the four corners in "
        "thousandths of the image's width and height.",
};
static const rs_render_model llava15 = {
    .name = "llava-1.5",
    .summary = "LLaVA 1.5: fractions of the square-padded image, two decimals",
    .source = "haotian-liu/LLaVA#606, #822; decimals recalled",
    .hbb = "fraction-padded",
    .hbb_format = "Write boxes as [x1, y1, x2, y2], fractions of the image padded to a square.",
    .quad_format =
        "Write boxes as [x1, y1, x2, y2, x3, y3, x4, y4], the four corners as fractions of "
        "the image padded to a square.",
};
static const rs_render_model qwen25 = {
    .name = "qwen2.5-vl",
    .summary = "Qwen2.5-VL: JSON bbox_2d in pixels of the resized image",
    .source = "QwenLM/Qwen3-VL qwen-vl-finetune/tools/process_bbox.ipynb",
    .hbb = "qwen2.5-vl",
    .point = "qwen2.5-vl-point",
    .resize_factor = 28,
    .needs_pixels = true,
    .hbb_format = "Output the bounding box coordinates in JSON format.",
    .quad_format = "Output the four corners of each box as \"quadrant bbox\" in JSON format.",
};
static const rs_render_model qwen3 = {
    .name = "qwen3-vl",
    .summary = "Qwen3-VL: JSON bbox_2d in thousandths of width and height",
    .source = "QwenLM/Qwen3-VL#1486, #1623",
    .hbb = "permille",
    .point = "permille-point",
    .hbb_format = "Output the bounding box coordinates in JSON format.",
    .quad_format = "Output the four corners of each box as \"quadrant bbox\" in JSON format.",
};
const rs_render_model *const rs_render_models[] = {&internvl, &llava15, &qwen25, &qwen3, NULL};

const rs_render_model *rs_render_model_find(rs_str name)
{
    for (size_t i = 0; rs_render_models[i]; i++)
        if (rs_str_eq(name, rs_str_of(rs_render_models[i]->name))) return rs_render_models[i];
    return NULL;
}

/* ---- numbers -------------------------------------------------------------------------------- */

bool rs_render_canvas(const rs_render_options *options, double width, double height, rs_canvas *out)
{
    *out = (rs_canvas){.width = width, .height = height};
    if (!options->model->resize_factor) return true;
    return rs_geom_smart_resize(width, height, options->model->resize_factor, options->min_pixels,
                                options->max_pixels, &out->resized_width, &out->resized_height);
}

/* The model's convention for 4 (box), 8 (corners) or 2 (point) numbers. */
rs_convention rs_render_convention(const rs_render_options *options, size_t n_numbers, bool *known)
{
    const rs_render_model *model = options->model;
    const char *name = n_numbers == 2 ? model->point : model->hbb;
    const rs_convention *c = name ? rs_geom_convention(rs_str_of(name)) : NULL;
    *known = c != NULL;
    if (!c) return (rs_convention){0};
    rs_convention out = *c;
    if (n_numbers == 8) out.shape = RS_SHAPE_QUAD; /* same scale and rounding, four corners */
    return out;
}

static bool is_relative(const rs_convention *c)
{
    bool turned = c->shape == RS_SHAPE_OBB_XYXYA || c->shape == RS_SHAPE_OBB_CXCYWHA;
    return c->frame == RS_FRAME_IMAGE && c->scale > 0 && !(turned && c->rotate_in_pixels);
}

/* Between two relative conventions any size will do: percent -> per mille needs no picture. The
 * pixels of such a box are not known and stay empty. */
static bool any_canvas(const rs_region *region, const rs_convention *to, rs_canvas *canvas)
{
    if (!is_relative(region->convention) || !is_relative(to)) return false;
    *canvas = (rs_canvas){.width = 1000, .height = 1000};
    return true;
}

static void clamp_points(double *xy, size_t n, const rs_canvas *canvas)
{
    for (size_t i = 0; i < n; i++) {
        double high = i % 2 ? canvas->height : canvas->width;
        xy[i] = xy[i] < 0 ? 0 : xy[i] > high ? high : xy[i];
    }
}

/* Pixels of the shape that will be written: point, quad or upright box. Returns their count. */
static size_t shape_for(const rs_render_job *job, const rs_region *region, const double *px,
                        size_t n, double out[8])
{
    if (region->kind == RS_REGION_POINT) {
        out[0] = px[0];
        out[1] = px[1];
        return 2;
    }
    if (region->kind == RS_REGION_OBB && n == 8 && job->options->obb_mode == RS_OBB_AS_QUAD_TEXT) {
        for (int i = 0; i < 8; i++) out[i] = px[i];
        return 8;
    }
    rs_geom_box_of_points(px, n / 2, out); /* also puts inverted corners in order */
    return 4;
}

const char *rs_render_measure(const rs_render_job *job, const rs_region *region, rs_measured *out)
{
    enum { most = 2 * RS_POLY_MAX };
    double few[64], *px = few;
    *out = (rs_measured){.box = {.label = region->label}};
    if (region->kind == RS_REGION_MASK || !region->convention) return "task-not-text";
    if (region->n_coords == 0 || region->n_coords > most) return "degenerate-box";
    size_t cap = region->n_coords < 8 ? 8 : region->n_coords;
    if (cap > sizeof few / sizeof *few) px = rs_arena_alloc(job->arena, cap * sizeof *px);
    if (!px) return "degenerate-box";
    uint32_t image =
        region->asset >= 0 && (uint32_t)region->asset < job->n_images ? (uint32_t)region->asset : 0;
    out->box.image = image;
    double width = job->n_images ? job->widths[image] : 0,
           height = job->n_images ? job->heights[image] : 0;
    bool sized = width > 0 && height > 0, known = false, flat = false;
    rs_convention to =
        rs_render_convention(job->options, region->kind == RS_REGION_POINT ? 2 : 4, &known);
    if (!known) return "task-not-text";
    rs_canvas canvas;
    if (sized ? !rs_render_canvas(job->options, width, height, &canvas)
              : !any_canvas(region, &to, &canvas))
        return "size-unknown";
    size_t n =
        rs_geom_decode(region->convention, &canvas, region->coords, region->n_coords, px, cap);
    if (n == 0) return region->flags & RS_REGION_FROM_TEXT ? "box-text-unparsed" : "degenerate-box";
    size_t n_px = shape_for(job, region, px, n, out->box.pixels);
    if (n_px == 8) to.shape = RS_SHAPE_QUAD;
    clamp_points(out->box.pixels, n_px, &canvas);
    out->n_numbers = rs_geom_encode(&to, &canvas, out->box.pixels, n_px, out->numbers, 8, &flat);
    if (out->n_numbers == 0) return "degenerate-box";
    out->box.degenerate = flat;
    out->box.n_pixels = sized ? (uint32_t)n_px : 0;
    return NULL;
}

/* ---- spelling ------------------------------------------------------------------------------- */

typedef enum spelling { SPELL_LLAVA, SPELL_QWEN, SPELL_INTERNVL } spelling;

static spelling spelling_of(const rs_render_model *model)
{
    if (model == &llava15) return SPELL_LLAVA;
    return model == &internvl ? SPELL_INTERNVL : SPELL_QWEN;
}

static void put_number(rs_buf *b, double v, bool fraction)
{
    if (!fraction) {
        rs_buf_i64(b, (int64_t)rint(v));
        return;
    }
    unsigned cents = (unsigned)rint(v * 100); /* 0.29 * 100 is not 29 */
    char text[4] = {(char)('0' + cents / 100), '.', (char)('0' + cents / 10 % 10),
                    (char)('0' + cents % 10)};
    rs_buf_add(b, text, sizeof text);
}

/* "[1, 2, 3, 4]", and where it stands. */
static rsift_status put_numbers(rs_render_job *job, const rs_measured *item)
{
    if (!rs_arena_grow(job->arena, (void **)&job->boxes, &job->cap_boxes, job->n_boxes + 1,
                       sizeof *job->boxes))
        return rs_err_nomem(job->err, "boxes");
    rs_buf *b = &job->text;
    bool fraction = spelling_of(job->options->model) == SPELL_LLAVA;
    size_t begin = b->len;
    rs_buf_char(b, '[');
    for (size_t i = 0; i < item->n_numbers; i++) {
        if (i) rs_buf_add(b, ", ", 2);
        put_number(b, item->numbers[i], fraction);
    }
    rs_buf_char(b, ']');
    rs_written_box *box = &job->boxes[job->n_boxes++];
    *box = item->box;
    box->message = (uint32_t)job->n_messages;
    box->begin = (uint32_t)begin;
    box->end = (uint32_t)b->len;
    return RSIFT_OK;
}

static rsift_status put_list(rs_render_job *job, const rs_measured *items, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (i) rs_buf_add(&job->text, ", ", 2);
        RS_TRY(put_numbers(job, &items[i]));
    }
    return RSIFT_OK;
}

static rsift_status put_qwen_object(rs_render_job *job, const rs_measured *item, rs_str label)
{
    rs_buf *b = &job->text;
    rs_buf_cstr(b, item->n_numbers == 2   ? "{\"point_2d\": "
                   : item->n_numbers == 8 ? "{\"quadrant bbox\": "
                                          : "{\"bbox_2d\": ");
    RS_TRY(put_numbers(job, item));
    if (label.len) {
        rs_buf_cstr(b, ", \"label\": ");
        rs_json_put_str(b, label);
    }
    rs_buf_char(b, '}');
    return RSIFT_OK;
}

static rsift_status put_qwen(rs_render_job *job, const rs_measured *items, size_t n,
                             rs_box_place place, rs_str phrase)
{
    rs_buf *b = &job->text;
    bool list = place == RS_BOX_ALONE || place == RS_BOX_LABELLED;
    bool many = n > 1 || list;
    if (phrase.len && !list) {
        rs_buf_str(b, phrase);
        rs_buf_char(b, ' ');
    }
    if (many) rs_buf_cstr(b, list ? "[\n\t" : "[");
    for (size_t i = 0; i < n; i++) {
        if (i) rs_buf_cstr(b, list ? ",\n\t" : ", ");
        RS_TRY(put_qwen_object(job, &items[i],
                               place == RS_BOX_ASKED ? RS_STR("") : items[i].box.label));
    }
    if (many) rs_buf_cstr(b, list ? "\n]" : "]");
    return RSIFT_OK;
}

static rsift_status put_llava(rs_render_job *job, const rs_measured *items, size_t n,
                              rs_box_place place, rs_str phrase)
{
    rs_str words = place == RS_BOX_LABELLED ? items[0].box.label
                   : place == RS_BOX_ALONE  ? RS_STR("")
                                            : phrase;
    if (words.len) {
        rs_buf_str(&job->text, words);
        rs_buf_char(&job->text, ' ');
    }
    return put_list(job, items, n);
}

static rsift_status put_internvl(rs_render_job *job, const rs_measured *items, size_t n,
                                 rs_box_place place, rs_str phrase)
{
    rs_buf *b = &job->text;
    rs_str words = phrase.len ? phrase : place == RS_BOX_ASKED ? RS_STR("") : items[0].box.label;
    if (words.len) {
        rs_buf_cstr(b, "<ref>");
        rs_buf_str(b, words);
        rs_buf_cstr(b, "</ref>");
    }
    rs_buf_cstr(b, "<box>[");
    RS_TRY(put_list(job, items, n));
    rs_buf_cstr(b, "]</box>");
    return RSIFT_OK;
}

/* How many items from the front share a label: one run in the spellings that name it once. */
static size_t same_label(const rs_measured *items, size_t n)
{
    size_t i = 1;
    while (i < n && rs_str_eq(items[i].box.label, items[0].box.label)) i++;
    return i;
}

rsift_status rs_render_boxes(rs_render_job *job, const rs_measured *items, size_t n,
                             rs_box_place place, rs_str phrase)
{
    for (size_t i = 0; i < n; i++) /* labels go into the text too */
        if (rs_render_reserved(items[i].box.label, true)) job->drop = "special-token";
    if (n == 0 || job->drop) return RSIFT_OK;
    spelling how = spelling_of(job->options->model);
    if (how == SPELL_QWEN) return put_qwen(job, items, n, place, phrase);
    bool runs = place == RS_BOX_ALONE || place == RS_BOX_LABELLED;
    for (size_t i = 0, run = n; i < n; i += run) {
        if (i) rs_buf_char(&job->text, '\n');
        if (runs) run = same_label(items + i, n - i);
        RS_TRY(how == SPELL_LLAVA ? put_llava(job, items + i, run, place, phrase)
                                  : put_internvl(job, items + i, run, place, phrase));
    }
    return RSIFT_OK;
}

void rs_render_phrase(rs_render_job *job, rs_str phrase)
{
    bool tags = spelling_of(job->options->model) == SPELL_INTERNVL && phrase.len;
    if (tags) rs_buf_cstr(&job->text, "<ref>");
    rs_buf_str(&job->text, phrase);
    if (tags) rs_buf_cstr(&job->text, "</ref>");
}

/* ---- reading back --------------------------------------------------------------------------- */

static unsigned styles_of(spelling how)
{
    if (how == SPELL_LLAVA) return RS_BOXTEXT_BRACKET;
    return how == SPELL_QWEN ? RS_BOXTEXT_JSON : RS_BOXTEXT_BOX_LIST;
}

/* A label of JSON text with its escapes undone; as it is when that fails. */
static rs_str unescape(rs_arena *arena, rs_str label)
{
    if (rs_str_find_char(label, '\\') == RS_NPOS) return label;
    const rs_json *root = NULL;
    rs_str quoted = rs_arena_join(arena, RS_STR("\""), label, RS_STR("\""));
    if (!quoted.ptr || rs_json_parse(arena, quoted, NULL, &root, NULL) != RSIFT_OK) return label;
    rs_str text = rs_json_str(root);
    return text.ptr ? text : label;
}

static bool decode_span(const rs_render_options *options, const rs_canvas *canvas, rs_str text,
                        const rs_boxtext_span *span, rs_arena *arena, rs_written_box *out)
{
    *out = (rs_written_box){.begin = (uint32_t)span->begin, .end = (uint32_t)span->end};
    bool known = false;
    if (span->shape == RS_BOXTEXT_UNPARSED) return false;
    size_t n = span->n_numbers;
    if (n != 2 && n != 4 && n != 8) return false;
    rs_convention c = rs_render_convention(options, n, &known);
    if (!known) return false;
    size_t n_px = rs_geom_decode(&c, canvas, span->numbers, n, out->pixels, 8);
    if (n_px == 0) return false;
    out->n_pixels = (uint32_t)n_px;
    out->degenerate =
        n == 4 && (span->numbers[0] == span->numbers[2] || span->numbers[1] == span->numbers[3]);
    if (span->phrase != RS_BOXTEXT_NO_PHRASE)
        out->label = unescape(arena, rs_str_sub(text, span->phrase_begin, span->phrase_end));
    return true;
}

rsift_status rs_render_decode(const rs_render_options *options, rs_str text, double width,
                              double height, rs_arena *arena, rs_written_box **boxes, size_t *n,
                              size_t *n_unparsed, rsift_error *err)
{
    *boxes = NULL;
    *n = *n_unparsed = 0;
    rs_boxtext found;
    RS_TRY(rs_lang_boxtext_parse(arena, text, styles_of(spelling_of(options->model)), &found, err));
    if (found.n == 0) return RSIFT_OK;
    rs_canvas canvas;
    if (!rs_render_canvas(options, width, height, &canvas))
        return rs_err_set(err, RSIFT_E_ARG, "a picture of %g x %g pixels cannot be resized for %s",
                          width, height, options->model->name);
    *boxes = rs_arena_calloc(arena, found.n, sizeof **boxes);
    if (!*boxes) return rs_err_nomem(err, "boxes");
    for (size_t i = 0; i < found.n; i++) {
        if (decode_span(options, &canvas, text, &found.spans[i], arena, &(*boxes)[*n])) ++*n;
        else ++*n_unparsed;
    }
    return RSIFT_OK;
}
