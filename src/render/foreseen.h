/* Why a sample cannot be written, said without rendering it. Most samples are so plain that nothing
 * but a model's step can keep them from being written: a box has no area there. */
#ifndef RS_RENDER_FORESEEN_H
#define RS_RENDER_FORESEEN_H

#include "render/render.h"

/* Sets each[i] to the reason that a rendering with rs_render_options_for(rs_render_models[i],
 * options) gives, NULL = it can be written. false = the sample is not plain: only a rendering
 * tells, and `each` says nothing. */
bool rs_render_foreseen(const rs_render_options *options, const rs_render_input *input,
                        rs_arena *arena, const char *each[RS_RENDER_MODELS_MAX]);

/* The options for one of the models, with Qwen's own limits of pixels where none are given. */
rs_render_options rs_render_options_for(const rs_render_model *model,
                                        const rs_render_options *options);

#endif
