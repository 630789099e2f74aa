/* Near-duplicates among what a mixture would keep. */
#ifndef RS_DECIDE_MIX_NEAR_H
#define RS_DECIDE_MIX_NEAR_H

#include "decide/decide.h"

/* By the recipe's policy: which candidates repeat one that stays (TMP/repeats.parquet) and which
 * pictures count as one (TMP/clusters.parquet). Only pictures of candidates are compared, so that
 * what is left out is always proved against what is kept, and not over a third picture. In:
 * mix.sql's mix_kept and losers, duplicates.sql's near_picture. */
rsift_status rs_mix_find_near(const rs_mix_job *job, rs_str tmp, rsift_error *err);

#endif
