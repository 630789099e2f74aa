/* Inside readers/records and readers/webdataset: the samples of a record that gives several. */
#ifndef RS_READERS_RECORDS_LISTS_H
#define RS_READERS_RECORDS_LISTS_H

#include "readers/records_item.h"

/* A sample for each member of one list of the record; a member that cannot be read sets the record
 * aside, and a record without members gives nothing: then *outcome stays. */
rsift_status rs_record_parse_members(rs_parse *p, const rs_record_fields *fields, rs_str name,
                                     const rs_json *record, rs_outcome *outcome);
/* A sample for each of the record's caption fields that says something, with the field's name as
 * its type. Their texts may be equal: what repeats is the duplicates' business. */
rsift_status rs_record_parse_captions(rs_parse *p, const rs_record_fields *fields,
                                      const rs_json *root, rs_outcome *outcome);

#endif
