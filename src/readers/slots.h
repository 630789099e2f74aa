/* ms-swift's slots in a text, which a list beside the turns fills. */
#ifndef RS_READERS_SLOTS_H
#define RS_READERS_SLOTS_H

#include "readers/parse.h"

/* A box that filled a slot of a turn's text. */
typedef struct rs_filled_box {
    uint32_t turn;
    size_t begin, end; /* bytes of its brackets in the turn */
    double numbers[4];
    size_t n_numbers;
    const rs_convention *convention;
    int32_t asset;
} rs_filled_box;

typedef struct rs_filled_boxes {
    rs_filled_box *items; /* ascending; in scratch */
    size_t n, cap;
} rs_filled_boxes;

/* The i-th "<ref-object>" of all turns gets the i-th of objects.ref, the i-th
 * "<bbox>" the i-th of objects.bbox as "[x, y, x, y]". Slots that nothing fills are a finding, and
 * the texts stay as they are. `turns` are the sample's, to be changed. */
rsift_status rs_slots_fill(rs_parse *p, const rs_json *objects, const rs_sample *sample,
                           rs_turn *turns, rs_filled_boxes *out);

/* The filled box that begins in [begin, end) of the turn; NULL = none. */
const rs_filled_box *rs_slots_filled_at(const rs_filled_boxes *boxes, size_t turn, size_t begin,
                                        size_t end);

#endif
