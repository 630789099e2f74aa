/* Brought numbers as weights: ranks, votes, shares of clusters; see brought.h for the formulas. */
#include "choose/brought.h"

#include "base/alloc.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#define COINCIDE_TEMPERATURE 0.1
#define LEVERAGE_SHARE 0.9

/* ---- order ----------------------------------------------------------------------------------- */

typedef struct numbered {
    double number;
    size_t at;
} numbered;

static int by_number(const void *a, const void *b)
{
    const numbered *x = a, *y = b;
    if (x->number != y->number) return x->number < y->number ? -1 : 1;
    return (x->at > y->at) - (x->at < y->at);
}

/* The numbers that are there, ascending; NULL = no memory. */
static numbered *sort_numbers(const double *numbers, size_t n, size_t *n_there)
{
    numbered *list = rs_calloc(n + 1, sizeof *list);
    *n_there = 0;
    for (size_t i = 0; list && i < n; i++)
        if (!isnan(numbers[i])) list[(*n_there)++] = (numbered){numbers[i], i};
    if (list && *n_there) qsort(list, *n_there, sizeof *list, by_number);
    return list;
}

/* ---- weights --------------------------------------------------------------------------------- */

static double shaped(double p, rs_brought_shape shape)
{
    if (shape == RS_BROUGHT_LOW) return 1 - p;
    return shape == RS_BROUGHT_MIDDLE ? 4 * p * (1 - p) : p;
}

/* Over the largest, so that the weights lie in (0, 1]. */
static void scale(const double *numbers, size_t n, double *out)
{
    double most = 0;
    for (size_t i = 0; i < n; i++)
        if (isfinite(numbers[i]) && numbers[i] > most) most = numbers[i];
    for (size_t i = 0; i < n; i++)
        out[i] = isfinite(numbers[i]) && numbers[i] > 0 ? numbers[i] / most : NAN;
}

rsift_status rs_brought_weigh(const double *numbers, size_t n, rs_brought_shape shape, double *out,
                              rsift_error *err)
{
    if (shape == RS_BROUGHT_AS_IS) {
        scale(numbers, n, out);
        return RSIFT_OK;
    }
    size_t m;
    numbered *list = sort_numbers(numbers, n, &m);
    if (!list) return rs_err_nomem(err, "the ranks of a signal");
    for (size_t i = 0; i < n; i++) out[i] = NAN;
    for (size_t begin = 0, end; begin < m; begin = end) {
        for (end = begin + 1; end < m && list[end].number == list[begin].number;) end++;
        /* ranks begin + 1 to end share their mean */
        const double rank = ((double)begin + 1 + (double)end) / 2;
        for (size_t k = begin; k < end; k++)
            out[list[k].at] = shaped((rank - 0.5) / (double)m, shape);
    }
    rs_free(list);
    return RSIFT_OK;
}

/* ---- adapters -------------------------------------------------------------------------------- */

void rs_brought_loss_ratio(const double *loss, const double *blind, size_t n, double *out)
{
    for (size_t i = 0; i < n; i++)
        out[i] = loss[i] >= 0 && blind[i] > 0 ? loss[i] / blind[i] : NAN; /* false for NaN */
}

rsift_status rs_brought_add_votes(const double *numbers, size_t n, double *out, rsift_error *err)
{
    size_t m;
    numbered *list = sort_numbers(numbers, n, &m);
    if (!list) return rs_err_nomem(err, "the votes of a target");
    /* the least number that is among the top share; whoever equals it is among them too */
    const size_t n_top = (size_t)ceil(RS_BROUGHT_TOP * (double)m);
    const double least = n_top ? list[m - n_top].number : 0;
    for (size_t i = 0; i < n; i++) {
        if (isnan(numbers[i])) continue;
        if (isnan(out[i])) out[i] = 0;
        out[i] += numbers[i] >= least;
    }
    rs_free(list);
    return RSIFT_OK;
}

rsift_status rs_brought_coincide(const double *cluster, const double *transferability,
                                 const double *density, size_t n, double *out, rsift_error *err)
{
    size_t m;
    numbered *list = sort_numbers(cluster, n, &m);
    if (!list) return rs_err_nomem(err, "the clusters of a signal");
    double most = -INFINITY;
    for (size_t i = 0; i < n; i++) out[i] = NAN;
    /* exponents first: the largest is taken off all, so that exp cannot overflow */
    for (size_t begin = 0, end; begin < m; begin = end) {
        double s = 0, d = 0;
        for (end = begin; end < m && list[end].number == list[begin].number; end++) {
            s += transferability[list[end].at];
            d += density[list[end].at];
        }
        /* S / D is the same of sums and of means */
        const double exponent =
            d > 0 ? s / d / COINCIDE_TEMPERATURE - log((double)(end - begin)) : NAN;
        for (size_t k = begin; k < end; k++) out[list[k].at] = exponent;
        if (exponent > most) most = exponent;
    }
    for (size_t i = 0; i < n; i++) {
        if (isnan(out[i])) continue;
        /* at least 1e-12: a sample of the least cluster can still be drawn */
        const double w = exp(out[i] - most);
        out[i] = w > 1e-12 ? w : 1e-12;
    }
    rs_free(list);
    return RSIFT_OK;
}

void rs_brought_leverage(const double *scores, size_t n, double *out)
{
    double sum = 0;
    size_t m = 0;
    for (size_t i = 0; i < n; i++)
        if (scores[i] >= 0 && isfinite(scores[i])) {
            sum += scores[i];
            m++;
        }
    for (size_t i = 0; i < n; i++) {
        out[i] = NAN;
        if (!(scores[i] >= 0) || !isfinite(scores[i])) continue;
        out[i] = (1 - LEVERAGE_SHARE) / (double)m;
        if (sum > 0) out[i] += LEVERAGE_SHARE * scores[i] / sum;
    }
}
