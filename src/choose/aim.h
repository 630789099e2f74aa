/* Choosing samples for goals, each shown by examples or by turns that are given to it: which
 * samples ask and answer what the goal asks and answers, how many of each, and which of them first.
 * Arrays in, choices out.
 *
 * A goal has parts (forms of question), each with a share of the budget and its examples. A turn
 * belongs to the part whose questions are most like its own,
 *
 *     sim = max over the part's questions of |A and B| / sqrt(|A| |B|),   A, B sets of words,
 *
 * when sim >= 0.6 and its answer is one of the part's; where no part is so similar, with 0.5 to
 * one that asks for the same in other words (aim_kin.h) and gives its answer; or to a part that it
 * was given to (by its tag), whose answers are all that its turns give. Of several such parts one
 * is drawn, by share / members; so of a dialogue's turns. (part, answer) is a cell. The budget is
 * shared
 *
 *     over goals     by the sums of their parts' shares, no goal above its supply (water-filling)
 *     over parts     of a goal, by their shares, in the same way
 *     over answers   n_a ~ c_a^(1/(1-alpha)), c_a the answer's number of examples, alpha 0.25: the
 *                    maximum of  sum over a of  c_a * n_a^alpha;  without examples c_a is such
 *                    that n_a ~ supply_a^RS_AIM_GIVEN_ANSWERS
 *
 * and inside a cell samples come in the order of a weighted draw: those with sim >= 0.9 first, then
 * ascending -ln(u) / v, u in (0, 1) from (seed, id), v what the sample teaches:
 *
 *     v = quality * max(0.1, 1 - (n_max + 1) / (n + 2))
 *
 * n samples ask this question (each picture once) and n_max of them give its commonest answer: what
 * can be guessed without the picture teaches little. A question asked fewer than 20 times counts
 * with its template, the words that many questions share. A second sample of one picture and
 * question is a copy: it comes after everything else. More samples of one picture than
 * `most_of_picture` are aimed only when no other picture can serve.
 *
 * A part whose samples are fewer than its share uses them again, each up to `epochs` times, before
 * its budget goes to others: all of them once more, then again, in the last round the first ones of
 * the order above. Inside a part other answers come before a repeat. Repeats keep a picture within
 * its share (or `epochs`, where that is more), and pass over one with other samples of the part.
 *
 * Budget that no cell can use is shared over the sources alike and said to be not aimed; sources
 * that share half of the smaller one are one source, so that a set repeated under other names
 * weighs as before.
 *
 * The outcome depends on keys, questions and answers only, not on the order of the arrays. */
#ifndef RS_CHOOSE_AIM_H
#define RS_CHOOSE_AIM_H

#include "base/err.h"
#include "choose/aim_input.h"

/* Fills the out fields of the samples. Memory: some 40 bytes a turn and a sample and 8 bytes for
 * each similar (question, part). Errors: RSIFT_E_NOMEM, RSIFT_E_ARG (an index out of range). */
rsift_status rs_aim_choose(const rs_aim_input *in, rs_aim_sample *samples, size_t n,
                           rs_aim_result *out, rsift_error *err);
void rs_aim_result_fini(rs_aim_result *result);

#endif
