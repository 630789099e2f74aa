/* Answers judged one by one by the profile's rule: accuracies and what is derived from them. */
#ifndef RS_SCORE_ANSWERS_H
#define RS_SCORE_ANSWERS_H

#include "score/run.h"

/* RSIFT_E_UNSUPPORTED for --judge-verdicts where a question has several answers. */
rsift_status rs_score_answers_check(const rs_score_options *options, const rs_profile *profile,
                                    rsift_error *err);
/* Measures: accuracy, and as the profile asks: balanced accuracy, mean over types, circular
 * accuracy, any wording right, RMSE of counting, precision, recall, F1, yes rate. */
rsift_status rs_score_answers(rs_score_job *job, rs_score_run *run, const unsigned char *only,
                              rsift_error *err);
/* Notes: lists of which the rule knows the first text only. */
rsift_status rs_score_answers_note(rs_score_job *job, const rs_score_report *report,
                                   rsift_error *err);

#endif
