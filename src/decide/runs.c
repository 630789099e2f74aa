/* A table of runs into a recommendation; see runs.h. */
#include "decide/runs.h"

#include "decide/ask.h"
#include "decide/measured.h"
#include "decide/protect.h"
#include "decide/run_table.h"

#include <inttypes.h>
#include <stdlib.h>

typedef struct advising {
    const rs_runs_job *job;
    rs_arena arena;
    rs_run_table table;
    rs_pool pool;
    rs_measured measured;
    uint8_t *own;
    rs_str *runs; /* names */
} advising;

/* ---- what the names say ---------------------------------------------------------------------- */

static rsift_status find_sources(advising *a, rsift_error *err)
{
    const rs_recommend_job *job = a->job->recommend;
    rs_source *sources = rs_arena_calloc(&a->arena, a->table.sources.n + 1, sizeof *sources);
    if (!sources) return rs_err_nomem(err, "the sources");
    if (job->store) RS_TRY(rs_pool_make(job, &a->arena, &a->pool, err));
    for (size_t s = 0; s < a->table.sources.n; s++)
        RS_TRY(
            rs_source_of(job->store ? &a->pool : NULL, a->table.sources.keys[s], &sources[s], err));
    a->measured.sources = sources;
    a->measured.n_sources = a->table.sources.n;
    return RSIFT_OK;
}

/* Is the source the benchmark's own data, by the catalogue's names? */
static bool is_of_benchmark(const advising *a, const rs_source *source, rs_str benchmark)
{
    const rs_texts names = {.items = &benchmark, .n = 1};
    const rs_catalog_dataset *d = rs_catalog_find(a->job->recommend->catalog, source->dataset);
    if (rs_str_eq_nocase(source->dataset, benchmark) || rs_str_eq_nocase(source->name, benchmark))
        return true;
    return d && !rs_str_eq_nocase(benchmark, RS_STR("all")) && rs_protect_names_any(names, d);
}

/* "BENCHMARK=SOURCE". */
static rsift_status read_own(advising *a, rs_str text, rsift_error *err)
{
    char quoted[RS_QUOTE_SIZE];
    const size_t at = rs_str_rfind_char(text, '=');
    if (at == RS_NPOS)
        return rs_err_set(err, RSIFT_E_ARG, "expected BENCHMARK=SOURCE, found \"%s\"",
                          rs_err_quote(quoted, text));
    const size_t mark = rs_strmap_get(&a->table.benchmarks, rs_str_sub(text, 0, at)),
                 source = rs_strmap_get(&a->table.sources, rs_str_sub(text, at + 1, text.len));
    if (mark == RS_NPOS || source == RS_NPOS)
        return rs_err_set(err, RSIFT_E_ARG, "the table has no %s of \"%s\"",
                          mark == RS_NPOS ? "benchmark" : "source", rs_err_quote(quoted, text));
    a->own[mark * a->table.sources.n + source] = 1;
    return RSIFT_OK;
}

/* Which sources are of a benchmark's own kind: those given, else by name. */
static rsift_status find_own(advising *a, rsift_error *err)
{
    const size_t n = a->table.sources.n, marks = a->table.benchmarks.n;
    a->own = rs_arena_calloc(&a->arena, n * marks + 1, 1);
    if (!a->own) return rs_err_nomem(err, "the benchmarks");
    for (size_t i = 0; i < a->job->own.n; i++) {
        const rsift_status status = read_own(a, a->job->own.items[i], err);
        if (status != RSIFT_OK) return rs_err_within(err, status, "recommend > own");
    }
    for (size_t b = 0; b < marks; b++) {
        if (memchr(&a->own[b * n], 1, n)) continue;
        for (size_t s = 0; s < n; s++)
            a->own[b * n + s] =
                is_of_benchmark(a, &a->measured.sources[s], a->table.benchmarks.keys[b]);
    }
    a->measured.own = a->own;
    return RSIFT_OK;
}

/* ---- answer ---------------------------------------------------------------------------------- */

static rsift_status put_answer(const advising *a, rs_buf *out, rsift_error *err)
{
    const rs_run_table *t = &a->table;
    rs_json_writer json = rs_json_writer_to(out);
    rs_json_begin_object(&json);
    rs_json_field_cstr(&json, "schema", "rsift.recommend/1");
    rs_json_field_cstr(&json, "called", "runs");
    rs_json_field_cstr(&json, "basis", a->job->recommend->store ? "indexed" : "catalogue");
    rs_json_field_cstr(&json, "unit", "samples");
    rs_json_field_cstr(&json, "licence_filter", rs_recipe_licence_name(a->job->recommend->licence));
    rs_measured_put(&a->measured, &json);
    rs_json_field_i64(&json, "not_run", (int64_t)t->n_not_run);
    rs_json_field_i64(&json, "n_findings", (int64_t)t->n_findings);
    rs_json_field_array(&json, "findings");
    for (size_t i = 0; i < t->n_shown; i++) {
        rs_json_blank(&json, RS_DECIDE_LINE);
        rs_json_begin_object(&json);
        rs_json_field_cstr(&json, "code", t->findings[i].code);
        rs_json_field_i64(&json, "line", t->findings[i].line);
        rs_json_field_str(&json, "message", t->findings[i].message);
        rs_json_end_object(&json);
    }
    rs_json_end_array(&json);
    rs_json_end_object(&json);
    return rs_json_finish(&json, "the answer", err);
}

/* Too few runs are no advice, and the first finding often says why they are few. */
static rsift_status check_table(const advising *a, rsift_error *err)
{
    const rs_run_table *t = &a->table;
    if (t->sources.n < 2)
        return rs_err_set(err, RSIFT_E_ARG, "%.*s: expected at least two sources, found %zu",
                          RS_STR_ARG(a->job->file), t->sources.n);
    if (t->n_runs >= RS_RUNS_LEAST) return RSIFT_OK;
    rs_err_set(
        err, RSIFT_E_ARG,
        "%.*s: %zu mixtures with counts and scores, at least %d tell something (%zu without a "
        "score)",
        RS_STR_ARG(a->job->file), t->n_runs, RS_RUNS_LEAST, t->n_not_run);
    if (t->n_shown)
        rs_err_set(err, RSIFT_E_ARG,
                   "%.*s: %zu mixtures with counts and scores, at least %d tell something; %zu "
                   "findings, the first in line %" PRId64 ": %.*s",
                   RS_STR_ARG(a->job->file), t->n_runs, RS_RUNS_LEAST, t->n_findings,
                   t->findings[0].line, RS_STR_ARG(t->findings[0].message));
    return RSIFT_E_ARG;
}

static rsift_status advise(advising *a, rsift_error *err)
{
    rs_run_table *t = &a->table;
    RS_TRY(rs_run_table_read(a->job->file, a->job->limits, t, err));
    RS_TRY(check_table(a, err));
    RS_TRY(find_sources(a, err));
    RS_TRY(find_own(a, err));
    a->runs = rs_arena_calloc(&a->arena, t->n_runs + 1, sizeof *a->runs);
    if (!a->runs) return rs_err_nomem(err, "runs");
    for (size_t i = 0; i < t->n_runs; i++) a->runs[i] = t->mixtures.keys[t->run[i]];
    rs_measured *m = &a->measured;
    m->job = a->job->recommend;
    m->arena = &a->arena;
    m->benchmarks = t->benchmarks.keys;
    m->n_benchmarks = t->benchmarks.n;
    m->runs = a->runs;
    m->n_runs = t->n_runs;
    m->counts = t->counts;
    m->scores = t->scores;
    m->losses = a->job->losses;
    return rs_measured_advise(m, err);
}

rsift_status rs_decide_runs(const rs_runs_job *job, rs_buf *json, rs_buf *recipe,
                            int64_t *n_findings, rsift_error *err)
{
    advising a = {.job = job};
    rsift_status status = advise(&a, err);
    if (status == RSIFT_OK) status = put_answer(&a, json, err);
    if (status == RSIFT_OK)
        status = rs_measured_put_recipe(&a.measured, "Shares measured by runs of one's own", recipe,
                                        err);
    *n_findings = (int64_t)a.table.n_findings + !a.measured.advice.told_apart;
    rs_measured_fini(&a.measured);
    rs_run_table_fini(&a.table);
    rs_arena_fini(&a.arena);
    return status;
}
