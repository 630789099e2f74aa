/* Indexing one release: it is planned, gets a free release id in the workspace, and is read. */
#ifndef RS_API_INDEX_ONE_H
#define RS_API_INDEX_ONE_H

#include "api/call.h"
#include "index/index.h"

/* The call's options of reading. RSIFT_E_ARG for what cannot be: cheap, and asked before planning,
 * which lists all files of the release. */
rsift_status rs_api_index_options(rs_call *call, rs_index_run_options *out, rsift_error *err);
/* Plans, reads and answers, or with the option `dry_run` shows what would be read. The call gives
 * all options but those of the choice. */
rsift_status rs_api_index_one(rs_call *call, const rs_plan_choice *choice, rsift_answer *out,
                              rsift_error *err);

#endif
