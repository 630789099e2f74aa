/* index --all: every release and all data of one's own below a path. */
#ifndef RS_API_INDEX_ALL_H
#define RS_API_INDEX_ALL_H

#include "api/call.h"
#include "release/release.h"

/* Indexes what lies below choice->path, each by itself; the answer lists them with what became of
 * each. A failure of one is told in its row; short memory and a cancelled call end everything. */
rsift_status rs_api_index_all(rs_call *call, const rs_plan_choice *choice, rsift_answer *out,
                              rsift_error *err);

#endif
