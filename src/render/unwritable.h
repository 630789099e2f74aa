/* Why no record can be made of a sample, asked while it is indexed: what emit would find out last,
 * a mixture has to know. What is not plain (foreseen.h) is rendered for every model as emit would
 * render it, and only the reasons are kept. */
#ifndef RS_RENDER_UNWRITABLE_H
#define RS_RENDER_UNWRITABLE_H

#include "render/render.h"

/* The reasons for which `input`'s sample cannot be written, in the arena:
 *   ""                           every model can be taught it
 *   "roles"                      no model can
 *   "internvl:task-not-text ..." these models cannot; blanks between them
 * A picture of unknown size counts as one of 1000 x 1000 pixels: what is not here is no fault of
 * the sample. Limits of a training run (min and max pixels) are those of Qwen's own defaults.
 * Errors: RSIFT_E_NOMEM. */
rsift_status rs_render_unwritable(const rs_render_options *options, const rs_render_input *input,
                                  rs_arena *arena, rs_str *out, rsift_error *err);

/* Masks are no pictures of a record; once they are left out the regions' picture numbers stay right
 * only when they come last. */
bool rs_render_masks_last(const rs_sample *sample);

#endif
