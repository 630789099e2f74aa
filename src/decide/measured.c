/* From measured mixtures to shares, an answer and a recipe; see measured.h. */
#include "decide/measured.h"

#include "choose/share.h"
#include "decide/ask.h"

#include <inttypes.h>
#include <math.h>

/* ---- advice ---------------------------------------------------------------------------------- */

/* What every source has to give, in units of a run: supply * total / budget. */
static double *limits_of(rs_measured *m)
{
    double *limits = rs_arena_calloc(m->arena, m->n_sources + 1, sizeof *limits);
    double sum = 0;
    for (size_t s = 0; limits && s < m->n_sources; s++) {
        const int64_t supply = m->sources[s].supply;
        limits[s] = supply < 0 ? INFINITY : (double)supply * m->total / (double)m->budget;
        sum += limits[s];
    }
    if (sum < m->total) m->total = sum;
    return limits;
}

/* Whole samples out of the best mixture. */
static bool share_samples(rs_measured *m)
{
    rs_claim *claims = rs_arena_calloc(m->arena, m->n_sources + 1, sizeof *claims);
    if (!claims) return false;
    for (size_t s = 0; s < m->n_sources; s++) {
        const rs_str name = m->sources[s].name;
        const int64_t supply = m->sources[s].supply;
        claims[s] = (rs_claim){.weight = m->advice.best[s],
                               .limit = m->advice.best[s] <= 0 ? 0
                                        : supply < 0           ? m->budget
                                                               : supply,
                               .tie = rs_hash64(name.ptr, name.len)};
    }
    if (!rs_choose_share_out(claims, m->n_sources, m->budget)) return false;
    for (size_t s = 0; s < m->n_sources; s++) {
        m->samples[s] = claims[s].got;
        m->allocated += claims[s].got;
    }
    return true;
}

rsift_status rs_measured_advise(rs_measured *m, rsift_error *err)
{
    const size_t n_scores = m->n_runs * m->n_benchmarks;
    double *scratch = rs_arena_calloc(m->arena, m->n_runs + 1, sizeof *scratch),
           *scores = rs_arena_calloc(m->arena, n_scores + 1, sizeof *scores);
    m->samples = rs_arena_calloc(m->arena, m->n_sources + 1, sizeof *m->samples);
    if (!scratch || !scores || !m->samples) return rs_err_nomem(err, "runs");
    for (size_t i = 0; i < n_scores; i++) scores[i] = m->losses ? -m->scores[i] : m->scores[i];
    m->total = rs_choose_runs_total(m->counts, m->n_runs, m->n_sources, scratch);
    m->budget = m->job->budget > 0 ? m->job->budget : (int64_t)llround(m->total);
    if (m->budget < 1) m->budget = 1;
    const double *limits = limits_of(m);
    if (!limits) return rs_err_nomem(err, "runs");
    const rs_runs runs = {.counts = m->counts,
                          .scores = scores,
                          .own = m->own,
                          .limits = limits,
                          .n_runs = m->n_runs,
                          .n_sources = m->n_sources,
                          .n_benchmarks = m->n_benchmarks,
                          .total = m->total,
                          .seed = (uint64_t)m->job->seed};
    RS_TRY(rs_choose_mixture(&runs, &m->advice, err));
    if (!m->advice.told_apart) return RSIFT_OK;
    return share_samples(m) ? RSIFT_OK : rs_err_nomem(err, "the recommendation");
}

void rs_measured_fini(rs_measured *m)
{
    rs_runs_advice_fini(&m->advice);
}

/* ---- answer ---------------------------------------------------------------------------------- */

/* Four decimals: more would only be noise. */
static void put_rounded(rs_json_writer *json, const char *key, double v)
{
    rs_json_field_double(json, key, isfinite(v) ? round(v * 1e4) / 1e4 : v);
}

static void put_benchmarks(const rs_measured *m, rs_json_writer *json)
{
    rs_json_field_array(json, "benchmarks");
    for (size_t b = 0; b < m->n_benchmarks; b++) {
        const rs_runs_benchmark *mark = &m->advice.benchmarks[b];
        rs_json_blank(json, RS_DECIDE_LINE);
        rs_json_begin_object(json);
        rs_json_field_str(json, "benchmark", m->benchmarks[b]);
        rs_json_field_i64(json, "runs", (int64_t)mark->n_runs);
        put_rounded(json, "correlation", mark->rank_correlation);
        put_rounded(json, "chance", rs_choose_runs_chance(mark->n_runs));
        rs_json_field_bool(json, "used", mark->used);
        put_rounded(json, "deviation", mark->deviation);
        rs_json_field_array(json, "own");
        for (size_t s = 0; s < m->n_sources; s++)
            if (m->own[b * m->n_sources + s]) rs_json_write_str(json, m->sources[s].name);
        rs_json_end_array(json);
        rs_json_end_object(json);
    }
    rs_json_end_array(json);
}

static int64_t permille(double part, double all)
{
    return all > 0 ? (int64_t)llround(1000 * part / all) : 0;
}

static void put_rows(const rs_measured *m, rs_json_writer *json)
{
    rs_json_field_array(json, "rows");
    for (size_t s = 0; m->advice.told_apart && s < m->n_sources; s++) {
        rs_json_blank(json, RS_DECIDE_LINE);
        rs_json_begin_object(json);
        rs_json_field_str(json, "source", m->sources[s].name);
        rs_json_field_str(json, "dataset", m->sources[s].dataset);
        rs_json_field_i64(json, "samples", m->samples[s]);
        rs_json_field_i64(json, "share_permille",
                          permille((double)m->samples[s], (double)m->allocated));
        rs_json_field_i64(json, "low_permille", permille(m->advice.low[s], m->total));
        rs_json_field_i64(json, "high_permille", permille(m->advice.high[s], m->total));
        if (m->sources[s].supply < 0) rs_json_field_null(json, "supply");
        else rs_json_field_i64(json, "supply", m->sources[s].supply);
        rs_json_field_bool(json, "edge", m->advice.at_edge[s]);
        rs_json_end_object(json);
    }
    rs_json_end_array(json);
}

static void put_guess(const rs_measured *m, rs_json_writer *json, const char *name,
                      const rs_runs_guess *guess)
{
    rs_json_blank(json, RS_DECIDE_LINE);
    rs_json_begin_object(json);
    rs_json_field_cstr(json, "mixture", name);
    put_rounded(json, "score", m->losses ? -guess->score : guess->score);
    put_rounded(json, "gain", guess->gain);
    put_rounded(json, "low", guess->low);
    put_rounded(json, "high", guess->high);
}

/* The predicted mean of the advice, of simple mixtures and of the best run; gains of the advice are
 * positive where it is better, also for losses. */
static void put_compare(const rs_measured *m, rs_json_writer *json)
{
    const rs_runs_advice *a = &m->advice;
    rs_json_field_array(json, "compare");
    if (a->told_apart) {
        put_guess(m, json, "recommended", &a->of_best);
        rs_json_end_object(json);
        put_guess(m, json, "uniform", &a->of_uniform);
        rs_json_end_object(json);
        if (a->has_proportional) {
            put_guess(m, json, "proportional", &a->of_proportional);
            rs_json_end_object(json);
        }
        if (a->best_run < m->n_runs) {
            put_guess(m, json, "best run", &a->of_best_run);
            rs_json_field_str(json, "run", m->runs[a->best_run]);
            put_rounded(json, "measured", m->losses ? -a->best_run_score : a->best_run_score);
            rs_json_end_object(json);
        }
    }
    rs_json_end_array(json);
}

void rs_measured_put(const rs_measured *m, rs_json_writer *json)
{
    const rs_runs_advice *a = &m->advice;
    rs_json_field_i64(json, "n_runs", (int64_t)m->n_runs);
    rs_json_field_i64(json, "least_runs", RS_RUNS_LEAST);
    rs_json_field_i64(json, "run_samples", (int64_t)llround(m->total));
    rs_json_field_i64(json, "budget", m->budget);
    rs_json_field_i64(json, "allocated", m->allocated);
    rs_json_field_i64(json, "seed", m->job->seed);
    rs_json_field_bool(json, "losses", m->losses);
    put_benchmarks(m, json);
    rs_json_field_i64(json, "n_used", (int64_t)a->n_used);
    put_rounded(json, "correlation", a->rank_correlation);
    put_rounded(json, "chance", rs_choose_runs_chance(a->n_complete));
    rs_json_field_bool(json, "told_apart", a->told_apart);
    put_rows(m, json);
    put_compare(m, json);
}

/* ---- recipe ---------------------------------------------------------------------------------- */

rsift_status rs_measured_put_recipe(const rs_measured *m, const char *origin, rs_buf *out,
                                    rsift_error *err)
{
    if (!m->advice.told_apart) return RSIFT_OK;
    const rs_recipe head = {.name = m->job->recipe_name,
                            .seed = m->job->seed,
                            .protect = m->job->protect,
                            .licence = m->job->licence};
    rs_buf_printf(out, "# %s; docs/measured-advice.md.\n# %zu mixtures; left-out rank correlation ",
                  origin, m->n_runs);
    if (isfinite(m->advice.rank_correlation))
        rs_buf_printf(out, "%.2f\n", m->advice.rank_correlation);
    else rs_buf_cstr(out, "of each benchmark alone\n");
    rs_recipe_put_head(out, &head);
    rs_buf_printf(out, "budget: {samples: %" PRId64 "}\ndatasets:\n", m->budget);
    for (size_t s = 0; s < m->n_sources; s++)
        if (m->samples[s] > 0) rs_source_put_entry(out, &m->sources[s], m->samples[s]);
    return out->failed ? rs_err_nomem(err, "the recipe") : RSIFT_OK;
}
