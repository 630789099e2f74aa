/* Inside readers/coco: `segmentation`, as polygons or as run lengths, and the box around it. */
#ifndef RS_READERS_COCO_MASKS_H
#define RS_READERS_COCO_MASKS_H

#include "readers/parse.h"

/* Of which annotation a region is made. */
typedef struct rs_coco_object {
    size_t i; /* its number among those of its picture */
    rs_str label;
    uint32_t flags;
} rs_coco_object;

/* "annotations[3].bbox", in `buf`. */
rs_str rs_coco_where(char buf[64], size_t i, const char *field);
/* Appends a region; one without a convention is a mask's run lengths. */
rsift_status rs_coco_add_region(rs_parse *p, rs_region_list *list, rs_region region);
/* Appends a region for each polygon, which share a group, or one for run lengths. */
rsift_status rs_coco_add_mask(rs_parse *p, const rs_json *segmentation,
                              const rs_coco_object *object, rs_region_list *list);
/* An object without a box is where its outlines are, regions[first..]: one polygon stands for
 * itself, several parts and masks are put behind the box around them. */
rsift_status rs_coco_box_outlines(rs_parse *p, size_t i, size_t first, rs_region_list *list);

/* What run lengths show. */
typedef enum rs_coco_mask {
    RS_COCO_MASK_BROKEN, /* they do not fill their picture */
    RS_COCO_MASK_EMPTY,
    RS_COCO_MASK_SHOWN
} rs_coco_mask;
/* The corners around a mask's pixels; of broken run lengths, which are a finding, there are none.
 * `i`: the number of the annotation. */
rsift_status rs_coco_mask_box(rs_parse *p, const rs_region *mask, size_t i, double box[4],
                              rs_coco_mask *out);

/* Does the box of an object agree with the box around its mask? Little in common is a finding. */
rsift_status rs_coco_compare_boxes(rs_parse *p, rs_str where, const double box[4],
                                   const double around[4]);
/* The same for a box in pixels and the polygons of `segmentation`, which need not be read as
 * regions. Nothing is compared where either has no area or the box counts something else. */
rsift_status rs_coco_compare_rings(rs_parse *p, rs_str where, const rs_region *box,
                                   const rs_json *segmentation);

#endif
