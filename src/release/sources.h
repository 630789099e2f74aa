/* Sources of a plan: which files of the release each source of the record reads, with which reader
 * and which parameters, and the fingerprint of all that its parts depend on. */
#ifndef RS_RELEASE_SOURCES_H
#define RS_RELEASE_SOURCES_H

#include "release/release.h"

/* Appends a zeroed source with truth set; *out is good until the next call. */
rsift_status rs_plan_add_source(rs_plan *plan, rs_plan_source **out, rsift_error *err);
/* Sets source->fingerprint: reader and its version, role, parameters, files with sizes and times.
 * A change makes the source be read again. */
rsift_status rs_plan_fingerprint(rs_plan *plan, rs_plan_source *source, rsift_error *err);
/* Notes files that a source should have and that are not here. */
rsift_status rs_plan_note_missing(rs_plan *plan, rs_str source, rs_str pattern, rsift_error *err);

/* Adds the record's source `from`; when a file of it is not here, notes that instead (nothing when
 * the source is optional). `paths`: the logical paths of the release. */
rsift_status rs_plan_record_source(rs_plan *plan, const rs_catalog_source *from, rs_texts paths,
                                   rsift_error *err);

#endif
