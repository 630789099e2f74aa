/* Answers that are numbers: absolute, squared and relative errors. */
#ifndef RS_SCORE_COUNTS_H
#define RS_SCORE_COUNTS_H

#include "score/run.h"

/* Measures: accuracy, MAE, RMSE, MAPE, R2, share of answers without a number. */
rsift_status rs_score_counts(rs_score_job *job, rs_score_run *run, const unsigned char *only,
                             rsift_error *err);

#endif
