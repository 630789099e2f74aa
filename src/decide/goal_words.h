/* What a word of `recommend --goal` means where data is indexed. */
#ifndef RS_DECIDE_GOAL_WORDS_H
#define RS_DECIDE_GOAL_WORDS_H

#include "decide/aim_plan.h"

/* Fills kind, store, dataset, training, tasks and skills of a goal whose name and share are set;
 * the first kind that knows the name wins: a task, a skill, "task/skill", indexed data (its
 * training or development questions are the examples), a benchmark or a dataset of the catalogue
 * (the same where its dataset is indexed, else its tasks and skills). `only_benchmark`: no task and
 * no skill. Errors: RSIFT_E_ARG for an unknown name, with a suggestion. */
rsift_status rs_goal_read_word(const rs_recommend_job *job, rs_arena *arena, bool only_benchmark,
                               rs_aim_goal *goal, rsift_error *err);

#endif
