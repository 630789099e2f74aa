/* Predictions to truths: by id, by the benchmark's own id, or by position. */
#ifndef RS_SCORE_JOIN_H
#define RS_SCORE_JOIN_H

#include "score/run.h"

/* Reads run->path and fills run->items and the counts of missing, repeated and extra predictions.
 * NULL path: the truth records carry the predictions.
 * Errors: those of reading; RSIFT_E_ARG when no id is of the truth, RSIFT_E_FORMAT when no record
 * has a prediction. */
rsift_status rs_score_join(rs_score_job *job, rs_score_run *run, rsift_error *err);
/* --only: ids, one a line, into job->only. RSIFT_E_ARG when none is in the truth. */
rsift_status rs_score_read_only(rs_score_job *job, rsift_error *err);

#endif
