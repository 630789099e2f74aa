/* The families of profiles: one row each, the only place that names them all. */
#ifndef RS_SCORE_FAMILY_H
#define RS_SCORE_FAMILY_H

#include "score/run.h"

/* The family that scores the profile with these options: truth and predictions that are pictures
 * have one of their own. Never NULL. */
const rs_score_family *rs_score_family_of(const rs_profile *profile,
                                          const rs_score_options *options);

#endif
