/* Inside readers/records and readers/webdataset: an item becomes a sample, by the fields that the
 * parameters name. */
#ifndef RS_READERS_RECORDS_ITEM_H
#define RS_READERS_RECORDS_ITEM_H

#include "readers/records_fields.h"

/* One item -> one sample; what belongs to another part is skipped before it is read. */
rsift_status rs_record_parse_item(rs_parse *p, const rs_record_fields *fields,
                                  const rs_record_item *it, rs_outcome *outcome);

#endif
