/* `recommend --runs`: what mixtures of one's own, trained and scored, say. */
#ifndef RS_API_RUNS_H
#define RS_API_RUNS_H

#include "api/call.h"
#include "decide/decide.h"

/* `job` as recommend's options make it; its store and catalogue are opened here. Works without a
 * workspace, when no supply is known. */
rsift_status rs_api_recommend_runs(rs_call *call, rs_recommend_job *job, rsift_answer *out,
                                   rsift_error *err);

#endif
