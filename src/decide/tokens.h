/* What a budget counts, where that is not samples, and what samples cost in tokens. */
#ifndef RS_DECIDE_TOKENS_H
#define RS_DECIDE_TOKENS_H

#include "base/err.h"
#include "base/hash.h"
#include "render/models.h"
#include "store/store.h"

typedef enum rs_aim_unit { RS_AIM_SAMPLES, RS_AIM_PICTURES, RS_AIM_TOKENS } rs_aim_unit;

typedef struct rs_aim_limit {
    rs_aim_unit unit;
    int64_t budget;                /* above 0, in that unit */
    const rs_render_model *model;  /* of tokens */
    double min_pixels, max_pixels; /* of its training run; 0 = the model's default */
} rs_aim_limit;

/* Tokens of samples, estimated: their turns (lang/tokens.h) and pictures (render/cost.h). No system
 * prompt; of several references the first; questions and answers that the writer makes (boxes,
 * labels) by the length of usual ones. In: judged_sample.
 *   tokens, of_pictures  [n] out: of ids[i]; the second is contained in the first */
rsift_status rs_aim_tokens(rs_store *store, const rs_aim_limit *limit, const rs_id *ids, size_t n,
                           int64_t *tokens, int64_t *of_pictures, rsift_error *err);

#endif
