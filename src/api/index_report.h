/* The answer of index, and its refusal of a release of which nothing was read. */
#ifndef RS_API_INDEX_REPORT_H
#define RS_API_INDEX_REPORT_H

#include "api/call.h"
#include "index/index.h"

/* RSIFT_E_FORMAT when the workspace, or what the store stages, holds no sample of the release:
 * which file was read as what. */
rsift_status rs_api_index_refuse_empty(rs_session *session, const rs_store *parts,
                                       const rs_plan *plan, rsift_error *err);
/* What this run read, what the workspace holds of the release, and what was not read. */
rsift_status rs_api_index_answer(rs_session *session, const rs_store *parts, const rs_plan *plan,
                                 const rs_index_report *report, rsift_answer *out,
                                 rsift_error *err);

#endif
