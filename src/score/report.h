/* The answers of scoring as JSON documents: rsift.score/1 and rsift.score-profiles/1. */
#ifndef RS_SCORE_REPORT_H
#define RS_SCORE_REPORT_H

#include "score/run.h"

/* The report of a job. out->n_findings counts predictions that are missing, repeated, extra,
 * unparsed or undecided, at most a million. */
rsift_status rs_score_answer(const rs_score_job *job, const rs_score_report *report,
                             rsift_answer *out, rsift_error *err);
/* Every profile: name, summary, source, verified (rsift.score-profiles/1). */
rsift_status rs_score_list_profiles(rsift_answer *out, rsift_error *err);

#endif
