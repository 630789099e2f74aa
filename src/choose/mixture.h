/* Which mixture is best, out of mixtures that were run and scored. Numbers in, numbers out.
 *
 * Each benchmark is predicted by ridge regression on log counts,
 *
 *     score = b_0 + sum over sources of  b_s ln(1 + n_s),
 *
 * with a penalty of 0.01 on the sources of its own kind and 50 on all others (20 on all where its
 * kind is not known): shrunk to "what a benchmark asks for is what helps it", from which only runs
 * can move it. On RegMix's public table (17 sources, mean of 13 targets) 16 runs rank 256 others at
 * Spearman 0.88, 128 runs at 0.93; a small penalty on all sources gives 0.73 from 16 runs.
 *
 * A benchmark whose left-out predictions do not rank its runs (correlation not above 0) is left out
 * of the mean. There is no advice where the mean of the others ranks the runs no better than chance
 * does once in twenty. The best mixture has the largest mean of what is left, at the runs' own
 * total, with no source beyond its limit, nor outside of what some run had: the maximum of
 *
 *     sum over sources of  w_s ln(1 + n_s)   under   sum of n_s = total,
 *
 * n_s = w_s / level - 1 where that is allowed. What sources of w_s <= 0 must take is shared over
 * them alike. Intervals: 5th to 95th of 100 fits over runs drawn with repetition. */
#ifndef RS_CHOOSE_MIXTURE_H
#define RS_CHOOSE_MIXTURE_H

#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

enum { RS_RUNS_LEAST = 16 }; /* runs of a benchmark; fewer tell nothing */

typedef struct rs_runs {
    const double *counts; /* [n_runs * n_sources], at least 0 */
    const double *scores; /* [n_runs * n_benchmarks], more is better; NAN = not measured */
    const uint8_t *own;   /* [n_benchmarks * n_sources], 1 = of the benchmark's own kind */
    const double *limits; /* [n_sources], of a mixture of `total`; INFINITY = not known */
    size_t n_runs, n_sources, n_benchmarks; /* n_sources at least 2 */
    double total;                           /* samples of a mixture: rs_choose_runs_total */
    uint64_t seed;
} rs_runs;

typedef struct rs_runs_benchmark {
    size_t n_runs;           /* with a score */
    double rank_correlation; /* Spearman of left-out predictions; NAN = cannot be told */
    bool used;               /* told apart by the runs: part of the mean */
    double deviation;        /* of its scores */
} rs_runs_benchmark;

/* What is predicted of a mixture, as a mean over the benchmarks that are used. */
typedef struct rs_runs_guess {
    double score;
    double gain, low, high; /* of the best mixture over this one */
} rs_runs_guess;

typedef struct rs_runs_advice {
    rs_runs_benchmark *benchmarks; /* [n_benchmarks]; heap, as all below: rs_runs_advice_fini */
    double *beta;                  /* [n_benchmarks * (n_sources + 1)], the constant last */
    size_t n_used;
    double rank_correlation;   /* of the mean over the used ones, left-out runs; NAN = not known */
    size_t n_complete;         /* runs that have a score in all of the used ones */
    bool told_apart;           /* there is an advice: what follows is set */
    double *best, *low, *high; /* [n_sources] */
    bool *at_edge;             /* [n_sources]: at the most or least that any run had */
    size_t best_run;           /* of the complete ones, by the measured mean; n_runs = none */
    double best_run_score;
    rs_runs_guess of_best, of_uniform, of_proportional, of_best_run;
    bool has_proportional; /* every limit is known */
} rs_runs_advice;

/* Rank correlations of n pairs that have nothing to do with each other lie above this once in
 * twenty; NAN for n < 2. */
double rs_choose_runs_chance(size_t n);

/* The median of the runs' totals. */
double rs_choose_runs_total(const double *counts, size_t n_runs, size_t n_sources,
                            double *scratch /* [n_runs] */);

/* Benchmarks of fewer than RS_RUNS_LEAST runs are not used. Memory: runs x (sources + benchmarks).
 * Errors: RSIFT_E_NOMEM. */
rsift_status rs_choose_mixture(const rs_runs *runs, rs_runs_advice *out, rsift_error *err);
void rs_runs_advice_fini(rs_runs_advice *advice);

#endif
