/* Ridge regression with one penalty a feature, and how well it ranks what it was not fitted on. */
#ifndef RS_CHOOSE_RIDGE_H
#define RS_CHOOSE_RIDGE_H

#include "base/err.h"

typedef struct rs_ridge {
    const double *x;       /* [n * k], finite */
    const double *y;       /* [n], finite */
    size_t n, k;           /* n at least 2 */
    const double *penalty; /* [k], above 0 */
    const double *weight;  /* [n], how often each row counts; NULL = once */
} rs_ridge;

/* Minimises  sum over i of weight_i (y_i - b_0 - x_i b)^2  +  sum over j of penalty_j b_j^2;
 * the constant b_0 is not penalised.
 *   beta      [k + 1], b and then b_0
 *   left_out  [n] or NULL: what each row is predicted to be by a fit without it, by the diagonal h
 *             of the hat matrix: y - (y - fitted) / (1 - h). Only without weights
 * Errors: RSIFT_E_NOMEM. */
rsift_status rs_choose_ridge(const rs_ridge *in, double *beta, double *left_out, rsift_error *err);

/* Spearman's rank correlation, ties at their mean rank; NAN where one of the two does not vary or
 * n < 3. Errors: RSIFT_E_NOMEM. */
rsift_status rs_choose_rank_correlation(const double *a, const double *b, size_t n, double *out,
                                        rsift_error *err);

#endif
