/* Inside readers/records: the boxes of an item, as numbers or as text. */
#ifndef RS_READERS_RECORDS_BOXES_H
#define RS_READERS_RECORDS_BOXES_H

#include "readers/records_fields.h"

/* What boxes are called: all alike, or by a list of classes in their order. */
typedef struct rs_record_labels {
    rs_str of_all;
    const rs_str *items;
    size_t n;     /* of the list; one class is that of all boxes, */
    bool is_list; /* unless the record has it in a list, which names each box */
} rs_record_labels;

/* The item's boxes with their labels. *bad, after a finding, when it asks about one and has none,
 * or when there are not as many classes as boxes. */
rsift_status rs_record_read_boxes(rs_parse *p, const rs_record_fields *fields,
                                  const rs_record_item *it, rs_sample *sample,
                                  const rs_record_labels *labels, bool *bad);
/* Does the record of a detection task hold the list of its picture's boxes, be it empty? A list of
 * expressions or of `each`, and a row for each box, tell nothing of the others. */
bool rs_record_lists_boxes(const rs_record_fields *fields, const rs_record_item *it, rs_task task);
/* Does the source name a field of boxes and leave open what they mean? */
bool rs_record_is_open(const rs_source *source);
#endif
