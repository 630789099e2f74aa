/* What mix answers. */
#ifndef RS_DECIDE_MIX_ANSWER_H
#define RS_DECIDE_MIX_ANSWER_H

#include "choose/select.h"
#include "decide/decide.h"

/* A mixture that was made; the variable rsift_mixture of the connection names it. */
typedef struct rs_mix_made {
    const rs_mix_job *job;
    const char *mixture_id;
    const rs_choose_entry *entries; /* of the recipe */
    int64_t n_candidates, n_kept, n_uses;
} rs_mix_made;

/* Appends the answer rsift.mix/1 (docs/cli.md). */
rsift_status rs_mix_put_answer(const rs_mix_made *made, rs_buf *json, rsift_error *err);

#endif
