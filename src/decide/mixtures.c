/* A design over the pool's sources, written down; see mixtures.h. */
#include "decide/mixtures.h"

#include "base/alloc.h"
#include "choose/mixture.h"
#include "codec/csv.h"
#include "codec/json_writer.h"
#include "decide/ask.h"

#include <inttypes.h>

enum { MOST_BUDGET = 100000 };

typedef struct designing {
    const rs_mixtures_job *job;
    rs_arena arena;
    rs_pool pool;
    rs_sources sources;
    int64_t budget, supply; /* of each mixture; of all sources */
    int64_t *counts;        /* [n_mixtures * sources.n] */
    rs_design_kind *kinds;
} designing;

/* ---- the design ------------------------------------------------------------------------------ */

static rsift_status set_budget(designing *d, rsift_error *err)
{
    if (d->sources.n < 2)
        return rs_err_set(err, RSIFT_E_ARG, "a mixture has at least two sources, found %zu; %s",
                          d->sources.n,
                          d->job->by_task ? "index more data first"
                                          : "--by task takes the tasks of a dataset apart");
    if (d->sources.n > RS_DESIGN_MOST_SOURCES)
        return rs_err_set(err, RSIFT_E_LIMIT, "%zu sources, at most %d: name some with --source",
                          d->sources.n, RS_DESIGN_MOST_SOURCES);
    for (size_t s = 0; s < d->sources.n; s++) d->supply += d->sources.items[s].supply;
    d->budget = d->job->recommend->budget;
    if (d->budget == 0) d->budget = d->supply / 4 < MOST_BUDGET ? d->supply / 4 : MOST_BUDGET;
    if (d->budget < 1) d->budget = 1;
    if (d->budget > d->supply)
        return rs_err_set(err, RSIFT_E_ARG,
                          "a budget of %" PRId64 " samples, but all sources together have %" PRId64
                          "; a quarter of them lets the mixtures differ",
                          d->budget, d->supply);
    return RSIFT_OK;
}

static rsift_status make_design(designing *d, rsift_error *err)
{
    const size_t n = d->sources.n, n_mixtures = d->job->n_mixtures;
    int64_t *supply = rs_arena_calloc(&d->arena, n, sizeof *supply);
    uint64_t *hashes = rs_arena_calloc(&d->arena, n, sizeof *hashes);
    d->counts = rs_arena_calloc(&d->arena, n * n_mixtures, sizeof *d->counts);
    d->kinds = rs_arena_calloc(&d->arena, n_mixtures, sizeof *d->kinds);
    if (!supply || !hashes || !d->counts || !d->kinds) return rs_err_nomem(err, "a design");
    for (size_t s = 0; s < n; s++) {
        const rs_str name = d->sources.items[s].name;
        supply[s] = d->sources.items[s].supply;
        hashes[s] = rs_hash64(name.ptr, name.len);
    }
    const rs_design design = {.supply = supply,
                              .source_hash = hashes,
                              .n_sources = n,
                              .n_mixtures = n_mixtures,
                              .budget = d->budget,
                              .seed = (uint64_t)d->job->recommend->seed};
    return rs_choose_design(&design, d->counts, d->kinds, err);
}

/* "mixture-07"; in the arena. */
static rs_str name_of(designing *d, size_t mixture)
{
    return rs_arena_printf(&d->arena, "mixture-%0*zu", d->job->n_mixtures > 99 ? 3 : 2,
                           mixture + 1);
}

/* ---- files ----------------------------------------------------------------------------------- */

static void put_recipe(const designing *d, size_t mixture, rs_str name, rs_buf *out)
{
    const rs_recommend_job *job = d->job->recommend;
    const rs_recipe head = {
        .name = name, .seed = job->seed, .protect = job->protect, .licence = job->licence};
    rs_buf_printf(out,
                  "# One of %zu designed mixtures (%s); docs/measured-advice.md says what they are "
                  "for.\n",
                  d->job->n_mixtures, rs_choose_design_name(d->kinds[mixture]));
    rs_recipe_put_head(out, &head);
    rs_buf_printf(out, "budget: {samples: %" PRId64 "}\ndatasets:\n", d->budget);
    for (size_t s = 0; s < d->sources.n; s++) {
        const int64_t samples = d->counts[mixture * d->sources.n + s];
        if (samples > 0) rs_source_put_entry(out, &d->sources.items[s], samples);
    }
}

static void put_cells(rs_buf *csv, const rs_str *cells, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (i) rs_buf_char(csv, ',');
        rs_csv_put_field(csv, cells[i]);
    }
    rs_buf_char(csv, '\n');
}

/* All counts, then a row for every score that is to be filled in. */
static bool put_runs(designing *d, rs_buf *csv)
{
    static const rs_str to_rename = {"my-benchmark", 12};
    const rs_texts given = d->job->benchmarks;
    const rs_texts marks = given.n ? given : (rs_texts){.items = &to_rename, .n = 1};
    const rs_str none = RS_STR("");
    rs_buf_cstr(csv, "mixture,source,count,benchmark,score\n");
    for (size_t m = 0; m < d->job->n_mixtures; m++) {
        const rs_str name = name_of(d, m);
        if (!name.ptr) return false;
        for (size_t s = 0; s < d->sources.n; s++) {
            char number[24];
            const int n =
                snprintf(number, sizeof number, "%" PRId64, d->counts[m * d->sources.n + s]);
            const rs_str cells[] = {name, d->sources.items[s].name, rs_str_make(number, (size_t)n),
                                    none, none};
            put_cells(csv, cells, 5);
        }
        for (size_t b = 0; b < marks.n; b++) {
            const rs_str cells[] = {name, none, none, marks.items[b], none};
            put_cells(csv, cells, 5);
        }
    }
    return !csv->failed;
}

static rsift_status write_files(designing *d, rs_mixtures_file_fn *write, void *ctx,
                                rsift_error *err)
{
    rs_buf text = {0};
    rsift_status status = RSIFT_OK;
    for (size_t m = 0; status == RSIFT_OK && m < d->job->n_mixtures; m++) {
        const rs_str name = name_of(d, m);
        const rs_str file = rs_arena_printf(&d->arena, "%.*s.yaml", RS_STR_ARG(name));
        text.len = 0;
        put_recipe(d, m, name, &text);
        status = text.failed || !name.ptr || !file.ptr ? rs_err_nomem(err, "a recipe")
                                                       : write(ctx, file, rs_buf_view(&text), err);
    }
    text.len = 0;
    if (status == RSIFT_OK && !put_runs(d, &text)) status = rs_err_nomem(err, "the table");
    if (status == RSIFT_OK) status = write(ctx, RS_STR("runs.csv"), rs_buf_view(&text), err);
    rs_buf_fini(&text);
    return status;
}

/* ---- answer ---------------------------------------------------------------------------------- */

/* How far the mixtures vary a source: its least and most count. Less than a factor of two tells
 * nothing about it. */
static void put_sources(const designing *d, rs_json_writer *json)
{
    size_t n_still = 0;
    rs_json_field_array(json, "sources");
    for (size_t s = 0; s < d->sources.n; s++) {
        int64_t least = INT64_MAX, most = 0;
        for (size_t m = 0; m < d->job->n_mixtures; m++) {
            const int64_t count = d->counts[m * d->sources.n + s];
            least = count < least ? count : least;
            most = count > most ? count : most;
        }
        n_still += most < 2 * least;
        rs_json_blank(json, RS_DECIDE_LINE);
        rs_json_begin_object(json);
        rs_json_field_str(json, "source", d->sources.items[s].name);
        rs_json_field_i64(json, "supply", d->sources.items[s].supply);
        rs_json_field_i64(json, "least", least);
        rs_json_field_i64(json, "most", most);
        rs_json_end_object(json);
    }
    rs_json_end_array(json);
    rs_json_field_i64(json, "n_still", (int64_t)n_still);
}

static bool put_mixtures(designing *d, rs_json_writer *json)
{
    rs_json_field_array(json, "mixtures");
    for (size_t m = 0; m < d->job->n_mixtures; m++) {
        const rs_str name = name_of(d, m);
        if (!name.ptr) return false;
        rs_json_blank(json, RS_DECIDE_LINE);
        rs_json_begin_object(json);
        rs_json_field_str(json, "mixture", name);
        rs_json_field_cstr(json, "kind", rs_choose_design_name(d->kinds[m]));
        rs_json_field_object(json, "counts");
        for (size_t s = 0; s < d->sources.n; s++) {
            rs_json_write_key_str(json, d->sources.items[s].name);
            rs_json_write_i64(json, d->counts[m * d->sources.n + s]);
        }
        rs_json_end_object(json);
        rs_json_end_object(json);
    }
    rs_json_end_array(json);
    return true;
}

static rsift_status put_answer(designing *d, rs_buf *out, rsift_error *err)
{
    rs_json_writer json = rs_json_writer_to(out);
    rs_json_begin_object(&json);
    rs_json_field_cstr(&json, "schema", "rsift.mixtures/1");
    rs_json_field_i64(&json, "n_mixtures", (int64_t)d->job->n_mixtures);
    rs_json_field_i64(&json, "budget", d->budget);
    rs_json_field_i64(&json, "supply", d->supply);
    rs_json_field_i64(&json, "seed", d->job->recommend->seed);
    rs_json_field_i64(&json, "least_runs", RS_RUNS_LEAST);
    put_sources(d, &json);
    if (!put_mixtures(d, &json)) return rs_err_nomem(err, "the answer");
    rs_json_field_array(&json, "left_out");
    for (size_t c = 0; c < d->pool.n_candidates; c++) {
        const rs_candidate *candidate = &d->pool.candidates[c];
        if (!candidate->indexed || !candidate->left_out) continue;
        rs_json_blank(&json, RS_DECIDE_LINE);
        rs_json_begin_object(&json);
        rs_json_field_str(&json, "dataset", candidate->id);
        rs_json_field_cstr(&json, "reason", candidate->left_out);
        rs_json_end_object(&json);
    }
    rs_json_end_array(&json);
    rs_json_end_object(&json);
    return rs_json_finish(&json, "the answer", err);
}

rsift_status rs_decide_mixtures(const rs_mixtures_job *job, rs_mixtures_file_fn *write, void *ctx,
                                rs_buf *json, rsift_error *err)
{
    designing d = {.job = job};
    rsift_status status = rs_pool_make(job->recommend, &d.arena, &d.pool, err);
    if (status == RSIFT_OK)
        status = rs_sources_list(&d.pool, job->sources, job->by_task, &d.sources, err);
    if (status == RSIFT_OK) status = set_budget(&d, err);
    if (status == RSIFT_OK) status = make_design(&d, err);
    if (status == RSIFT_OK) status = put_answer(&d, json, err);
    if (status == RSIFT_OK && write) status = write_files(&d, write, ctx, err);
    rs_arena_fini(&d.arena);
    return status;
}
