/* METEOR's alignment search, apart from where the matches come from. */
#ifndef RS_METRICS_METEOR_ALIGN_H
#define RS_METRICS_METEOR_ALIGN_H

#include "base/arena.h"
#include "base/err.h"

/* `length` reference words from the list's place on, matched with words of the prediction. */
typedef struct rs_meteor_match {
    uint16_t module, length; /* module 0 is exact */
    uint16_t start, n_start; /* in the prediction, and how many words there */
} rs_meteor_match;

/* Candidate matches by reference position: matches[first[i] .. first[i + 1]) start at word i, in
 * the order in which the modules found them. */
typedef struct rs_meteor_stage {
    const rs_meteor_match *matches;
    const uint32_t *first;
    size_t n_prediction, n_reference;
} rs_meteor_stage;

/* Chosen match by reference position (NULL = none), in the arena.
 * Errors: RSIFT_E_NOMEM. */
rsift_status rs_metrics_meteor_align(rs_arena *arena, const rs_meteor_stage *stage,
                                     const rs_meteor_match ***chosen, rsift_error *err);

#endif
