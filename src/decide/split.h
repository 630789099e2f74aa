/* Splits that somebody typed: "test", or "aitlas/test" where several schemes have a test. */
#ifndef RS_DECIDE_SPLIT_H
#define RS_DECIDE_SPLIT_H

#include "model/sample.h"
#include "store/store.h"

/* The split of the dataset that is meant; texts in the arena. A name that two schemes share, or
 * that none has, is RSIFT_E_ARG with the list to choose from: unrelated lists are never merged. */
rsift_status rs_decide_find_split(rs_store *store, rs_str dataset, rs_str typed, rs_arena *arena,
                                  rs_split *out, rsift_error *err);

/* The samples of a dataset that an evaluation is about. */
typedef struct rs_eval_part {
    rs_split split; /* empty texts = no split was asked for */
    rs_str role;    /* "eval", or empty = any */
} rs_eval_part;

/* Is sample `s` of the part? `name`, `scheme` and `role` are the placeholders of its texts, which
 * may be empty. */
#define RS_EVAL_PART_SQL(name, scheme, role)                                                    \
    "(" name                                                                                    \
    " = '' OR EXISTS (SELECT 1 FROM split p WHERE p.sample_id = s.sample_id AND p.name = " name \
    " AND p.scheme = " scheme ")) AND (" role " = '' OR s.role = " role ")"

/* Without a split (typed.len 0) it is what the dataset has for evaluation, if it has any: training
 * samples are no part of a benchmark. */
rsift_status rs_decide_find_eval_part(rs_store *store, rs_str dataset, rs_str typed,
                                      rs_arena *arena, rs_eval_part *out, rsift_error *err);

#endif
