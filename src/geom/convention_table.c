/* The conventions met in releases and wanted by models. Facts come from the formats notes (sections
 * in brackets); what is not known there is marked as a guess. Alphabetical. */
#include "geom/convention.h"

#define EXACT .rounding = RS_ROUND_NONE, .decimals = -1
#define GEOCHAT "mbzuai-oryx/GeoChat geochat_demo.py [9]; angle sense checked on benchmark truth"
#define QWEN3 \
    "QwenLM/Qwen3-VL qwen-vl-finetune/tools/process_bbox.ipynb [4]; OpenGVLab/InternVL [7]"
#define QWEN25 "QwenLM/Qwen3-VL qwen-vl-finetune/tools/process_bbox.ipynb [4]"
#define FLORENCE "transformers models/florence2/processing_florence2.py [11]"
#define FALCON "TianHuiLab/Falcon README [10]; guess: half to even, the writer is not released"
#define RSCOVLM "VisionXLab/RSCoVLM rscovlm/training/data/dense_det_dataset.py [10]"
#define PLAIN "absolute pixels of the stored image"
#define FRACTION "fraction of the image's own width and height"

/* name, shape, and what differs from zero */
#define SHARED(id, text, kind, ...) \
    const rs_convention id = {.name = text, .n_name = sizeof text - 1, .shape = kind, __VA_ARGS__}
#define ENTRY(...) static SHARED(__VA_ARGS__)

ENTRY(falcon, "falcon", RS_SHAPE_HBB_XYXY, .scale = 1000, .clamp = true, .rounding = RS_ROUND_EVEN,
      .source = FALCON);
ENTRY(falcon_polygon, "falcon-polygon", RS_SHAPE_POLYGON, .scale = 1000, .clamp = true,
      .rounding = RS_ROUND_EVEN, .source = FALCON);
ENTRY(falcon_quad, "falcon-quad", RS_SHAPE_QUAD, .scale = 1000, .clamp = true,
      .rounding = RS_ROUND_EVEN, .source = FALCON);
ENTRY(florence, "florence", RS_SHAPE_HBB_XYXY, .scale = 1000, .clamp = true, .limit = 999,
      .rounding = RS_ROUND_FLOOR, .decode_offset = 0.5, .source = FLORENCE);
ENTRY(florence_polygon, "florence-polygon", RS_SHAPE_POLYGON, .scale = 1000, .clamp = true,
      .limit = 999, .rounding = RS_ROUND_FLOOR, .decode_offset = 0.5, .source = FLORENCE);
ENTRY(florence_quad, "florence-quad", RS_SHAPE_QUAD, .scale = 1000, .clamp = true, .limit = 999,
      .rounding = RS_ROUND_FLOOR, .decode_offset = 0.5, .source = FLORENCE);
ENTRY(fraction, "fraction", RS_SHAPE_HBB_XYXY, .scale = 1, EXACT, .source = FRACTION);
ENTRY(fraction_cxcywh, "fraction-cxcywh", RS_SHAPE_HBB_CXCYWH, .scale = 1, EXACT,
      .source = FRACTION ", centre and size (YOLO labels)");
SHARED(rs_geom_fraction_padded, "fraction-padded", RS_SHAPE_HBB_XYXY, .frame = RS_FRAME_PADDED,
       .scale = 1, .clamp = true, .rounding = RS_ROUND_NONE, .decimals = 2,
       .source = "haotian-liu/LLaVA#606, #822 [1]; EarthGPT/MMRS-1M [10]; decimals recalled");
ENTRY(fraction_point, "fraction-point", RS_SHAPE_POINT, .scale = 1, EXACT, .source = FRACTION);
ENTRY(fraction_polygon, "fraction-polygon", RS_SHAPE_POLYGON, .scale = 1, EXACT,
      .source = FRACTION);
ENTRY(fraction_quad, "fraction-quad", RS_SHAPE_QUAD, .scale = 1, EXACT,
      .source = FRACTION "; obj_corner of lx709/VRSBench");
ENTRY(fraction_xywh, "fraction-xywh", RS_SHAPE_HBB_XYWH, .scale = 1, EXACT, .source = FRACTION);
ENTRY(lmmrotate, "lmmrotate", RS_SHAPE_QUAD, .scale = 1000, .clamp = true, .limit = 999,
      .rounding = RS_ROUND_FLOOR, .decode_offset = 0.5, .corner_order = RS_CORNERS_TOP_COUNTER,
      .source = "VisionXLab/mllm-mmrotate playground/convert_dota_for_sft.py [10]");
ENTRY(paligemma, "paligemma", RS_SHAPE_HBB_YXYX, .scale = 1023, .clamp = true,
      .rounding = RS_ROUND_EVEN,
      .source = "google-research/big_vision pp/proj/paligemma/segmentation.py [12]");
ENTRY(percent, "percent", RS_SHAPE_HBB_XYXY, .scale = 100, .clamp = true, .rounding = RS_ROUND_EVEN,
      .source = GEOCHAT "; guess: half to even");
ENTRY(percent_cxcywha, "percent-cxcywha", RS_SHAPE_OBB_CXCYWHA, .scale = 100,
      .rounding = RS_ROUND_EVEN, .angle_sense = 1, .rotate_in_pixels = true,
      .angle_form = RS_ANGLE_LONG_EDGE,
      .source = "lx709/VRSBench obb_v1: {<cx><cy><w><h>|<angle>}; guess: sense as GeoChat");
ENTRY(percent_obb, "percent-obb", RS_SHAPE_OBB_XYXYA, .scale = 100, .rounding = RS_ROUND_EVEN,
      .angle_sense = 1, .rotate_in_pixels = true, .source = GEOCHAT "; guess: half to even");
ENTRY(percent_point, "percent-point", RS_SHAPE_POINT, .scale = 100, .clamp = true,
      .rounding = RS_ROUND_NONE, .decimals = 1,
      .source = "allenai/molmo olmo/data/data_formatter.py [13]");
ENTRY(percent_polygon, "percent-polygon", RS_SHAPE_POLYGON, .scale = 100, .clamp = true,
      .rounding = RS_ROUND_EVEN, .source = "polygons on GeoChat's grid; guess: half to even");
ENTRY(percent_quad, "percent-quad", RS_SHAPE_QUAD, .scale = 100, .clamp = true,
      .rounding = RS_ROUND_EVEN, .source = "four corners on GeoChat's grid; guess: half to even");
ENTRY(percent_trunc, "percent-trunc", RS_SHAPE_HBB_XYXY, .scale = 100, .clamp = true,
      .rounding = RS_ROUND_TRUNC,
      .source = "lx709/VRSBench referring: int(100 * clip(corner, 0, 1)), checked on 25 records");
SHARED(rs_geom_permille, "permille", RS_SHAPE_HBB_XYXY, .scale = 1000, .clamp = true,
       .rounding = RS_ROUND_EVEN, .source = QWEN3);
SHARED(rs_geom_permille_point, "permille-point", RS_SHAPE_POINT, .scale = 1000, .clamp = true,
       .rounding = RS_ROUND_EVEN, .source = QWEN3);
ENTRY(permille_polygon, "permille-polygon", RS_SHAPE_POLYGON, .scale = 1000, .clamp = true,
      .rounding = RS_ROUND_EVEN, .source = QWEN3);
SHARED(rs_geom_permille_quad, "permille-quad", RS_SHAPE_QUAD, .scale = 1000, .clamp = true,
       .rounding = RS_ROUND_EVEN, .source = QWEN3);
ENTRY(permille_yxyx, "permille-yxyx", RS_SHAPE_HBB_YXYX, .scale = 1000, .clamp = true,
      .rounding = RS_ROUND_EVEN, .source = "Gemini box_2d: [y0, x0, y1, x1]; guess: half to even");
ENTRY(permille_trunc, "permille-trunc", RS_SHAPE_HBB_XYXY, .scale = 1000, .clamp = true,
      .rounding = RS_ROUND_TRUNC, .source = "OpenGVLab/InternVL#285: int(x / W * 1000) [7]");
ENTRY(px, "px", RS_SHAPE_HBB_XYXY, EXACT, .source = PLAIN);
ENTRY(px_cxcywh, "px-cxcywh", RS_SHAPE_HBB_CXCYWH, EXACT, .source = PLAIN);
ENTRY(px_cxcywha, "px-cxcywha", RS_SHAPE_OBB_CXCYWHA, EXACT, .angle_sense = 1,
      .rotate_in_pixels = true, .angle_form = RS_ANGLE_LONG_EDGE,
      .source = PLAIN ", centre, size, degrees clockwise on screen");
ENTRY(px_obb, "px-obb", RS_SHAPE_OBB_XYXYA, EXACT, .angle_sense = 1, .rotate_in_pixels = true,
      .source = PLAIN ", unrotated corners, degrees clockwise on screen");
ENTRY(px_point, "px-point", RS_SHAPE_POINT, EXACT, .source = PLAIN);
ENTRY(px_polygon, "px-polygon", RS_SHAPE_POLYGON, EXACT, .source = PLAIN);
ENTRY(px_quad, "px-quad", RS_SHAPE_QUAD, EXACT, .source = PLAIN);
ENTRY(px_xywh, "px-xywh", RS_SHAPE_HBB_XYWH, EXACT, .source = PLAIN);
ENTRY(qwen_vl, "qwen-vl", RS_SHAPE_HBB_XYXY, .scale = 1000, .clamp = true, .limit = 999,
      .rounding = RS_ROUND_TRUNC, .source = "Qwen-VL v1, 0..999 [0]; guess: truncated");
SHARED(rs_geom_qwen25_vl, "qwen2.5-vl", RS_SHAPE_HBB_XYXY, .frame = RS_FRAME_RESIZED, .clamp = true,
       .limit = -1, .rounding = RS_ROUND_EVEN, .source = QWEN25);
SHARED(rs_geom_qwen25_vl_point, "qwen2.5-vl-point", RS_SHAPE_POINT, .frame = RS_FRAME_RESIZED,
       .clamp = true, .limit = -1, .rounding = RS_ROUND_EVEN, .source = QWEN25);
ENTRY(qwen25_vl_polygon, "qwen2.5-vl-polygon", RS_SHAPE_POLYGON, .frame = RS_FRAME_RESIZED,
      .clamp = true, .limit = -1, .rounding = RS_ROUND_EVEN, .source = QWEN25);
SHARED(rs_geom_qwen25_vl_quad, "qwen2.5-vl-quad", RS_SHAPE_QUAD, .frame = RS_FRAME_RESIZED,
       .clamp = true, .limit = -1, .rounding = RS_ROUND_EVEN, .source = QWEN25);
ENTRY(rscovlm, "rscovlm", RS_SHAPE_HBB_XYXY, .frame = RS_FRAME_RESIZED, .rounding = RS_ROUND_TRUNC,
      .source = RSCOVLM);
ENTRY(rscovlm_obb, "rscovlm-obb", RS_SHAPE_OBB_CXCYWHA, .frame = RS_FRAME_RESIZED,
      .rounding = RS_ROUND_TRUNC, .angle_sense = 1, .angle_form = RS_ANGLE_LONG_EDGE,
      .source = RSCOVLM);
ENTRY(rscovlm_quad, "rscovlm-quad", RS_SHAPE_QUAD, .frame = RS_FRAME_RESIZED,
      .rounding = RS_ROUND_TRUNC, .corner_order = RS_CORNERS_TOP_COUNTER, .source = RSCOVLM);

const rs_convention *const rs_geom_conventions[] = {
    &falcon,
    &falcon_polygon,
    &falcon_quad,
    &florence,
    &florence_polygon,
    &florence_quad,
    &fraction,
    &fraction_cxcywh,
    &rs_geom_fraction_padded,
    &fraction_point,
    &fraction_polygon,
    &fraction_quad,
    &fraction_xywh,
    &lmmrotate,
    &paligemma,
    &percent,
    &percent_cxcywha,
    &percent_obb,
    &percent_point,
    &percent_polygon,
    &percent_quad,
    &percent_trunc,
    &rs_geom_permille,
    &rs_geom_permille_point,
    &permille_polygon,
    &rs_geom_permille_quad,
    &permille_trunc,
    &permille_yxyx,
    &px,
    &px_cxcywh,
    &px_cxcywha,
    &px_obb,
    &px_point,
    &px_polygon,
    &px_quad,
    &px_xywh,
    &qwen_vl,
    &rs_geom_qwen25_vl,
    &rs_geom_qwen25_vl_point,
    &qwen25_vl_polygon,
    &rs_geom_qwen25_vl_quad,
    &rscovlm,
    &rscovlm_obb,
    &rscovlm_quad,
    NULL,
};

const rs_convention *rs_geom_convention(rs_str name)
{
    if (!name.len) return NULL;
    /* asked for each box that is measured: most names differ in their length or their ends */
    for (size_t i = 0; rs_geom_conventions[i]; i++) {
        const rs_convention *c = rs_geom_conventions[i];
        if (c->n_name == name.len && c->name[0] == name.ptr[0] &&
            c->name[name.len - 1] == name.ptr[name.len - 1] &&
            memcmp(c->name, name.ptr, name.len) == 0)
            return c;
    }
    return NULL;
}
