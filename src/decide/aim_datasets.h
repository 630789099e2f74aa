/* What each dataset gives to a choice, and why. */
#ifndef RS_DECIDE_AIM_DATASETS_H
#define RS_DECIDE_AIM_DATASETS_H

#include "choose/aim_cover.h"
#include "codec/json_writer.h"
#include "decide/aim_plan.h"

typedef struct rs_aim_taken {
    int64_t usable, aimed, general, filled, copies; /* uses */
    int64_t different;                              /* samples */
    double value;                                   /* sum over uses, in the order of the ids */
    int64_t *of_goal;                               /* [n_goals]: aimed */
} rs_aim_taken;

/* By dataset; NULL = out of memory. rs_aim_free_taken. */
rs_aim_taken *rs_aim_count_taken(const rs_aim_plan *p);
void rs_aim_free_taken(rs_aim_taken *by_dataset);
/* All uses. */
int64_t rs_aim_all_taken(const rs_aim_taken *taken);

/* The field "rows": datasets by what they give, most first. Empties `by_dataset`. */
void rs_aim_put_datasets(const rs_aim_plan *p, const rs_aim_gain *gains, rs_aim_taken *by_dataset,
                         rs_json_writer *json);

#endif
