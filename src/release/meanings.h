/* Decided meanings of box numbers in a plan: put there by the index, read from the workspace by
 * whoever replays the release, so that all of them read the same boxes. */
#ifndef RS_RELEASE_MEANINGS_H
#define RS_RELEASE_MEANINGS_H

#include "release/release.h"
#include "store/store.h"

/* The stored meanings of one source; *surveyed false = the source was never looked through. */
rsift_status rs_plan_read_meanings(rs_plan *plan, size_t i, rs_store *store, bool *surveyed,
                                   rsift_error *err);
/* Of all sources of plan->release_id that need some. */
rsift_status rs_plan_load_meanings(rs_plan *plan, rs_store *store, rsift_error *err);

#endif
