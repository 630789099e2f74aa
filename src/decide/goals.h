/* Goals of a recommendation: which cells of the pool count, and how much. A goal is a task, a
 * skill, both ("vqa/counting"), a benchmark's name or a dataset's id. */
#ifndef RS_DECIDE_GOALS_H
#define RS_DECIDE_GOALS_H

#include "decide/offers.h"

/* Sets the parts of the pool and the weight of every cell from the job's goals; no goals = every
 * task alike. Candidates that are a goal's own benchmark
 * are marked as first. Errors: RSIFT_E_ARG for an unknown goal, with a suggestion. */
rsift_status rs_pool_weigh(const rs_recommend_job *job, rs_pool *pool, rsift_error *err);
/* The known goal word that differs least from `word` (up to 3 edits), or ptr NULL; in the arena. */
rs_str rs_recommend_suggest(rs_arena *arena, const rs_catalog *catalog, rs_str word);

/* RSIFT_E_ARG for a word that names nothing, with that suggestion. */
rsift_status rs_recommend_unknown(rs_arena *arena, const rs_catalog *catalog, rs_str word,
                                  rsift_error *err);
bool rs_recommend_is_skill(rs_arena *arena, rs_str word); /* taxonomy/skills.yaml */

#endif
