/* Matching rows with columns, greedily or optimally. Deterministic: ties have a stated winner. The
 * optimal assignment is the Hungarian method in the form of shortest augmenting paths. */
#include "geom/assign.h"

#include "base/alloc.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

/* Sums of scores must stay finite, or the search for a path would not end. */
#define LARGEST 1e100

typedef struct pair {
    double score;
    size_t row, col;
} pair;

static int pair_order(const void *a, const void *b)
{
    const pair *p = a, *q = b;
    if (p->score != q->score) return p->score > q->score ? -1 : 1;
    if (p->row != q->row) return p->row < q->row ? -1 : 1;
    return p->col < q->col ? -1 : p->col > q->col;
}

static bool counts(double score, double at_least, bool strictly)
{
    return strictly ? score > at_least : score >= at_least;
}

static size_t count_pairs(const double *scores, size_t n, double at_least, bool strictly)
{
    size_t found = 0;
    for (size_t i = 0; i < n; i++) found += counts(scores[i], at_least, strictly);
    return found;
}

rsift_status rs_geom_match_greedy(const double *scores, size_t n_rows, size_t n_cols,
                                  double at_least, bool strictly, size_t *column_of,
                                  rsift_error *err)
{
    size_t n, m = 0;
    if (__builtin_mul_overflow(n_rows, n_cols, &n))
        return rs_err_set(err, RSIFT_E_LIMIT, "table of scores is too large");
    pair *pairs = rs_calloc(count_pairs(scores, n, at_least, strictly), sizeof *pairs);
    bool *used = rs_calloc(n_cols, sizeof *used);
    if (pairs && used) {
        for (size_t i = 0; i < n_rows; i++) column_of[i] = RS_UNMATCHED;
        for (size_t i = 0; i < n; i++)
            if (counts(scores[i], at_least, strictly))
                pairs[m++] = (pair){scores[i], i / n_cols, i % n_cols};
        /* best pairs first; a pair counts when both its row and its column are still free */
        if (m > 1) qsort(pairs, m, sizeof *pairs, pair_order);
        for (size_t i = 0; i < m; i++) {
            if (column_of[pairs[i].row] != RS_UNMATCHED || used[pairs[i].col]) continue;
            column_of[pairs[i].row] = pairs[i].col;
            used[pairs[i].col] = true;
        }
    }
    bool failed = !pairs || !used;
    rs_free(pairs);
    rs_free(used);
    return failed ? rs_err_nomem(err, "a matching") : RSIFT_OK;
}

/* The free column with the best score that counts; RS_UNMATCHED = none. */
static size_t best_free(const double *row, size_t n_cols, const bool *used, double at_least,
                        bool strictly)
{
    size_t best = RS_UNMATCHED;
    for (size_t j = 0; j < n_cols; j++) {
        if (used[j] || !counts(row[j], at_least, strictly)) continue;
        if (best == RS_UNMATCHED || row[j] > row[best]) best = j;
    }
    return best;
}

rsift_status rs_geom_match_in_order(const double *scores, size_t n_rows, size_t n_cols,
                                    double at_least, bool strictly, size_t *column_of,
                                    rsift_error *err)
{
    bool *used = rs_calloc(n_cols, sizeof *used);
    if (!used) return rs_err_nomem(err, "a matching");
    for (size_t i = 0; i < n_rows; i++) {
        size_t j = best_free(scores + i * n_cols, n_cols, used, at_least, strictly);
        column_of[i] = j;
        if (j != RS_UNMATCHED) used[j] = true;
    }
    rs_free(used);
    return RSIFT_OK;
}

/* The optimal assignment works on costs (negated scores) with at most as many rows as columns;
 * `transposed` exchanges the two. Row and column numbers are one too large inside: column 0 is the
 * root of a search. Potentials u (rows) and v (columns) keep every reduced cost
 *     cost(i, j) - u_i - v_j >= 0,   and 0 for assigned pairs,
 * so that the shortest path by reduced cost is the cheapest change of the assignment. */
typedef struct solver {
    const double *scores;
    size_t n_rows, n_cols, stride;
    bool transposed;
    double *row_potential, *col_potential, *distance;
    size_t *row_at, *came_from; /* [n_cols + 1]; row_at is 1-based, 0 = free */
    bool *done;
} solver;

static double cost(const solver *s, size_t row, size_t col)
{
    return -(s->transposed ? s->scores[col * s->stride + row] : s->scores[row * s->stride + col]);
}

static bool solver_init(solver *s)
{
    size_t n = s->n_cols + 1;
    s->row_potential = rs_calloc(s->n_rows + 1, sizeof(double));
    s->col_potential = rs_calloc(n, sizeof(double));
    s->distance = rs_calloc(n, sizeof(double));
    s->row_at = rs_calloc(n, sizeof(size_t));
    s->came_from = rs_calloc(n, sizeof(size_t));
    s->done = rs_calloc(n, sizeof(bool));
    return s->row_potential && s->col_potential && s->distance && s->row_at && s->came_from &&
           s->done;
}

static void solver_fini(solver *s)
{
    rs_free(s->row_potential);
    rs_free(s->col_potential);
    rs_free(s->distance);
    rs_free(s->row_at);
    rs_free(s->came_from);
    rs_free(s->done);
}

/* One step of Dijkstra: relaxes all columns from `from`; returns the nearest one not done. */
static size_t nearest(solver *s, size_t from, double *step)
{
    size_t row = s->row_at[from], best = 0;
    *step = INFINITY;
    for (size_t j = 1; j <= s->n_cols; j++) {
        if (s->done[j]) continue;
        /* cheaper through `from` than by any way known? */
        double reduced = cost(s, row - 1, j - 1) - s->row_potential[row] - s->col_potential[j];
        if (reduced < s->distance[j]) {
            s->distance[j] = reduced;
            s->came_from[j] = from;
        }
        if (best == 0 || s->distance[j] < *step) {
            *step = s->distance[j];
            best = j;
        }
    }
    return best;
}

/* Moves the search by `step`: reduced costs of the columns reached stay 0. */
static void raise_potentials(solver *s, double step)
{
    for (size_t j = 0; j <= s->n_cols; j++) {
        if (s->done[j]) { /* edges of the tree keep their reduced cost of 0 */
            s->row_potential[s->row_at[j]] += step;
            s->col_potential[j] -= step;
        } else {
            s->distance[j] -= step;
        }
    }
}

/* Adds one row to the assignment along the shortest path to a free column. */
static void assign_row(solver *s, size_t row)
{
    size_t col = 0;
    s->row_at[0] = row;
    for (size_t j = 0; j <= s->n_cols; j++) {
        s->distance[j] = INFINITY;
        s->done[j] = false;
    }
    while (s->row_at[col] != 0) {
        double step;
        s->done[col] = true;
        col = nearest(s, col, &step);
        raise_potentials(s, step);
    }
    while (col != 0) { /* exchange along the path found */
        size_t before = s->came_from[col];
        s->row_at[col] = s->row_at[before];
        col = before;
    }
}

/* Columns by row, as the caller numbers them. */
static void read_result(const solver *s, size_t n_rows, size_t *column_of, double *total)
{
    for (size_t i = 0; i < n_rows; i++) column_of[i] = RS_UNMATCHED;
    for (size_t j = 1; j <= s->n_cols; j++) {
        if (s->row_at[j] == 0) continue;
        size_t inner = s->row_at[j] - 1, outer = j - 1;
        column_of[s->transposed ? outer : inner] = s->transposed ? inner : outer;
    }
    if (!total) return;
    *total = 0;
    for (size_t i = 0; i < n_rows; i++)
        if (column_of[i] != RS_UNMATCHED) *total += s->scores[i * s->stride + column_of[i]];
}

rsift_status rs_geom_assign(const double *scores, size_t n_rows, size_t n_cols, size_t *column_of,
                            double *total, rsift_error *err)
{
    size_t n;
    if (__builtin_mul_overflow(n_rows, n_cols, &n))
        return rs_err_set(err, RSIFT_E_LIMIT, "table of scores is too large");
    for (size_t i = 0; i < n; i++)
        if (!(fabs(scores[i]) <= LARGEST))
            return rs_err_set(err, RSIFT_E_ARG, "a score is not a number within +-%g", LARGEST);
    bool transposed = n_rows > n_cols; /* every row of the solver must find a column */
    solver s = {.scores = scores,
                .n_rows = transposed ? n_cols : n_rows,
                .n_cols = transposed ? n_rows : n_cols,
                .stride = n_cols,
                .transposed = transposed};
    bool ok = solver_init(&s);
    for (size_t row = 1; ok && row <= s.n_rows; row++) assign_row(&s, row);
    if (ok) read_result(&s, n_rows, column_of, total);
    solver_fini(&s);
    return ok ? RSIFT_OK : rs_err_nomem(err, "an assignment");
}
