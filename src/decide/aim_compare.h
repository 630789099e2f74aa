/* A choice beside what simple rules would draw from the same samples, and what was refused. */
#ifndef RS_DECIDE_AIM_COMPARE_H
#define RS_DECIDE_AIM_COMPARE_H

#include "codec/json_writer.h"
#include "decide/aim_plan.h"

/* "compare": how far the choice and each rule cover the goal, and what each dataset and form would
 * give. */
rsift_status rs_aim_put_compare(const rs_aim_plan *p, rs_json_writer *json, rsift_error *err);
/* "considered" and "refused": every indexed sample is chosen, or counted under one reason. */
rsift_status rs_aim_put_refused(const rs_aim_plan *p, rs_json_writer *json, rsift_error *err);

#endif
