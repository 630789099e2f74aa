/* Is a release still what was indexed? */
#ifndef RS_EMIT_UNCHANGED_H
#define RS_EMIT_UNCHANGED_H

#include "release/plan.h"
#include "store/store.h"

/* Files must be what they were at the index. A file is known by its tree and its path: release and
 * pictures may both hold a README.md. Errors: RSIFT_E_FORMAT names the file that has changed. */
rsift_status rs_emit_check_files(rs_store *store, const rs_plan *plan, rsift_error *err);

#endif
