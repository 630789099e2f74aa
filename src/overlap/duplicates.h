/* Compares every picture of the pool with every other, before duplicates, mix or build decide. */
#ifndef RS_OVERLAP_DUPLICATES_H
#define RS_OVERLAP_DUPLICATES_H

#include "overlap/overlap.h"

/* Fills picture_pair and picture_look (kind "duplicate") with what is not known yet: within
 * RS_OVERLAP_RADIUS bits, within RS_OVERLAP_NARROW_RADIUS where there are more than
 * RS_OVERLAP_WIDE_PICTURES pictures. What has no hashes is not compared. `store`: mode
 * DECIDE. *radius (may be NULL): which of the two it was. */
rsift_status rs_overlap_duplicates(rs_session *session, rs_store *store, unsigned *radius,
                                   rsift_error *err);

#endif
