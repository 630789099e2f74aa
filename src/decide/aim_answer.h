/* What was chosen for goals of examples, told: the answer, the recipe, the file of choices. */
#ifndef RS_DECIDE_AIM_ANSWER_H
#define RS_DECIDE_AIM_ANSWER_H

#include "decide/aim_plan.h"

rsift_status rs_aim_put_answer(const rs_aim_plan *p, rs_buf *json, int64_t *n_unserved,
                               rsift_error *err);
/* `choices`: the file's bytes, whose hash the recipe names. */
rsift_status rs_aim_put_recipe(const rs_aim_plan *p, rs_str choices, rs_buf *out, rsift_error *err);
rsift_status rs_aim_put_choices(const rs_aim_plan *p, rs_buf *out, rsift_error *err);

#endif
