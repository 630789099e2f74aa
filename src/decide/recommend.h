/* The recommendation: an allocation of a budget over datasets, with its reasons. */
#ifndef RS_DECIDE_RECOMMEND_H
#define RS_DECIDE_RECOMMEND_H

#include "decide/decide.h"

typedef struct rs_recommend_job {
    rs_store *store; /* indexed data; NULL = from the catalogue alone */
    const rs_catalog *catalog;
    rs_texts goals;   /* tasks, skills, benchmark names, dataset ids; none = everything alike */
    rs_texts protect; /* n 0 = all */
    rs_recipe_licence licence;
    int64_t budget; /* above 0 */
    bool budget_in_images;
    double gsd_m[2]; /* {0, 0} = any */
    rs_texts sensors;
    int64_t seed;
    rs_str recipe_name;
} rs_recommend_job;

/* Appends the JSON answer (docs/cli.md, rsift.recommend/1) and the recipe.
 * Errors: RSIFT_E_ARG for an unknown goal, with a suggestion. */
rsift_status rs_decide_recommend(const rs_recommend_job *job, rs_buf *json, rs_buf *recipe,
                                 rsift_error *err);

/* ---- parts, for tests ------------------------------------------------------------------------ */

/* Metres per pixel -> band 0..5: unknown, below 0.3, 1, 4, 15, above. */
int rs_recommend_band(const double gsd_m[2]);
const char *rs_recommend_band_name(int band);
/* The known goal word that differs least from `word` (up to 3 edits), or ptr NULL; in the arena. */
rs_str rs_recommend_suggest(rs_arena *arena, const rs_catalog *catalog, rs_str word);

#endif
