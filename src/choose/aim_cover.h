/* How far a choice covers a goal, and what each source adds to it.
 *
 * A part is covered by what its answers get against what they would get if everything were there,
 *
 *     covered(part) = min(1, sum over a of c_a * n_a^alpha  /  sum over a of c_a * t_a^alpha)
 *
 * n_a different samples of answer a (copies apart), t_a its share of the budget without limits of
 * supply, c_a its number of examples (of aim.h); a goal by the mean over its parts, weighed by
 * their shares.
 * The gain of a source is what coverage loses when the same rules choose without it: of two sources
 * that hold the same neither gains. */
#ifndef RS_CHOOSE_AIM_COVER_H
#define RS_CHOOSE_AIM_COVER_H

#include "choose/aim.h"

/* Fills by_part[in->n_parts] with 0..1 for `n_of_cell` samples of each cell; returns their mean. */
double rs_aim_covered(const rs_aim_input *in, const rs_aim_result *result, const int64_t *n_of_cell,
                      double *by_part);

typedef struct rs_aim_gain {
    double covered;  /* 0..1: lost without it */
    int64_t n_aimed; /* aimed samples that nothing else could replace */
} rs_aim_gain;

/* Fills gains[in->n_sources] for samples that rs_aim_choose has placed. Its memory: 24 bytes a
 * sample; its time: n log n, and the number of cells for each source. */
rsift_status rs_aim_gains(const rs_aim_input *in, const rs_aim_sample *samples, size_t n,
                          const rs_aim_result *result, rs_aim_gain *gains, rsift_error *err);

#endif
