/* A plan as the kernel takes it, and the parts that its goals fall into. */
#ifndef RS_DECIDE_AIM_PARTS_H
#define RS_DECIDE_AIM_PARTS_H

#include "decide/aim_plan.h"

/* What is known of the plan so far. */
rs_aim_input rs_aim_input_of(const rs_aim_plan *p);
/* Forms of question of the goal's examples become at most `most` parts; one with n examples gets a
 * share ~ n^power of the goal's. Errors: RSIFT_E_LIMIT for too many parts. */
rsift_status rs_aim_split_goal(rs_aim_plan *p, size_t at, uint32_t most, double power,
                               rsift_error *err);

#endif
