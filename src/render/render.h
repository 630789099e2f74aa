/* A sample -> messages for one model: its box convention, box text and prompts.
 *
 * Two axes of the output are chosen separately: the model (here) and the trainer's record layout
 * (src/writers). Everything in this room is pure: no files, no clock; any thread.
 *
 *   models      one row per model: spelling, conventions, reserved words
 *   message     the messages being written     measure    a region -> the model's numbers
 *   spelling    numbers <-> text of one box     boxes      runs of boxes in a message
 *   prompt      questions of prompts/           decode     written text -> pixels again
 *   turn, dialogue   a release's own questions and answers, rewritten
 *   task             samples whose question is missing */
#ifndef RS_RENDER_RENDER_H
#define RS_RENDER_RENDER_H

#include "model/batch.h"
#include "render/rendered.h"

/* What is rendered. `images`, `widths` and `heights` have one item for each of the sample's assets
 * that is a picture (masks left out); they stay the caller's and are pointed at by the result. */
typedef struct rs_render_input {
    const rs_sample *sample;
    rs_str dataset;
    const rs_str *images;           /* paths as records will name them */
    const double *widths, *heights; /* stored pixels; 0 = unknown */
    uint32_t repeat;                /* the k-th rendering of the sample */
} rs_render_input;

/* Renders one sample for one model; everything new lies in the arena. A sample that cannot be
 * written is no error: the call succeeds and out->drop holds the reason. Errors: RSIFT_E_NOMEM. */
rsift_status rs_render(const rs_render_options *options, const rs_render_input *input,
                       rs_arena *arena, rs_rendered *out, rsift_error *err);

#endif
