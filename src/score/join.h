/* Truth and predictions side by side. */
#ifndef RS_SCORE_JOIN_H
#define RS_SCORE_JOIN_H

#include "score/score.h"

/* Which fields the categories need: job->by and what the readers must keep. Errors: RSIFT_E_ARG. */
rsift_status rs_score_wanted(rs_score_job *job, rs_score_wants *wants, rsift_error *err);
/* Merges repeated truth ids (captions: more references), sets types and clusters of the samples. */
rsift_status rs_score_prepare(rs_score_job *job, rsift_error *err);
/* Reads run->path and fills run->items; NULL path: the truth records carry the predictions. */
rsift_status rs_score_join(rs_score_job *job, rs_score_run *run, rsift_error *err);
/* --only: ids, one a line. --judge-verdicts: {"id", "verdict"}. */
rsift_status rs_score_read_only(rs_score_job *job, rsift_error *err);
rsift_status rs_score_read_verdicts(rs_score_job *job, rsift_error *err);
/* Another file of truths (a train split) as the truth itself is prepared: types and golds as the
 * profile has them, without what does not count. Errors: RSIFT_E_NOMEM. */
rsift_status rs_score_fit(rs_score_job *job, rs_score_file *file, rsift_error *err);

/* Does scoring need whole records (masks, rankings), not only the answer? */
bool rs_score_keeps_json(const rs_profile *profile);

#endif
