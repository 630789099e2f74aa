/* How far answers can be guessed without the picture: arrays in, numbers out.
 *
 * Each asked question is guessed from what OTHER pictures answer. Questions stand in groups at
 * several levels, from the question itself to "everything"; the first level at which the other
 * pictures give RS_VALUE_LEAST - 1 answers counts, so that a question asked RS_VALUE_LEAST times is
 * judged by itself, else the last one. There the commonest answer is the guess. Answers whose
 * counts are within sqrt(commonest) of it are as good a guess: k of them share the credit, 1/k
 * each. Without that rule a set that is balanced by design would score 0: leaving one answer out
 * makes the other one the commonest.
 *
 * A picture's second time of one question and answer counts once. */
#ifndef RS_CHOOSE_VALUE_H
#define RS_CHOOSE_VALUE_H

#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

enum {
    RS_VALUE_LEAST = 20, /* answers that a group needs, one of them the judged picture's */
    RS_VALUE_MAX_LEVELS = 8,
    RS_VALUE_OPEN = UINT32_MAX /* an answer that no guess can be compared with */
};

typedef struct rs_value_ask {
    uint32_t question, picture, answer; /* answer RS_VALUE_OPEN = not judged */
} rs_value_ask;

/* Negative = not known: an open answer, or no other picture answers anything. */
typedef struct rs_value_guess {
    float blind;   /* credit of this answer, 0..1 */
    float common;  /* the same where only the commonest answer of all is known */
    float share;   /* of the other pictures' answers in its group, those that are this one */
    float likely;  /* share of the commonest of them, whatever the answer is */
    float bits;    /* entropy of the answers of its template */
    uint8_t level; /* at which it was guessed */
} rs_value_guess;

typedef struct rs_value_input {
    const rs_value_ask *asks;
    size_t n_asks;
    uint32_t n_questions, n_answers;
    const uint32_t *group[RS_VALUE_MAX_LEVELS]; /* [n_questions], dense numbers; narrow to wide */
    uint32_t n_groups[RS_VALUE_MAX_LEVELS];     /* the last level has one */
    size_t n_levels, template_level;            /* whose groups have entropies */
    size_t n_threads;                           /* 0 = one per core */
} rs_value_input;

/* Fills out[n_asks]. The outcome does not depend on threads or on the order of the asks.
 * Memory: 32 bytes an ask beside out, and 4 bytes per thread and answer.
 * Errors: RSIFT_E_NOMEM, RSIFT_E_ARG (an index out of range). */
rsift_status rs_value_blind(const rs_value_input *in, rs_value_guess *out, rsift_error *err);

#endif
