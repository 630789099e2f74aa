/* Inside readers/records: the boxes of an item, as numbers or as text. */
#ifndef RS_READERS_RECORDS_BOXES_H
#define RS_READERS_RECORDS_BOXES_H

#include "readers/records_fields.h"

/* The item's boxes, labelled `label`. *bad, after a finding, when it asks about one and has none.
 */
rsift_status rs_record_read_boxes(rs_parse *p, const rs_record_fields *fields,
                                  const rs_record_item *it, rs_sample *sample, rs_str label,
                                  bool *bad);
#endif
