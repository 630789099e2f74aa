/* Verification: what a written record says when it is read as the trainer and the model read it.
 * Pure; any thread. */
#ifndef RS_EMIT_VERIFY_H
#define RS_EMIT_VERIFY_H

#include "render/decode.h"
#include "writers/writer.h"

/* What a record was to say. `boxes` as the renderer meant them; those without pixels (of a picture
 * whose size is not known) are counted and not compared. */
typedef struct rs_emit_meant {
    const rs_written_box *boxes;
    uint32_t n_boxes;
    const double *widths, *heights; /* of the record's pictures, stored pixels; 0 = unknown */
    uint32_t n_images;
} rs_emit_meant;

/* Reads the record back with the layout's own reader. Its pictures and "<image>" tags must be as
 * many as the sample has, and the boxes that the model's own parser finds in its text (or that the
 * layout keeps apart from the text) must be those that were meant: as many, in order, of the same
 * shape and picture, and no coordinate further away than one step of the model's convention,
 *   |read back - meant| <= step of the axis + 1e-6 * side
 * where a step is twice rs_geom_quantum, the bound on a rounding that also had to clamp.
 *   errors  RSIFT_E_FORMAT naming the box, its pixels as meant and as read back */
rsift_status rs_emit_verify(const rs_writer *writer, const rs_render_options *render, rs_str record,
                            const rs_emit_meant *meant, rs_arena *scratch, rsift_error *err);

/* How many of the record's boxes rs_emit_verify compares: those with pixels. */
uint32_t rs_emit_n_compared(const rs_emit_meant *meant);

/* Whether the sample's records are verified as soon as they are spelled: one in 16 of those with
 * boxes, chosen by the sample's id, whose first picture's size is known. */
bool rs_emit_verifies_early(rs_id id, const rs_emit_meant *meant);

/* Decodes the text of all messages by the model's own parser, as boxes of a picture of this size (a
 * text does not say which of several pictures a box lies in); in the arena. */
rsift_status rs_emit_decode(const rs_render_options *render, const rs_rendered *record,
                            const double size[2], rs_arena *arena, rs_render_boxes *out,
                            rsift_error *err);

#endif
