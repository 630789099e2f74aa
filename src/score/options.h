/* What is asked of one scoring run. */
#ifndef RS_SCORE_OPTIONS_H
#define RS_SCORE_OPTIONS_H

#include "rsift/score.h"

typedef rsift_score_options rs_score_options;

#endif
