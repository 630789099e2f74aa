/* A budget over the cells of a goal: over parts, then over answers. */
#ifndef RS_CHOOSE_AIM_SHARE_H
#define RS_CHOOSE_AIM_SHARE_H

#include "choose/aim.h"

#define RS_AIM_ALPHA 0.25 /* exponent of coverage, where the input names none */

double rs_aim_alpha(const rs_aim_input *in);
/* The weight by which an answer of `n_examples` claims its part's budget: c^(1/(1-alpha)). */
double rs_aim_answer_weight(const rs_aim_input *in, int64_t n_examples);
/* Fills `chosen` of the cells from their supplies, as rs_aim_choose does but for ties. Reads the
 * shares, budget and alpha of `in`. `cells` are ordered by part. false = out of memory. */
bool rs_aim_share(const rs_aim_input *in, rs_aim_cell *cells, size_t n);

#endif
