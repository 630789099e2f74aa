/* Boxes judged by overlap: one an answer (grounding), or several without scores (detection). */
#ifndef RS_SCORE_BOXES_H
#define RS_SCORE_BOXES_H

#include "score/run.h"

/* Measures of one box an answer: Acc@T, meanIoU, cumIoU, and the profile's own. */
rsift_status rs_score_ground(rs_score_job *job, rs_score_run *run, const unsigned char *only,
                             rsift_error *err);
/* Measures of several boxes an answer: precision@T. */
rsift_status rs_score_boxes(rs_score_job *job, rs_score_run *run, const unsigned char *only,
                            rsift_error *err);
/* Whether the truth holds one box, which is all that a rule of one box an answer can compare. */
bool rs_score_has_one_box(const rs_profile *profile, const rs_score_record *truth);
/* Predicts the average reference box of the other folds, of all and of the sample's type. */
rsift_status rs_score_guess_boxes(rs_score_job *job, const rs_score_guesses *guesses,
                                  rsift_error *err);

#endif
