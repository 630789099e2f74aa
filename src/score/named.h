/* Whether results that carry ids mean the truths of these ids: their own texts must not name
 * others. */
#ifndef RS_SCORE_NAMED_H
#define RS_SCORE_NAMED_H

#include "score/run.h"

/* Compares what the results of a join by id tell of themselves, the question and the file name of
 * the picture, with the truths of their ids. A question in other words is counted in
 * run->n_reworded; one that another truth asks shows that the ids number another file.
 *   errors  RSIFT_E_ARG with the line and both texts, RSIFT_E_NOMEM, RSIFT_E_CANCELLED */
rsift_status rs_score_check_names(rs_score_job *job, rs_score_run *run, rsift_error *err);

#endif
