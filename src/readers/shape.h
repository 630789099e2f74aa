/* Steps that readers of drawn shapes share: numbers as a region, the picture that a file names
 * beside the one of its own name. */
#ifndef RS_READERS_SHAPE_H
#define RS_READERS_SHAPE_H

#include "readers/parse.h"

/* A drawn shape: what its numbers mean, and what it is called. */
typedef struct rs_drawn_shape {
    const rs_convention *meaning;
    const double *numbers;
    size_t n;
    rs_str label;
} rs_drawn_shape;

/* The shape's region; numbers and label are copied into the batch. */
rsift_status rs_shape_add(rs_parse *p, rs_region_list *list, const rs_drawn_shape *shape,
                          rs_region **out);
/* Notes the picture that a file states when it is not the one of the file's own name: the index
 * knows which of them are here. The sample has its picture. */
rsift_status rs_shape_note_name(rs_parse *p, rs_sample *sample, rs_str stem, rs_str stated);
/* The size that a file states of its picture; nothing where one is not positive. */
void rs_shape_set_size(rs_sample *sample, double width, double height);

#endif
