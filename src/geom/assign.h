/* One-to-one matching of predictions (rows) and truths (columns) by a table of scores: greedily, in
 * the order of the rows, or optimally. Which scores go into the table is the caller's business. */
#ifndef RS_GEOM_ASSIGN_H
#define RS_GEOM_ASSIGN_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

#define RS_UNMATCHED ((size_t)-1)

/* Matches the best pair, then the best of what is left, and so on; ties go to the smaller row, then
 * the smaller column.
 *   scores        n_rows * n_cols numbers, row by row; NaN never matches
 *   at_least      smallest score that counts; `strictly` makes it `>` instead of `>=`
 *   column_of     [n_rows] the column of each row, or RS_UNMATCHED
 *   returns       RSIFT_E_NOMEM, RSIFT_E_LIMIT when n_rows * n_cols overflows */
rsift_status rs_geom_match_greedy(const double *scores, size_t n_rows, size_t n_cols,
                                  double at_least, bool strictly, size_t *column_of,
                                  rsift_error *err);

/* The same, but rows choose in their own order (detections already sorted by confidence): each row
 * gets the best column still free; ties go to the smaller column. No allocation beyond n_cols. */
rsift_status rs_geom_match_in_order(const double *scores, size_t n_rows, size_t n_cols,
                                    double at_least, bool strictly, size_t *column_of,
                                    rsift_error *err);

/* The one-to-one assignment of min(n_rows, n_cols) pairs with the greatest sum of scores
 * (shortest augmenting paths with potentials, O(min^2 max)). Pairs are made whatever their score:
 * the caller drops those below its threshold.
 *   scores        numbers within +-1e100, else RSIFT_E_ARG
 *   *total        sum of the chosen scores, added in row order; may be NULL */
rsift_status rs_geom_assign(const double *scores, size_t n_rows, size_t n_cols, size_t *column_of,
                            double *total, rsift_error *err);

#endif
