/* A recommendation for goals that are shown by examples (`recommend --like`): which samples of the
 * pool, chosen one by one, and why. The rules are choose/aim.h's. */
#ifndef RS_DECIDE_AIM_H
#define RS_DECIDE_AIM_H

#include "decide/aim_plan.h"

/* Appends the JSON answer (docs/cli.md, rsift.recommend/1), the recipe, and the file of choices
 * that it names: CSV, "sample_id,form,aimed", where something is repeated also "repeats", in the
 * order of the ids. *n_unserved counts forms of question that no indexed sample can serve.
 * The recipe stays empty when no sample is like the examples.
 * Errors: RSIFT_E_ARG for a goal without examples, or without text; nothing usable. */
rsift_status rs_decide_aim(const rs_aim_job *job, rs_buf *json, rs_buf *recipe, rs_buf *choices,
                           int64_t *n_unserved, rsift_error *err);

#endif
