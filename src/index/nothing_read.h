/* Files of a source that gave no record: told once the source is cut to its end. */
#ifndef RS_INDEX_NOTHING_READ_H
#define RS_INDEX_NOTHING_READ_H

#include "index/finding.h"
#include "release/records.h"

/* Findings about the files of `records`, all of whose chunks are cut; those that the plan refused
 * have theirs already. */
void rs_index_put_nothing_read(rs_part *part, rs_index_cap *cap, const rs_plan *plan,
                               const rs_records *records);

#endif
