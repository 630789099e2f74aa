/* METEOR's alignment search: which of the possible matches are used. Where they come from (exact,
 * stem, synonym, paraphrase) is meteor.c's. */
#ifndef RS_METRICS_METEOR_ALIGN_H
#define RS_METRICS_METEOR_ALIGN_H

#include "base/arena.h"
#include "base/err.h"

/* `length` reference words from the match's position on, matched with words of the prediction. */
typedef struct rs_meteor_match {
    uint32_t start;           /* in the prediction */
    uint16_t module;          /* 0 is exact */
    uint16_t length, n_start; /* words of the reference, words of the prediction */
} rs_meteor_match;

/* Candidates of one reference word: single words, then phrases that begin there, each in the order
 * in which the modules found them. Equal words share a list, so that a caption that repeats a word
 * does not need the square of its length. */
typedef struct rs_meteor_position {
    const rs_meteor_match *lists[2];
    uint32_t n[2];
} rs_meteor_position;

typedef struct rs_meteor_stage {
    const rs_meteor_position *positions; /* [n_reference] */
    size_t n_prediction, n_reference;
    size_t n_matches; /* of all positions */
} rs_meteor_stage;

/* Chosen match by reference position (NULL = none), in the arena.
 * Errors: RSIFT_E_NOMEM. */
rsift_status rs_metrics_meteor_align(rs_arena *arena, const rs_meteor_stage *stage,
                                     const rs_meteor_match ***chosen, rsift_error *err);

#endif
