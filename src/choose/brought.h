/* Numbers that somebody brings for samples (a scorer's, losses, influences) as weights of a draw.
 * Arrays in, weights out, one per sample; NaN = the sample has no number, and then no weight.
 *
 *   by rank     p = (r - 1/2) / m, r the rank among the m numbers, equal ones sharing the mean:
 *               high p, low 1 - p, middle 4 p (1 - p). Units and outliers do not matter
 *   loss-ratio  loss / loss_blind: what the picture leaves of the loss without it
 *   votes       of so many targets the sample is in the top fifth. Source: ICONS
 *               (princetonvisualai/icons icons/generalist.py: percentile 80, ties included)
 *   coincide    exp(S / (0.1 D)) of the sample's cluster over its size; S transferability, D
 *               density. Source: COINCIDE (G-JWLee/COINCIDE_code cluster_wise_prune.py,
 *               temperature 0.1)
 *   leverage    0.9 l / sum l + 0.1 / m: leverage scores mixed with the uniform draw, so that none
 *               is left without a chance. Source: Ma, Mahoney, Yu 2015, SLEV with alpha 0.9
 *
 * Sums run in the order of the array, which the caller keeps independent of files and threads. */
#ifndef RS_CHOOSE_BROUGHT_H
#define RS_CHOOSE_BROUGHT_H

#include "base/err.h"

#include <stddef.h>

typedef enum rs_brought_shape {
    RS_BROUGHT_HIGH,
    RS_BROUGHT_LOW,
    RS_BROUGHT_MIDDLE,
    RS_BROUGHT_AS_IS /* the numbers are weights already: over their largest */
} rs_brought_shape;

#define RS_BROUGHT_TOP 0.2 /* a vote: among this share of the samples with a number */

/* Weights in (0, 1]. RS_BROUGHT_AS_IS wants numbers above 0; others become NaN. */
rsift_status rs_brought_weigh(const double *numbers, size_t n, rs_brought_shape shape, double *out,
                              rsift_error *err);

/* NaN where either is absent, the loss below 0, or the blind loss not above 0. */
void rs_brought_loss_ratio(const double *loss, const double *blind, size_t n, double *out);
/* Adds one target's votes: out[i] + 1 where numbers[i] is among the top. A number makes a NaN of
 * out a 0 first; a sample without a number for any target stays NaN. */
rsift_status rs_brought_add_votes(const double *numbers, size_t n, double *out, rsift_error *err);
/* Per sample the share of the draw that its cluster has, over the cluster's size; S and D of a
 * cluster are the means over its samples. NaN without a cluster, or D not above 0. */
rsift_status rs_brought_coincide(const double *cluster, const double *transferability,
                                 const double *density, size_t n, double *out, rsift_error *err);
/* NaN where the score is absent or below 0. */
void rs_brought_leverage(const double *scores, size_t n, double *out);

#endif
