/* A recommendation in the numbers by which it was made, for whoever shares the budget anew: the
 * sliders of its page (src/page/solve.js). */
#ifndef RS_DECIDE_AIM_MODEL_H
#define RS_DECIDE_AIM_MODEL_H

#include "decide/aim_plan.h"

enum { RS_AIM_MODEL_CELLS = 20000 /* more answers make no model: a page must stay small */ };

/* Appends a JSON object: budget, alpha, epochs, general, usable; goals[]{name option share},
 * parts[]{name goal of_goal}, cells[][part, demand, weight, supply, within, room], datasets[],
 * held[][dataset, part, samples]. Nothing where there are too many cells, or the budget counts
 * other things than samples. Texts are escaped for people. */
rsift_status rs_aim_put_model(const rs_aim_plan *p, rs_buf *out, rsift_error *err);

#endif
