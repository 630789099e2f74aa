/* What a picture costs a model, in tokens of its input, by its own preprocessing:
 *
 *   qwen2.5-vl, qwen3-vl   smart_resize, then one token for each factor x factor pixels; two marks
 *   internvl               1 to `most_tiles` tiles of 448 x 448, laid out as the picture's aspect
 *                          asks, and a thumbnail when there are several: 256 tokens each; two marks
 *   llava-1.5              336 x 336 in patches of 14: 576, whatever the size
 *
 * Sources: QwenLM/Qwen3-VL qwen-vl-utils (smart_resize); OpenGVLab/InternVL
 * internvl/train/dataset.py (dynamic_preprocess); haotian-liu/LLaVA (CLIP ViT-L/14, 336). */
#ifndef RS_RENDER_COST_H
#define RS_RENDER_COST_H

#include "render/models.h"

/* Tokens of one picture, at least 1. min_pixels and max_pixels are the training run's, 0 = the
 * model's own default; a size that its code refuses costs what the largest picture does. */
int64_t rs_render_picture_tokens(const rs_render_model *model, double width, double height,
                                 double min_pixels, double max_pixels);

/* Tokens of one turn's text, in hundredths: the estimate of lang/tokens.h without tags of pictures,
 * and five for the marks around a turn. */
int64_t rs_render_turn_hundredths(const rs_render_model *model, rs_str text);

/* Tokens of a box in an answer that a model's own writer makes, in hundredths. */
int64_t rs_render_box_hundredths(const rs_render_model *model);

#endif
