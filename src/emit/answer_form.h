/* In which form a dataset answers: it decides whether questions of an evaluation ask for that. */
#ifndef RS_EMIT_ANSWER_FORM_H
#define RS_EMIT_ANSWER_FORM_H

#include "emit/job.h"

/* Fills job->render.other_forms from all answers of the evaluation's dataset. Where the workspace
 * holds no texts, or the answers are withheld, the task alone decides. */
rsift_status rs_emit_find_other_forms(rs_emit_job *job, rsift_error *err);

#endif
