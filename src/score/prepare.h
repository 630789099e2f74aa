/* The truth before predictions are joined to it: which samples count, their types and images, the
 * references as the profile has them. */
#ifndef RS_SCORE_PREPARE_H
#define RS_SCORE_PREPARE_H

#include "score/run.h"

/* Prepares the job's truth: merges records of one id where the family does, leaves out types and
 * tasks that do not count, numbers types and images, lets the family change the references, groups
 * by fields. Errors: RSIFT_E_ARG when no truth counts, RSIFT_E_NOMEM, those of the family. */
rsift_status rs_score_prepare(rs_score_job *job, rsift_error *err);
/* Reads and prepares what a guesser may learn from: the records of --blind-train that would count
 * as truths. Errors: those of reading; RSIFT_E_FORMAT when none has a reference. */
rsift_status rs_score_read_train(rs_score_job *job, rs_score_file *train, rsift_error *err);

#endif
