/* Choosing samples for a goal that is shown by examples: which samples ask and answer what the goal
 * asks and answers, how many of each, and which of them first. Arrays in, choices out.
 *
 * A goal has parts (forms of question), each with a share of the budget and its examples. A turn
 * belongs to the part whose questions are most like its own,
 *
 *     sim = max over the part's questions of |A and B| / sqrt(|A| |B|),   A, B sets of words,
 *
 * when sim >= 0.6 and its answer is one of the part's. (part, answer) is a cell. The budget is
 * shared
 *
 *     over parts     by their shares, no part above its supply (water-filling)
 *     over answers   n_a ~ c_a^(1/(1-alpha)), c_a the answer's number of examples, alpha 0.25: the
 *                    maximum of  sum over a of  c_a * n_a^alpha
 *
 * and inside a cell samples come in the order of a weighted draw: those with sim >= 0.9 first, then
 * ascending -ln(u) / v, u in (0, 1) from (seed, id), v what the sample teaches:
 *
 *     v = quality * max(0.1, 1 - (n_max + 1) / (n + 2))
 *
 * n samples ask this question (each picture once) and n_max of them give its commonest answer: what
 * can be guessed without the picture teaches little. A question asked fewer than 20 times counts
 * with its template, the words that many questions share.
 * A second sample of one picture and question is a copy: it comes after everything else. Budget
 * that no cell can use is shared over the sources alike and said to be not aimed.
 *
 * The outcome depends on keys, questions and answers only, not on the order of the arrays. */
#ifndef RS_CHOOSE_AIM_H
#define RS_CHOOSE_AIM_H

#include "base/err.h"
#include "choose/aim_input.h"

typedef struct rs_aim_cell {
    uint32_t part, answer;
    int64_t n_examples;
    int64_t supply; /* samples, copies apart */
    int64_t chosen; /* without what fills the budget */
} rs_aim_cell;

typedef struct rs_aim_result {
    rs_aim_cell *cells; /* by part, then answer; heap: rs_aim_result_fini */
    size_t n_cells;
    int64_t n_aimed, n_unaimed, n_copies; /* chosen */
} rs_aim_result;

/* Fills the out fields of the samples. Memory: some 40 bytes a turn and a sample and 8 bytes for
 * each similar (question, part). Errors: RSIFT_E_NOMEM, RSIFT_E_ARG (an index out of range). */
rsift_status rs_aim_choose(const rs_aim_input *in, rs_aim_sample *samples, size_t n,
                           rs_aim_result *out, rsift_error *err);
void rs_aim_result_fini(rs_aim_result *result);

#endif
