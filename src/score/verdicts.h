/* --judge-verdicts: what a language model decided where the rule asks one. */
#ifndef RS_SCORE_VERDICTS_H
#define RS_SCORE_VERDICTS_H

#include "score/run.h"

/* Reads {"id", "verdict"} records; a verdict is a number from 0 to 1, a boolean, or a word (yes,
 * no, correct, incorrect). Errors: those of reading; RSIFT_E_FORMAT with the record. */
rsift_status rs_score_read_verdicts(rs_score_job *job, rsift_error *err);

#endif
