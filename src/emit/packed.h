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

/* Appends all but the record and the truth, which the caller spells behind it: the record, then
 * rs_emit_pack_record, then the truth, which may be empty. `pictures` stand for r->images. Returns
 * where the packed record begins; out->failed = out of memory. */
size_t rs_emit_pack(rs_buf *out, const rs_rendered *r, const uint32_t *pictures);
/* Notes the record, which ends `out`. */
void rs_emit_pack_record(rs_buf *out, size_t begin, rs_str record);
/* Views into `bytes`, which were packed so. */
rs_emit_packed rs_emit_unpack(rs_str bytes);
/* Number of the i-th picture. */
uint32_t rs_emit_packed_picture(const rs_emit_packed *packed, uint32_t i);
/* The boxes with image, shape and pixels, in the arena; NULL = out of memory. */
rs_written_box *rs_emit_packed_boxes(const rs_emit_packed *packed, rs_arena *arena);

#endif
