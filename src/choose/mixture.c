/* Runs into fits, fits into the best mixture, and how sure that is; see mixture.h. */
#include "choose/mixture.h"

#include "base/alloc.h"
#include "base/rng.h"
#include "choose/ridge.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { N_DRAWS = 100 };

static const double OWN_PENALTY = 0.01, OTHER_PENALTY = 50, UNKNOWN_PENALTY = 20;

typedef struct advising {
    const rs_runs *in;
    rs_runs_advice *out;
    double *features;          /* [n_runs * n_sources]: ln(1 + n) */
    double *x, *y, *predicted; /* rows of one benchmark */
    double *penalty, *weights; /* [n_sources], [n_runs] */
    double *beta;              /* [n_benchmarks * (n_sources + 1)], of a fit over drawn runs */
    double *least, *most;      /* [n_sources]: what a mixture may have */
    double *left_out;          /* [n_runs * n_benchmarks], NAN where there is no score */
    double *slope;             /* [n_sources + 1]: mean of the betas used */
    double *uniform, *proportional;
    double *mixture;  /* [n_sources], of a draw */
    double *of_draws; /* [N_DRAWS * n_sources] */
    double *gains;    /* [3 * N_DRAWS] */
} advising;

/* ---- fits ------------------------------------------------------------------------------------ */

static void set_penalties(const advising *a, size_t benchmark)
{
    const size_t n = a->in->n_sources;
    const uint8_t *own = &a->in->own[benchmark * n];
    const bool known = memchr(own, 1, n) != NULL;
    for (size_t s = 0; s < n; s++)
        a->penalty[s] = !known ? UNKNOWN_PENALTY : own[s] ? OWN_PENALTY : OTHER_PENALTY;
}

/* The runs that have a score of the benchmark, as rows; their number. */
static size_t list_rows(const advising *a, size_t benchmark)
{
    const size_t n = a->in->n_sources;
    size_t rows = 0;
    for (size_t i = 0; i < a->in->n_runs; i++) {
        const double score = a->in->scores[i * a->in->n_benchmarks + benchmark];
        if (isnan(score)) continue;
        memcpy(&a->x[rows * n], &a->features[i * n], n * sizeof *a->x);
        a->y[rows++] = score;
    }
    return rows;
}

static double deviation_of(const double *y, size_t n)
{
    double mean = 0, sum = 0;
    for (size_t i = 0; i < n; i++) mean += y[i] / (double)n;
    for (size_t i = 0; i < n; i++) sum += (y[i] - mean) * (y[i] - mean);
    return n > 1 ? sqrt(sum / (double)(n - 1)) : 0;
}

/* One benchmark's fit and how it ranks the runs that it leaves out. */
static rsift_status fit_benchmark(advising *a, size_t benchmark, rsift_error *err)
{
    const size_t n = a->in->n_sources, rows = list_rows(a, benchmark);
    rs_runs_benchmark *b = &a->out->benchmarks[benchmark];
    *b = (rs_runs_benchmark){
        .n_runs = rows, .rank_correlation = NAN, .deviation = deviation_of(a->y, rows)};
    if (rows < RS_RUNS_LEAST) return RSIFT_OK;
    set_penalties(a, benchmark);
    const rs_ridge ridge = {.x = a->x, .y = a->y, .n = rows, .k = n, .penalty = a->penalty};
    RS_TRY(rs_choose_ridge(&ridge, &a->out->beta[benchmark * (n + 1)], a->predicted, err));
    RS_TRY(rs_choose_rank_correlation(a->predicted, a->y, rows, &b->rank_correlation, err));
    for (size_t i = 0, row = 0; i < a->in->n_runs; i++)
        if (!isnan(a->in->scores[i * a->in->n_benchmarks + benchmark]))
            a->left_out[i * a->in->n_benchmarks + benchmark] = a->predicted[row++];
    b->used = b->rank_correlation > 0;
    a->out->n_used += b->used;
    return RSIFT_OK;
}

/* The mean of a row of scores (or predictions) over the used benchmarks; NAN where one is
 * missing. */
static double mean_used(const advising *a, const double *row)
{
    double sum = 0;
    for (size_t b = 0; b < a->in->n_benchmarks; b++)
        if (a->out->benchmarks[b].used) sum += row[b];
    return sum / (double)a->out->n_used;
}

double rs_choose_runs_chance(size_t n)
{
    return n > 1 ? 1.645 / sqrt((double)n - 1) : NAN;
}

/* How the mean of the left-out predictions ranks the runs' measured means, and the best run. */
static rsift_status judge_mean(advising *a, rsift_error *err)
{
    rs_runs_advice *out = a->out;
    out->best_run = a->in->n_runs;
    out->rank_correlation = NAN;
    if (!out->n_used) return RSIFT_OK;
    for (size_t i = 0; i < a->in->n_runs; i++) {
        const double score = mean_used(a, &a->in->scores[i * a->in->n_benchmarks]);
        if (isnan(score)) continue;
        a->y[out->n_complete] = score;
        a->predicted[out->n_complete++] = mean_used(a, &a->left_out[i * a->in->n_benchmarks]);
        if (out->best_run < a->in->n_runs && score <= out->best_run_score) continue;
        out->best_run = i;
        out->best_run_score = score;
    }
    if (out->n_complete < RS_RUNS_LEAST) { /* benchmarks alone were judged */
        out->told_apart = true;
        return RSIFT_OK;
    }
    RS_TRY(rs_choose_rank_correlation(a->predicted, a->y, out->n_complete, &out->rank_correlation,
                                      err));
    out->told_apart = out->rank_correlation > rs_choose_runs_chance(out->n_complete);
    return RSIFT_OK;
}

/* The slopes of the mean over the used benchmarks; the constant comes last. */
static void mean_slope(const advising *a, const double *beta, double *slope)
{
    const size_t n = a->in->n_sources + 1;
    for (size_t s = 0; s < n; s++) {
        slope[s] = 0;
        for (size_t b = 0; b < a->in->n_benchmarks; b++)
            if (a->out->benchmarks[b].used) slope[s] += beta[b * n + s];
        slope[s] /= (double)a->out->n_used;
    }
}

static double predict(const advising *a, const double *slope, const double *counts)
{
    double score = slope[a->in->n_sources];
    for (size_t s = 0; s < a->in->n_sources; s++) score += slope[s] * log1p(counts[s]);
    return score;
}

/* ---- the best mixture ------------------------------------------------------------------------ */

static double clamp(double v, double least, double most)
{
    return fmin(fmax(v, least), most);
}

/* What every source may have: as much as some run had, within its limit. */
static void find_bounds(advising *a)
{
    const size_t n = a->in->n_sources;
    for (size_t s = 0; s < n; s++) {
        a->least[s] = INFINITY;
        a->most[s] = 0;
        for (size_t i = 0; i < a->in->n_runs; i++) {
            a->least[s] = fmin(a->least[s], a->in->counts[i * n + s]);
            a->most[s] = fmax(a->most[s], a->in->counts[i * n + s]);
        }
        a->most[s] = fmin(a->most[s], a->in->limits[s]);
        a->least[s] = fmin(a->least[s], a->most[s]);
    }
}

/* Water-filling by bisection: n_s = clamp(level * weight_s - off, least_s, most_s) with a sum of
 * `total`; sources of weight 0 stay at their least. Returns the sum. */
static double fill_to_level(const advising *a, const double *weight, double off, double total,
                            double *out)
{
    double low = 0, high = 1, sum = 0;
    for (int round = 0; round < 400; round++) {
        const bool growing = round < 200; /* first a level that is high enough */
        const double level = growing ? high : (low + high) / 2;
        sum = 0;
        for (size_t s = 0; s < a->in->n_sources; s++) {
            out[s] = weight[s] > 0 ? clamp(level * weight[s] - off, a->least[s], a->most[s])
                                   : a->least[s];
            sum += out[s];
        }
        if (growing && sum >= total) round = 199;
        else if (growing) high *= 2;
        else if (sum < total) low = level;
        else high = level;
    }
    return sum;
}

/* The largest mean that is allowed at the total; what only sources without a gain could take is
 * shared over them alike. */
static void best_mixture(const advising *a, const double *slope, double *weight, double *out)
{
    const size_t n = a->in->n_sources;
    double scale = 0;
    for (size_t s = 0; s < n; s++) scale = fmax(scale, slope[s]);
    for (size_t s = 0; s < n; s++) weight[s] = scale > 0 ? fmax(slope[s], 0) / scale : 0;
    const double sum = fill_to_level(a, weight, 1, a->in->total, out);
    if (sum >= a->in->total * (1 - 1e-9)) return;
    for (size_t s = 0; s < n; s++) weight[s] = weight[s] > 0 ? 1e12 : 1;
    (void)fill_to_level(a, weight, 0, a->in->total, out);
}

/* Uniform and proportional mixtures within the limits alone. */
static void simple_mixtures(advising *a)
{
    const size_t n = a->in->n_sources;
    advising within = *a;
    a->out->has_proportional = true;
    for (size_t s = 0; s < n; s++) {
        within.least[s] = 0;
        within.most[s] = a->in->limits[s];
        a->out->has_proportional = a->out->has_proportional && isfinite(a->in->limits[s]);
        a->weights[s] = 1;
    }
    (void)fill_to_level(&within, a->weights, 0, a->in->total, a->uniform);
    if (a->out->has_proportional)
        (void)fill_to_level(&within, a->in->limits, 0, a->in->total, a->proportional);
    find_bounds(a);
}

/* ---- intervals ------------------------------------------------------------------------------- */

static int by_size(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The 5th and 95th percentile of one number over the draws. */
static void interval_of(double *values, double *low, double *high)
{
    qsort(values, N_DRAWS, sizeof *values, by_size);
    *low = values[N_DRAWS * 5 / 100];
    *high = values[N_DRAWS * 95 / 100 - 1];
}

/* How often each run counts in one draw of as many runs. */
static void draw_runs(const advising *a, uint64_t draw, size_t *times)
{
    rs_rng rng = rs_rng_of(a->in->seed, (rs_id){draw, 0x72756e73});
    memset(times, 0, a->in->n_runs * sizeof *times);
    for (size_t i = 0; i < a->in->n_runs; i++) times[rs_rng_below(&rng, a->in->n_runs)]++;
}

/* Fits every used benchmark over the drawn runs. */
static rsift_status fit_draw(advising *a, const size_t *times, rsift_error *err)
{
    const size_t n = a->in->n_sources;
    for (size_t b = 0; b < a->in->n_benchmarks; b++) {
        size_t rows = 0;
        double sum = 0;
        if (!a->out->benchmarks[b].used) continue;
        list_rows(a, b);
        for (size_t i = 0; i < a->in->n_runs; i++) {
            if (isnan(a->in->scores[i * a->in->n_benchmarks + b])) continue;
            a->weights[rows++] = (double)times[i];
            sum += (double)times[i];
        }
        /* no run of this benchmark was drawn: its fit stays as it is */
        double *beta = &a->beta[b * (n + 1)];
        if (sum < 2) {
            memcpy(beta, &a->out->beta[b * (n + 1)], (n + 1) * sizeof *beta);
            continue;
        }
        set_penalties(a, b);
        const rs_ridge ridge = {
            .x = a->x, .y = a->y, .n = rows, .k = n, .penalty = a->penalty, .weight = a->weights};
        RS_TRY(rs_choose_ridge(&ridge, beta, NULL, err));
    }
    return RSIFT_OK;
}

/* Shares of the best mixture, and its gains over the simple ones, over runs drawn anew. The mixture
 * whose gain is judged is the advice itself: only the fits vary. */
static rsift_status find_intervals(advising *a, rsift_error *err)
{
    const size_t n = a->in->n_sources;
    rs_runs_advice *out = a->out;
    const double *const others[3] = {
        a->uniform, out->has_proportional ? a->proportional : a->uniform,
        out->best_run < a->in->n_runs ? &a->in->counts[out->best_run * n] : a->uniform};
    rs_runs_guess *const guesses[3] = {&out->of_uniform, &out->of_proportional, &out->of_best_run};
    size_t *times = rs_calloc(a->in->n_runs, sizeof *times);
    rsift_status status = times ? RSIFT_OK : rs_err_nomem(err, "intervals");
    for (size_t d = 0; status == RSIFT_OK && d < N_DRAWS; d++) {
        draw_runs(a, d, times);
        status = fit_draw(a, times, err);
        if (status != RSIFT_OK) break;
        mean_slope(a, a->beta, a->slope);
        best_mixture(a, a->slope, a->penalty, a->mixture);
        for (size_t s = 0; s < n; s++) a->of_draws[s * N_DRAWS + d] = a->mixture[s];
        const double best = predict(a, a->slope, out->best);
        for (size_t k = 0; k < 3; k++)
            a->gains[k * N_DRAWS + d] = best - predict(a, a->slope, others[k]);
    }
    rs_free(times);
    if (status != RSIFT_OK) return status;
    mean_slope(a, out->beta, a->slope);
    out->of_best.score = predict(a, a->slope, out->best);
    for (size_t k = 0; k < 3; k++) {
        guesses[k]->score = predict(a, a->slope, others[k]);
        guesses[k]->gain = out->of_best.score - guesses[k]->score;
        interval_of(&a->gains[k * N_DRAWS], &guesses[k]->low, &guesses[k]->high);
    }
    for (size_t s = 0; s < n; s++)
        interval_of(&a->of_draws[s * N_DRAWS], &out->low[s], &out->high[s]);
    return RSIFT_OK;
}

/* ---- all ------------------------------------------------------------------------------------- */

double rs_choose_runs_total(const double *counts, size_t n_runs, size_t n_sources, double *scratch)
{
    for (size_t i = 0; i < n_runs; i++) {
        scratch[i] = 0;
        for (size_t s = 0; s < n_sources; s++) scratch[i] += counts[i * n_sources + s];
    }
    qsort(scratch, n_runs, sizeof *scratch, by_size);
    return n_runs ? scratch[n_runs / 2] : 0;
}

static rsift_status advise(advising *a, rsift_error *err)
{
    const rs_runs *in = a->in;
    const size_t n = in->n_sources;
    for (size_t i = 0; i < in->n_runs * n; i++) a->features[i] = log1p(in->counts[i]);
    for (size_t i = 0; i < in->n_runs * in->n_benchmarks; i++) a->left_out[i] = NAN;
    for (size_t b = 0; b < in->n_benchmarks; b++) RS_TRY(fit_benchmark(a, b, err));
    RS_TRY(judge_mean(a, err));
    if (!a->out->told_apart) return RSIFT_OK;
    simple_mixtures(a);
    mean_slope(a, a->out->beta, a->slope);
    best_mixture(a, a->slope, a->penalty, a->out->best);
    for (size_t s = 0; s < n; s++)
        a->out->at_edge[s] =
            a->most[s] > a->least[s] &&
            (a->out->best[s] >= a->most[s] || (a->out->best[s] <= a->least[s] && a->least[s] > 0));
    return find_intervals(a, err);
}

/* A zeroed array among those that are freed together; false stays false. */
static double *array_of(size_t n, bool *ok)
{
    double *out = rs_calloc(n + 1, sizeof *out);
    *ok = *ok && out;
    return out;
}

static bool make_arrays(advising *a)
{
    const size_t n = a->in->n_sources, runs = a->in->n_runs, marks = a->in->n_benchmarks;
    const size_t most = runs > n ? runs : n;
    bool ok = true;
    a->features = array_of(runs * n, &ok);
    a->x = array_of(runs * n, &ok);
    a->y = array_of(runs, &ok);
    a->predicted = array_of(runs, &ok);
    a->penalty = array_of(n, &ok);
    a->weights = array_of(most, &ok);
    a->beta = array_of(marks * (n + 1), &ok);
    a->least = array_of(n, &ok);
    a->most = array_of(n, &ok);
    a->left_out = array_of(runs * marks, &ok);
    a->slope = array_of(n + 1, &ok);
    a->uniform = array_of(n, &ok);
    a->proportional = array_of(n, &ok);
    a->mixture = array_of(n, &ok);
    a->of_draws = array_of(N_DRAWS * n, &ok);
    a->gains = array_of((size_t)3 * N_DRAWS, &ok);
    a->out->beta = array_of(marks * (n + 1), &ok);
    a->out->best = array_of(n, &ok);
    a->out->low = array_of(n, &ok);
    a->out->high = array_of(n, &ok);
    a->out->at_edge = rs_calloc(n + 1, sizeof *a->out->at_edge);
    a->out->benchmarks = rs_calloc(marks + 1, sizeof *a->out->benchmarks);
    return ok && a->out->at_edge && a->out->benchmarks;
}

rsift_status rs_choose_mixture(const rs_runs *runs, rs_runs_advice *out, rsift_error *err)
{
    advising a = {.in = runs, .out = out};
    *out = (rs_runs_advice){.best_run = runs->n_runs};
    RS_ASSERT(runs->n_sources >= 2);
    const rsift_status status = make_arrays(&a) ? advise(&a, err) : rs_err_nomem(err, "runs");
    double *const arrays[] = {a.features,     a.x,        a.y,        a.predicted,
                              a.penalty,      a.weights,  a.beta,     a.least,
                              a.most,         a.left_out, a.slope,    a.uniform,
                              a.proportional, a.mixture,  a.of_draws, a.gains};
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++) rs_free(arrays[i]);
    if (status != RSIFT_OK) rs_runs_advice_fini(out);
    return status;
}

void rs_runs_advice_fini(rs_runs_advice *advice)
{
    rs_free(advice->benchmarks);
    rs_free(advice->beta);
    rs_free(advice->best);
    rs_free(advice->low);
    rs_free(advice->high);
    rs_free(advice->at_edge);
    *advice = (rs_runs_advice){0};
}
