/* Written text -> boxes: reads a message back by the model's own spelling and convention. Used to
 * verify what was written and to draw the contact sheet. */
#ifndef RS_RENDER_DECODE_H
#define RS_RENDER_DECODE_H

#include "base/arena.h"
#include "base/err.h"
#include "render/rendered.h"

/* Boxes in an arena; {0} is valid. */
typedef struct rs_render_boxes {
    rs_written_box *items;
    size_t n, cap;
} rs_render_boxes;

/* Appends every box in `text` that is spelled as the model spells it, in pixels of a picture of
 * size {width, height}, in the order of the text; message and image are 0.
 * Errors: RSIFT_E_ARG (the picture cannot be resized for the model), RSIFT_E_NOMEM. */
rsift_status rs_render_decode(const rs_render_options *options, rs_str text, const double size[2],
                              rs_arena *arena, rs_render_boxes *out, rsift_error *err);

#endif
