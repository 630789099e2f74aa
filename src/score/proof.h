/* Whether results that carry no ids stand in the truth's order: their own texts must say so. */
#ifndef RS_SCORE_PROOF_H
#define RS_SCORE_PROOF_H

#include "score/run.h"

/* Compares the run's items, joined by position, with what their records tell of themselves: the
 * question, the name of the picture, and the label trainers repeat.
 *   *proof  which texts agree on every line, and of how many records they prove the place
 *   errors  RSIFT_E_ARG with the line and both texts where they disagree, RSIFT_E_NOMEM */
rsift_status rs_score_prove_order(rs_score_job *job, const rs_score_run *run, rs_score_proof *proof,
                                  rsift_error *err);

#endif
