/* Captions: BLEU, METEOR, ROUGE-L, CIDEr and the definitions that some benchmarks have instead. */
#ifndef RS_SCORE_CAPTION_H
#define RS_SCORE_CAPTION_H

#include "score/run.h"

/* Every image has one prediction; a missing one counts as an empty caption. */
rsift_status rs_score_captions(rs_score_job *job, rs_score_run *run, const unsigned char *only,
                               rsift_error *err);
/* RSIFT_E_UNSUPPORTED for --meteor where the profile has no METEOR with word lists. */
rsift_status rs_score_captions_check(const rs_score_options *options, const rs_profile *profile,
                                     rsift_error *err);
/* Notes: METEOR was left out. */
rsift_status rs_score_captions_note(rs_score_job *job, const rs_score_report *report,
                                    rsift_error *err);

#endif
