/* How many usable samples each word of `recommend --goal` finds. */
#ifndef RS_DECIDE_GOAL_COUNTS_H
#define RS_DECIDE_GOAL_COUNTS_H

#include "decide/decide.h"

typedef struct rs_goal_count {
    rs_str kind, name; /* "task", "skill", "dataset" */
    int64_t n;
} rs_goal_count;

typedef struct rs_goal_counts {
    rs_goal_count *items; /* by kind and name */
    size_t n, cap;
} rs_goal_counts;

/* job: store, catalog, protect, licence as for a recommendation. In the arena. */
rsift_status rs_decide_count_goals(const rs_recommend_job *job, rs_arena *arena,
                                   rs_goal_counts *out, rsift_error *err);
/* -1 = not counted (benchmarks are what their questions or tasks are; counts NULL); a task or skill
 * that no sample has is 0. */
int64_t rs_goal_count_of(const rs_goal_counts *counts, const char *kind, rs_str name);

#endif
