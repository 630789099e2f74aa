/* The pool of a recommendation: what is indexed, measured, and what the catalogue states of the
 * rest; each candidate with its quality, what it may leak into, and why it cannot be chosen, if
 * so. */
#ifndef RS_DECIDE_CANDIDATES_H
#define RS_DECIDE_CANDIDATES_H

#include "decide/offers.h"

/* Everything that could be chosen, as far as it is known: with a store the indexed datasets as
 * measured and the others of the catalogue without offers; without one the catalogue's datasets
 * with what they state. */
rsift_status rs_pool_make(const rs_recommend_job *job, rs_arena *arena, rs_pool *out,
                          rsift_error *err);
/* Adds offers of the datasets that are not indexed. In: rs_pool_make with a store. */
rsift_status rs_pool_offer_others(rs_pool *pool, rsift_error *err);

#endif
