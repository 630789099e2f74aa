/* Goals in words against the pool: which turns belong to each by their tags, and in which forms
 * they ask. */
#ifndef RS_DECIDE_AIM_WORDS_H
#define RS_DECIDE_AIM_WORDS_H

#include "decide/aim_plan.h"

/* Every task that usable samples ask becomes a goal, all with one share: what is meant when nobody
 * says what. */
rsift_status rs_aim_every_task(rs_aim_plan *p, rsift_error *err);
/* Parts, shares and members of the goals that are told in words. */
rsift_status rs_aim_add_words(rs_aim_plan *p, rsift_error *err);

/* Does a goal in words ask for the tag ("task skill")? */
bool rs_aim_asks_for(const rs_aim_goal *goal, rs_str tag);

#endif
