/* A budget over the cells of goals: over goals, their parts, and the answers of these. */
#ifndef RS_CHOOSE_AIM_SHARE_H
#define RS_CHOOSE_AIM_SHARE_H

#include "choose/aim_input.h"

#define RS_AIM_ALPHA 0.25         /* exponent of coverage, where the input names none */
#define RS_AIM_GIVEN_ANSWERS 0.25 /* power of the supply by which answers of given turns claim */

double rs_aim_alpha(const rs_aim_input *in);
/* The weight by which an answer claims its part's budget: c^(1/(1-alpha)). */
double rs_aim_answer_weight(const rs_aim_input *in, double demand);
/* c of an answer without examples: what the pool holds of it says little about what the goal will
 * ask, so that it claims supply^RS_AIM_GIVEN_ANSWERS. */
double rs_aim_demand_of_supply(const rs_aim_input *in, int64_t supply);
/* Fills `chosen` of the cells from their supplies, each sample up to in->epochs times: first within
 * the pictures' shares, then beyond them where that leaves budget. A part whose samples are fewer
 * than its share uses them again before others get more than theirs; inside a part no answer is
 * repeated before all its samples are used. Reads the shares, goals, the answers' hashes, budget,
 * seed, epochs and alpha of `in`. `cells` are ordered by part. false = out of memory. */
bool rs_aim_share(const rs_aim_input *in, const uint64_t *part_hash, rs_aim_cell *cells, size_t n);

#endif
