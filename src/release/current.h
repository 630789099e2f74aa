/* Are the parts of a workspace those that this program's readers would make? A reader whose version
 * was raised gives other samples for the same bytes; parts of the older one must not be mixed or
 * emitted as if they were today's. */
#ifndef RS_RELEASE_CURRENT_H
#define RS_RELEASE_CURRENT_H

#include "store/store.h"

/* Checks every source of the dataset that the workspace holds.
 *   errors  RSIFT_E_FORMAT "... index it again", where = "release > source" */
rsift_status rs_release_check_readers(rs_store *store, rs_str dataset, rsift_error *err);

#endif
