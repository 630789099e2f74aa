/* Rankings of pictures or captions for a query: recall at fixed depths. */
#ifndef RS_SCORE_RETRIEVAL_H
#define RS_SCORE_RETRIEVAL_H

#include "score/run.h"

/* Measures: mR, R@1, R@5, R@10. `only` has no part in it. */
rsift_status rs_score_rankings(rs_score_job *job, rs_score_run *run, const unsigned char *only,
                               rsift_error *err);

#endif
