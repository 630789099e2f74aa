/* Rows that describe the release itself: where it lies, its licence, its files, what was odd about
 * opening them and what the catalogue expects and is not here. */
#ifndef RS_INDEX_RELEASE_H
#define RS_INDEX_RELEASE_H

#include "release/plan.h"

/* One part `release-<fingerprint>`, made by whichever unit comes first; kept while the release's
 * files and choices stay the same. */
rsift_status rs_index_release(rs_store *store, const rs_plan *plan, rsift_error *err);

#endif
