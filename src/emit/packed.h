/* A record on its way through the spill, packed with what decides whether it is written and what
 * verifies it: the numbers of its pictures, the boxes that were meant, and in an evaluation its
 * line of the truth. Bytes of this process only: native order, no alignment. */
#ifndef RS_EMIT_PACKED_H
#define RS_EMIT_PACKED_H

#include "base/arena.h"
#include "base/buf.h"
#include "render/render.h"

typedef struct rs_emit_packed {
    uint32_t n_pictures, n_boxes, n_degenerate;
    rs_str pictures, boxes; /* packed; read by the functions below */
    rs_str record, truth, dataset, task;
} rs_emit_packed;

/* Appends; out->failed = out of memory. `pictures` stand for r->images. */
void rs_emit_pack(rs_buf *out, const rs_rendered *r, const uint32_t *pictures, rs_str record,
                  rs_str truth);
/* Views into `bytes`, which rs_emit_pack made. */
rs_emit_packed rs_emit_unpack(rs_str bytes);
/* Number of the i-th picture. */
uint32_t rs_emit_packed_picture(const rs_emit_packed *packed, uint32_t i);
/* The boxes with image, shape and pixels, in the arena; NULL = out of memory. */
rs_written_box *rs_emit_packed_boxes(const rs_emit_packed *packed, rs_arena *arena);

#endif
