/* Which samples of a cell represent it (`recommend --diverse`): instead of those that the draw
 * brings first, as many of each kind of picture as there is room for (choose/representative.h).
 * How many each form and answer gets stays as it was, and close questions still come first. */
#ifndef RS_DECIDE_AIM_DIVERSE_H
#define RS_DECIDE_AIM_DIVERSE_H

#include "decide/aim_plan.h"

/* Reads what pictures look like: the vectors of plan->job->vectors, or the hashes of `rsift hash`
 * (256 bits as numbers). Once for a plan, before rs_aim_diversify. RSIFT_E_ARG when no picture of
 * the samples has either. */
rsift_status rs_aim_read_looks(rs_aim_plan *plan, rsift_error *err);

/* Exchanges aimed samples for others of their cells; every cell keeps its number. */
rsift_status rs_aim_diversify(rs_aim_plan *plan, rsift_error *err);

/* The object "diverse" of the answer; nothing when it was not asked for. */
void rs_aim_put_diverse(const rs_aim_plan *plan, rs_json_writer *json);

void rs_aim_looks_fini(rs_aim_looks *looks);

#endif
