/* What the numbers of boxes mean, decided for a source before anything of it is kept: one pass over
 * its records that reads boxes only. The decision is a part of its own, made by the unit that comes
 * first; units that make it at the same time make the same one. */
#ifndef RS_INDEX_SURVEY_H
#define RS_INDEX_SURVEY_H

#include "index/media.h"
#include "release/records.h"

/* Decides for source `i` of the plan, or reads the decision that the workspace holds for these
 * files; nothing to do where the catalogue or the user names the meaning. *read: the source's
 * records where they were read for it and can be read again (rs_records_again), else not open. */
rsift_status rs_index_survey(rs_session *session, rs_store *store, rs_plan *plan, size_t i,
                             const rs_index_media *media, rs_records *read, rsift_error *err);

#endif
