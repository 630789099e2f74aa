/* Ridge by Cholesky's decomposition of the centred normal equations; see ridge.h. */
#include "choose/ridge.h"

#include "base/alloc.h"
#include "base/buf.h"

#include <math.h>
#include <stdlib.h>

/* ---- the fit --------------------------------------------------------------------------------- */

/* One fit at work. */
typedef struct ridge_fit {
    const rs_ridge *in;
    double *mean;    /* [k] of the features */
    double *factor;  /* [k * k], lower triangle L of  Xc' W Xc + diag(penalty) = L L' */
    double *centred; /* [k], of the row at hand */
    double weight, y_mean;
} ridge_fit;

static double weight_of(const rs_ridge *in, size_t row)
{
    return in->weight ? in->weight[row] : 1;
}

static void find_means(ridge_fit *f)
{
    const rs_ridge *in = f->in;
    for (size_t i = 0; i < in->n; i++) {
        const double w = weight_of(in, i);
        f->weight += w;
        f->y_mean += w * in->y[i];
        for (size_t j = 0; j < in->k; j++) f->mean[j] += w * in->x[i * in->k + j];
    }
    f->y_mean /= f->weight;
    for (size_t j = 0; j < in->k; j++) f->mean[j] /= f->weight;
}

static void centre_row(ridge_fit *f, size_t row)
{
    for (size_t j = 0; j < f->in->k; j++) f->centred[j] = f->in->x[row * f->in->k + j] - f->mean[j];
}

/* The normal equations: the matrix into `factor`, the right side into `right`. */
static void add_rows(ridge_fit *f, double *right)
{
    const size_t k = f->in->k;
    for (size_t j = 0; j < k; j++) f->factor[j * k + j] = f->in->penalty[j];
    for (size_t i = 0; i < f->in->n; i++) {
        const double w = weight_of(f->in, i), y = f->in->y[i] - f->y_mean;
        if (w == 0) continue;
        centre_row(f, i);
        for (size_t a = 0; a < k; a++) {
            right[a] += w * f->centred[a] * y;
            for (size_t b = 0; b <= a; b++)
                f->factor[a * k + b] += w * f->centred[a] * f->centred[b];
        }
    }
}

/* Cholesky in place. Penalties above 0 keep the diagonal positive; what rounding takes is bounded
 * by the smallest of them. */
static void factorise(ridge_fit *f)
{
    const size_t k = f->in->k;
    for (size_t a = 0; a < k; a++)
        for (size_t b = 0; b <= a; b++) {
            double sum = f->factor[a * k + b];
            for (size_t c = 0; c < b; c++) sum -= f->factor[a * k + c] * f->factor[b * k + c];
            if (a == b) f->factor[a * k + a] = sqrt(fmax(sum, f->in->penalty[a] * 1e-6));
            else f->factor[a * k + b] = sum / f->factor[b * k + b];
        }
}

/* L z = v in place. */
static void solve_lower(const ridge_fit *f, double *v)
{
    const size_t k = f->in->k;
    for (size_t a = 0; a < k; a++) {
        for (size_t b = 0; b < a; b++) v[a] -= f->factor[a * k + b] * v[b];
        v[a] /= f->factor[a * k + a];
    }
}

/* L' z = v in place. */
static void solve_upper(const ridge_fit *f, double *v)
{
    const size_t k = f->in->k;
    for (size_t a = k; a-- > 0;) {
        for (size_t b = a + 1; b < k; b++) v[a] -= f->factor[b * k + a] * v[b];
        v[a] /= f->factor[a * k + a];
    }
}

/* h = 1/n + |z|^2 with L z = the centred row; y - (y - fitted) / (1 - h). A row that alone decides
 * its own fit (h = 1) is predicted by the mean. */
static void predict_left_out(ridge_fit *f, const double *beta, double *left_out)
{
    const rs_ridge *in = f->in;
    for (size_t i = 0; i < in->n; i++) {
        double fitted = beta[in->k], h = 1 / (double)in->n;
        for (size_t j = 0; j < in->k; j++) fitted += beta[j] * in->x[i * in->k + j];
        centre_row(f, i);
        solve_lower(f, f->centred);
        for (size_t j = 0; j < in->k; j++) h += f->centred[j] * f->centred[j];
        left_out[i] = 1 - h > 1e-9 ? in->y[i] - (in->y[i] - fitted) / (1 - h) : f->y_mean;
    }
}

rsift_status rs_choose_ridge(const rs_ridge *in, double *beta, double *left_out, rsift_error *err)
{
    ridge_fit f = {.in = in,
                   .mean = rs_calloc(in->k + 1, sizeof *f.mean),
                   .factor = rs_calloc(in->k * in->k + 1, sizeof *f.factor),
                   .centred = rs_calloc(in->k + 1, sizeof *f.centred)};
    const bool ok = f.mean && f.factor && f.centred;
    RS_ASSERT(in->n >= 2 && !(left_out && in->weight));
    if (ok) {
        for (size_t j = 0; j <= in->k; j++) beta[j] = 0;
        find_means(&f);
        add_rows(&f, beta);
        factorise(&f);
        solve_lower(&f, beta);
        solve_upper(&f, beta);
        beta[in->k] = f.y_mean;
        for (size_t j = 0; j < in->k; j++) beta[in->k] -= beta[j] * f.mean[j];
        if (left_out) predict_left_out(&f, beta, left_out);
    }
    rs_free(f.mean);
    rs_free(f.factor);
    rs_free(f.centred);
    return ok ? RSIFT_OK : rs_err_nomem(err, "a fit");
}

/* ---- ranks ----------------------------------------------------------------------------------- */

typedef struct ranked {
    double value;
    size_t at;
} ranked;

static int by_value(const void *a, const void *b)
{
    const ranked *x = a, *y = b;
    return (x->value > y->value) - (x->value < y->value);
}

/* Ranks minus their mean; equal values share the mean of their places. */
static void rank_values(const double *values, size_t n, ranked *list, double *out)
{
    for (size_t i = 0; i < n; i++) list[i] = (ranked){values[i], i};
    qsort(list, n, sizeof *list, by_value);
    for (size_t begin = 0, end; begin < n; begin = end) {
        for (end = begin + 1; end < n && list[end].value == list[begin].value;) end++;
        for (size_t i = begin; i < end; i++)
            out[list[i].at] = ((double)begin + (double)end - 1) / 2 - ((double)n - 1) / 2;
    }
}

rsift_status rs_choose_rank_correlation(const double *a, const double *b, size_t n, double *out,
                                        rsift_error *err)
{
    *out = NAN;
    if (n < 3) return RSIFT_OK;
    ranked *list = rs_calloc(n, sizeof *list);
    double *ra = rs_calloc(n, sizeof *ra), *rb = rs_calloc(n, sizeof *rb);
    const bool ok = list && ra && rb;
    if (ok) {
        double aa = 0, bb = 0, ab = 0;
        rank_values(a, n, list, ra);
        rank_values(b, n, list, rb);
        for (size_t i = 0; i < n; i++) {
            aa += ra[i] * ra[i];
            bb += rb[i] * rb[i];
            ab += ra[i] * rb[i];
        }
        if (aa > 0 && bb > 0) *out = ab / sqrt(aa * bb);
    }
    rs_free(list);
    rs_free(ra);
    rs_free(rb);
    return ok ? RSIFT_OK : rs_err_nomem(err, "ranks");
}
