/* Inside readers/coco: a row of `images`, `annotations` or `categories`, as it was cut. */
#ifndef RS_READERS_COCO_ROW_H
#define RS_READERS_COCO_ROW_H

#include "readers/feed_json.h"
#include "readers/rows.h"

/* Passes; IMAGES and ANNOTATIONS are also the indices of a file's paths, which are cut together. */
enum { RS_COCO_IMAGES, RS_COCO_ANNOTATIONS, RS_COCO_CATEGORIES };

typedef struct rs_coco_row {
    int pass;
    const rs_json *value; /* in scratch; NULL = it was set aside */
    rs_row row;
    bool told; /* set aside, and no other picture than row.owner may lack an object for it */
} rs_coco_row;

/* The values of n rows of the feed's cuts, in scratch; NULL = a row cannot be read. */
rsift_status rs_coco_parse_rows(rs_arena *scratch, const rs_json_feed *feed, size_t first, size_t n,
                                const rs_json ***values, rsift_error *err);
/* Reads the ids of row i of the feed's cuts, whose value stands in out->value. A row without them
 * is set aside, with a finding. */
rsift_status rs_coco_read_row(rs_arena *scratch, const rs_json_feed *feed, size_t i,
                              rs_coco_row *out, rs_chunk *chunk, rsift_error *err);

#endif
