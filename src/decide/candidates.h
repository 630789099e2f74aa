/* The pool of a recommendation: what is indexed, measured, and what the catalogue states of the
 * rest; each candidate with its quality, what it may leak into, and why it cannot be chosen, if
 * so. */
#ifndef RS_DECIDE_CANDIDATES_H
#define RS_DECIDE_CANDIDATES_H

#include "decide/offers.h"

/* Everything that could be chosen, as far as it is known: with a store the indexed datasets as
 * measured (offers of fine cells) and the others of the catalogue without offers; without one the
 * catalogue's datasets with coarse offers. */
rsift_status rs_pool_make(const rs_recommend_job *job, rs_arena *arena, rs_pool *out,
                          rsift_error *err);
/* The same candidates with coarse offers of all, measured or stated. In: rs_pool_make. */
rsift_status rs_pool_make_coarse(const rs_pool *from, rs_pool *out, rsift_error *err);

#endif
