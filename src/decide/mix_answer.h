/* What mix answers. */
#ifndef RS_DECIDE_MIX_ANSWER_H
#define RS_DECIDE_MIX_ANSWER_H

#include "choose/select.h"
#include "decide/decide.h"

/* Bits of mix.sql's `traits`. */
enum { RS_MIX_UNWRITABLE = 1, RS_MIX_LICENCE_UNKNOWN = 2, RS_MIX_UNSEEN = 4 };

typedef struct rs_mix_count {
    int64_t n_candidates, n_kept, n_uses;
} rs_mix_count;

/* What was put into the ledger. */
typedef struct rs_mix_counts {
    rs_mix_count *datasets; /* by the first entry that names the dataset; of the recipe's length */
    int64_t n_unwritable, n_licence_unknown, n_unseen; /* of the kept */
} rs_mix_counts;

/* A mixture that was made; the variable rsift_mixture of the connection names it. */
typedef struct rs_mix_made {
    const rs_mix_job *job;
    const char *mixture_id;
    const rs_choose_entry *entries; /* of the recipe */
    const rs_mix_counts *counts;
    int64_t n_candidates, n_kept, n_uses;
} rs_mix_made;

/* Appends the answer rsift.mix/1 (docs/cli.md). */
rsift_status rs_mix_put_answer(const rs_mix_made *made, rs_buf *json, rsift_error *err);

#endif
