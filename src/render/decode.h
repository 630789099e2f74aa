/* Written text -> boxes: reads a message back by the model's own spelling and convention. Used to
 * verify what was written and to draw the contact sheet. */
#ifndef RS_RENDER_DECODE_H
#define RS_RENDER_DECODE_H

#include "base/arena.h"
#include "base/err.h"
#include "render/rendered.h"

/* Finds every box in `text` that is spelled as the model spells it and brings it back to pixels of
 * a picture of this size. Boxes stand in the arena in the order of the text; message and image are
 * 0. Errors: RSIFT_E_ARG (the picture cannot be resized for the model), RSIFT_E_NOMEM. */
rsift_status rs_render_decode(const rs_render_options *options, rs_str text, double width,
                              double height, rs_arena *arena, rs_written_box **boxes, size_t *n,
                              rsift_error *err);

#endif
