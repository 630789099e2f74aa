/* Truth from the workspace: the questions and answers of an indexed dataset. */
#ifndef RS_SCORE_INDEXED_H
#define RS_SCORE_INDEXED_H

#include "score/run.h"

/* Reads the samples of options->dataset (and split) into the job's truth, in the order of the
 * index. Errors: RSIFT_E_ARG when it has none, those of the workspace. */
rsift_status rs_score_read_indexed(rs_score_job *job, rsift_error *err);

#endif
