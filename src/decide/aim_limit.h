/* Budgets that are not counted in samples: distinct pictures, or tokens of a model's input. The
 * choice is the largest whose pictures or tokens fit (choose/fit.h); its shares are shares of
 * samples as ever, so that a budget in another unit changes how many are chosen and not which
 * kinds. */
#ifndef RS_DECIDE_AIM_LIMIT_H
#define RS_DECIDE_AIM_LIMIT_H

#include "codec/json_writer.h"
#include "decide/aim_plan.h"

/* Chooses within the limit: sets the plan's budget to the number of samples that fits, and its
 * result. Errors: RSIFT_E_ARG when not one sample fits, with what the smallest costs. */
rsift_status rs_aim_choose_within(rs_aim_plan *plan, rsift_error *err);

/* The object "limit" of the answer; nothing for samples. */
void rs_aim_put_limit(const rs_aim_plan *plan, rs_json_writer *json);

#endif
