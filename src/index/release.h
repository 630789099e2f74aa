/* Rows that describe the release itself: where it lies, its licence, its files, what was odd about
 * opening them and what the catalogue expects and is not here. */
#ifndef RS_INDEX_RELEASE_H
#define RS_INDEX_RELEASE_H

#include "release/plan.h"

/* One part `release-<fingerprint>`, made by whichever unit comes first; kept while the release's
 * files and choices stay the same. */
/* What the release depends on: the choices, and the names, sizes and times of its files. */
void rs_index_release_print(const rs_plan *plan, char out[RS_ID_TEXT]);
/* The name of the part of a release as it lies there now. */
enum { RS_INDEX_RELEASE_NAME = 80 };
void rs_index_release_name(const rs_plan *plan, char out[RS_INDEX_RELEASE_NAME]);
/* *written: false = a part of the same files and choices is there already. */
rsift_status rs_index_release(rs_store *store, const rs_plan *plan, bool *written,
                              rsift_error *err);

#endif
