/* Inside readers/coco: what one annotation says, however it is written. */
#ifndef RS_READERS_COCO_ANNOTATION_H
#define RS_READERS_COCO_ANNOTATION_H

#include "codec/json_quick.h"
#include "readers/parse.h"

/* A box: four numbers, or NAN and what there is instead. */
typedef struct rs_coco_box {
    double v[4];
} rs_coco_box;
enum { RS_COCO_BOX_NONE, RS_COCO_BOX_OTHER }; /* v[1] behind a NAN */

static inline bool rs_coco_box_is_read(const rs_coco_box *box)
{
    return box->v[0] == box->v[0];
}
/* Is a box stated? An absent, null or empty one is not. */
static inline bool rs_coco_has_box(const rs_coco_box *box)
{
    return rs_coco_box_is_read(box) || box->v[1] != RS_COCO_BOX_NONE;
}
/* Four finite numbers in one list, as most boxes are written. */
rs_coco_box rs_coco_box_of(const rs_json *value);

typedef struct rs_coco_annotation {
    const rs_json *value; /* NULL = it is written plainly: nothing is in it but what stands here */
    int64_t id, image_id, category_id; /* of a plain one; without an id 0 */
    rs_coco_box box;
    uint32_t flags; /* RS_REGION_CROWD, RS_REGION_DIFFICULT */
} rs_coco_annotation;

rs_coco_annotation rs_coco_annotation_of(const rs_json *value, rs_str box_field);

/* May annotations be read from their text: is the box where a plain one has it, and does no limit
 * refuse what is as short and as flat? */
bool rs_coco_may_be_plain(rs_str box_field, const rsift_limits *limits);
/* Reads an annotation that has whole numbers as ids, a box of four numbers, flags in numbers, an
 * area and no outline, and nothing else. false = declined: its JSON has to be parsed. */
bool rs_coco_read_plain(rs_json_quick *text, rs_coco_annotation *out);

#endif
