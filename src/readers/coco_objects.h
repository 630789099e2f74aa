/* Inside readers/coco: the annotations of one picture as regions. */
#ifndef RS_READERS_COCO_OBJECTS_H
#define RS_READERS_COCO_OBJECTS_H

#include "readers/coco_annotation.h"
#include "readers/coco_classes.h"

/* What is read of an annotation. */
typedef struct rs_coco_objects {
    bool boxes, masks;
    bool plain; /* boxes are all that is read: annotations may be read from their text */
    rs_str box_field;
    const rs_convention *const *conventions; /* of its numbers; */
    size_t n_conventions;                    /* 0 = the format's own, x y width height */
    const rs_convention *xywh;               /* that one */
    rs_coco_classes classes;
} rs_coco_objects;

/* The regions of all annotations in p->raw->extra, in file order; whether they are all there. */
rsift_status rs_coco_add_objects(rs_parse *p, const rs_coco_objects *objects, rs_sample *sample);

#endif
