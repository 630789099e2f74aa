/* Guessers that never see a picture: what a score is worth is how far it lies above theirs. */
#ifndef RS_SCORE_GUESS_H
#define RS_SCORE_GUESS_H

#include "score/run.h"

enum { RS_SCORE_FOLDS = 5 };

/* Headlines of the family's guessers under the profile's own rule. They learn from `train`, or from
 * the other four of five image-disjoint folds of the truth when it is NULL.
 * Errors: RSIFT_E_NOMEM, RSIFT_E_CANCELLED, those of the family's run. */
rsift_status rs_score_guess(rs_score_job *job, const rs_score_file *train, rs_score_blind *out,
                            rsift_error *err);

/* Is sample i predicted in this fold (and not learnt from)? All are when there is a train split. */
bool rs_score_in_fold(const rs_score_job *job, const rs_score_guesses *guesses, size_t i);
/* A record that predicts `text`, in the arena; NULL = out of memory. */
const rs_score_record *rs_score_guess_record(rs_arena *arena, rs_str text);

/* Families' guessers. By words: the commonest answer, the commonest of the question's type, and
 * naive Bayes over words and pairs of words of the question. Captions: the commonest one. */
rsift_status rs_score_guess_answers(rs_score_job *job, const rs_score_guesses *guesses,
                                    rsift_error *err);
rsift_status rs_score_guess_captions(rs_score_job *job, const rs_score_guesses *guesses,
                                     rsift_error *err);

#endif
