/* Whether a scoring run was asked for sensibly, before anything is read. */
#ifndef RS_SCORE_CHECK_H
#define RS_SCORE_CHECK_H

#include "score/run.h"

/* Finds the profile and its family. An option that would change nothing is refused: the number
 * would not be what was asked for.
 * Errors: RSIFT_E_ARG, with names that may have been meant; RSIFT_E_UNSUPPORTED. */
rsift_status rs_score_check(const rs_score_options *options, const rs_profile **profile,
                            const rs_score_family **family, rsift_error *err);

#endif
