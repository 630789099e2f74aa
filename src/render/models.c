/* The rows of the models. The same box as each writes it:
 *
 *   internvl    <ref>ship</ref><box>[[253, 231, 733, 787]]</box>
 *   llava-1.5   [0.28, 0.31, 0.52, 0.60]     two decimals of the side of the padded square
 *   qwen        [\n\t{"bbox_2d": [135, 114, 1016, 672], "label": "ship"}\n]
 *
 * Each row's `source` names the public code or thread its facts come from; the key "quadrant bbox"
 * for four corners is RSCoVLM's. */
#include "render/models.h"

/* ---- spellings ------------------------------------------------------------------------------- */

static const rs_render_spelling internvl_tags = {
    .numbers = {"[", ", ", "]"},
    .phrase = {"<ref>", "</ref>"},
    .names_boxes = true,
    .answer = {"<box>[", ", ", "]</box>"},
    .several = {"<box>[", ", ", "]</box>"},
    .one = {"<box>[", ", ", "]</box>"},
    .between_runs = "\n",
};

static const rs_render_spelling llava_brackets = {
    .decimals = 2,
    .numbers = {"[", ", ", "]"},
    .phrase_gap = " ",
    .answer = {.between = ", "},
    .several = {.between = ", "},
    .between_runs = "\n",
};

static const rs_render_spelling qwen_json = {
    .numbers = {"[", ", ", "]"},
    .box = {"{\"bbox_2d\": ", "}"},
    .quad = {"{\"quadrant bbox\": ", "}"},
    .point = {"{\"point_2d\": ", "}"},
    .label_in_box = true,
    .label_as_json = true,
    .label = {.open = ", \"label\": "},
    .phrase_gap = " ",
    .answer = {"[\n\t", ",\n\t", "\n]"},
    .several = {"[", ", ", "]"},
};

static const char json_boxes[] = "Output the bounding box coordinates in JSON format.";
static const char json_quads[] =
    "Output the four corners of each box as \"quadrant bbox\" in JSON format.";
static const char json_points[] = "Output the point coordinates in JSON format.";

/* ---- rows ------------------------------------------------------------------------------------ */

static const char *const internvl_reserved[] = {"<box>",         "</box>",  "<ref>", "</ref>",
                                                "<quad>",        "</quad>", "<img>", "</img>",
                                                "<IMG_CONTEXT>", NULL};

static const rs_render_model internvl = {
    .name = "internvl",
    .summary = "InternVL 1.2 to 3.5: per mille in <box>[[x1, y1, x2, y2]]</box>",
    .source = "OpenGVLab/InternVL#1009, #844; docs of the chat data format",
    .hbb = &rs_geom_permille,
    .quad = &rs_geom_permille_quad,
    .swift_objects = true,
    .own_format = "internvl",
    .hbb_format = "Write boxes as <box>[[x1, y1, x2, y2]]</box> in thousandths of the image's "
                  "width and height.",
    .quad_format =
        "Write boxes as <box>[[x1, y1, x2, y2, x3, y3, x4, y4]]</box>, the four corners in "
        "thousandths of the image's width and height.",
    .point_format = json_points,
    .spelling = &internvl_tags,
    /* recalled: its fine-tuning scripts pass --max_dynamic_patch 6 */
    .cost = {.tile = 448, .tile_tokens = 256, .max_pixels = 6 * 448.0 * 448},
    .reserved = internvl_reserved,
};

static const char *const llava_reserved[] = {"<s>", "</s>", "<im_start>", "<im_end>", NULL};

static const rs_render_model llava15 = {
    .name = "llava-1.5",
    .summary = "LLaVA 1.5: fractions of the square-padded image, two decimals",
    .source = "haotian-liu/LLaVA#606, #822; decimals recalled",
    .hbb = &rs_geom_fraction_padded,
    .own_format = "llava",
    .hbb_format = "Write boxes as [x1, y1, x2, y2], fractions of the image padded to a square.",
    .quad_format =
        "Write boxes as [x1, y1, x2, y2, x3, y3, x4, y4], the four corners as fractions of "
        "the image padded to a square.",
    .point_format = json_points,
    .spelling = &llava_brackets,
    .cost = {.vocabulary = RS_VOCABULARY_LLAMA, .fixed = 576},
    .reserved = llava_reserved,
};

static const char *const qwen_reserved[] = {"<|", NULL};
/* smart_resize of its processor: "absolute aspect ratio must be smaller than 200" */
enum { qwen_max_aspect = 200 };

static const rs_render_model qwen25 = {
    .name = "qwen2.5-vl",
    .summary = "Qwen2.5-VL: JSON bbox_2d in pixels of the resized image",
    .source = "QwenLM/Qwen3-VL qwen-vl-finetune/tools/process_bbox.ipynb",
    .hbb = &rs_geom_qwen25_vl,
    .quad = &rs_geom_qwen25_vl_quad,
    .point = &rs_geom_qwen25_vl_point,
    .resize_factor = 28,
    .max_aspect = qwen_max_aspect,
    .needs_pixels = true,
    .swift_objects = true,
    .own_format = "qwen",
    .hbb_format = json_boxes,
    .quad_format = json_quads,
    .point_format = json_points,
    .spelling = &qwen_json,
    /* its processor's defaults: 56^2 and 14 * 14 * 4 * 1280 */
    .cost = {.factor = 28, .min_pixels = 3136, .max_pixels = 1003520},
    .reserved = qwen_reserved,
};

static const rs_render_model qwen3 = {
    .name = "qwen3-vl",
    .summary = "Qwen3-VL: JSON bbox_2d in thousandths of width and height",
    .source = "QwenLM/Qwen3-VL#1486, #1623",
    .hbb = &rs_geom_permille,
    .quad = &rs_geom_permille_quad,
    .point = &rs_geom_permille_point,
    .max_aspect = qwen_max_aspect,
    .swift_objects = true,
    .own_format = "qwen",
    .hbb_format = json_boxes,
    .quad_format = json_quads,
    .point_format = json_points,
    .spelling = &qwen_json,
    /* patches of 16, merged by two; recalled: 256^2 and 4096^2 of its processor's settings */
    .cost = {.factor = 32, .min_pixels = 65536, .max_pixels = 16777216},
    .reserved = qwen_reserved,
};

const rs_render_model *const rs_render_models[] = {&internvl, &llava15, &qwen25, &qwen3, NULL};

/* ---- looking up ------------------------------------------------------------------------------ */

const rs_render_model *rs_render_model_find(rs_str name)
{
    for (size_t i = 0; rs_render_models[i]; i++)
        if (rs_str_eq(name, rs_str_of(rs_render_models[i]->name))) return rs_render_models[i];
    return NULL;
}

bool rs_render_refuses_size(const rs_render_model *model, double width, double height)
{
    if (!(model->max_aspect > 0) || !(width > 0) || !(height > 0)) return false;
    return (width > height ? width / height : height / width) > model->max_aspect;
}

bool rs_render_pads_square(const rs_render_model *model)
{
    return model->hbb->frame == RS_FRAME_PADDED;
}

void rs_render_put_model_names(rs_buf *buf, const rs_render_model *const *models)
{
    for (size_t i = 0; models[i]; i++) {
        if (i) rs_buf_cstr(buf, ", ");
        rs_buf_cstr(buf, models[i]->name);
    }
}
