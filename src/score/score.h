/* Scoring: predictions by a benchmark's own rule, and what the number is worth. The driver; it
 * knows no family of profiles by name. */
#ifndef RS_SCORE_SCORE_H
#define RS_SCORE_SCORE_H

#include "score/options.h"
#include "session/session.h"

/* Scores predictions by a profile (rsift.score/1).
 * Errors: RSIFT_E_ARG (unknown profile, references missing), RSIFT_E_FORMAT with the place,
 * RSIFT_E_UNSUPPORTED, RSIFT_E_IO, RSIFT_E_NOMEM, RSIFT_E_CANCELLED. */
rsift_status rs_score_make(rs_session *session, const rs_score_options *options, rsift_answer *out,
                           rsift_error *err);

#endif
