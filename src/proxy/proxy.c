/* Mixtures trained, fitted and told; see proxy.h. */
#include "proxy/proxy.h"

#include "base/alloc.h"
#include "decide/ask.h"
#include "decide/measured.h"

#include <math.h>

typedef struct proxy_run {
    const rs_proxy_job *job;
    rs_proxy_gathered data;
    rs_proxy_data arrays;
    double *counts;  /* [n_mixtures * n_sources], as trained */
    double *scores;  /* [n_mixtures * n_targets], per cent */
    double *checked; /* [n_targets]: of the recommended shares, 0..1; NULL = there are none */
    rs_str *names, *marks;
    rs_measured measured;
    rs_progress *progress;
} proxy_run;

/* ---- training -------------------------------------------------------------------------------- */

/* The examples of a mixture: of each source the first of its samples, as many as it has there. What
 * is counted is what was trained on. */
static size_t list_train(const rs_proxy_gathered *d, const int64_t *counts, double *trained,
                         uint32_t *train)
{
    size_t n = 0;
    for (size_t s = 0; s < d->sources.n; s++) {
        size_t have = d->first[s + 1] - d->first[s];
        if ((size_t)counts[s] < have) have = (size_t)counts[s];
        trained[s] = (double)have;
        for (uint32_t e = d->starts[d->first[s]]; e < d->starts[d->first[s] + have]; e++)
            train[n++] = e;
    }
    return n;
}

/* One mixture after the other; several threads, each with mixtures of its own. */
static rsift_status train_range(void *ctx, void *item, rsift_error *err)
{
    const proxy_run *r = ctx;
    const rs_range *range = item;
    double accuracy[64];
    RS_ASSERT(r->data.n_targets <= 64);
    uint32_t *train =
        rs_calloc(r->data.starts[r->data.first[r->data.sources.n]] + (size_t)1, sizeof *train);
    rsift_status status = train ? RSIFT_OK : rs_err_nomem(err, "a mixture");
    for (size_t m = range->begin; status == RSIFT_OK && m < range->end; m++) {
        if (rs_cancelled(&r->job->session->cancel)) status = rs_err_cancelled(err);
        const size_t at = m * r->data.sources.n;
        const size_t n = list_train(&r->data, &r->data.counts[at], &r->counts[at], train);
        if (status == RSIFT_OK) status = rs_choose_proxy(&r->arrays, train, n, accuracy, err);
        for (size_t t = 0; status == RSIFT_OK && t < r->data.n_targets; t++)
            r->scores[m * r->data.n_targets + t] = 100 * accuracy[t];
        rs_progress_add(r->progress, 1);
    }
    rs_free(train);
    return status;
}

static rsift_status train_all(proxy_run *r, rsift_error *err)
{
    const size_t n = r->job->n_mixtures;
    rs_arena *arena = &r->data.arena;
    r->counts = rs_arena_calloc(arena, n * r->data.sources.n + 1, sizeof *r->counts);
    r->scores = rs_arena_calloc(arena, n * r->data.n_targets + 1, sizeof *r->scores);
    if (!r->counts || !r->scores) return rs_err_nomem(err, "the mixtures");
    r->arrays = (rs_proxy_data){.questions = r->data.questions,
                                .pictures = r->data.pictures,
                                .examples = r->data.examples,
                                .tests = r->data.tests,
                                .first_test = r->data.first_test,
                                .n_targets = r->data.n_targets,
                                .seed = (uint64_t)r->job->recommend->seed};
    const rs_pipeline pipeline = {.item_size = sizeof(rs_range),
                                  .n_threads = r->job->session->n_threads,
                                  .ctx = r,
                                  .cancel = &r->job->session->cancel,
                                  .work = train_range};
    r->progress =
        rs_session_progress(r->job->session, "training small models", "mixtures", (int64_t)n);
    const rsift_status status = rs_run_ranges(&pipeline, n, 1, err);
    rs_progress_end(r->progress);
    return status;
}

/* One more model, on the shares that are recommended: what was predicted of them is measured. */
static rsift_status train_advice(proxy_run *r, rsift_error *err)
{
    const size_t n = r->data.sources.n;
    rs_arena *arena = &r->data.arena;
    int64_t *counts = rs_arena_calloc(arena, n + 1, sizeof *counts);
    double *trained = rs_arena_calloc(arena, n + 1, sizeof *trained);
    r->checked = rs_arena_calloc(arena, r->data.n_targets + 1, sizeof *r->checked);
    uint32_t *train = rs_calloc(r->data.starts[r->data.first[n]] + (size_t)1, sizeof *train);
    rsift_status status =
        counts && trained && r->checked && train ? RSIFT_OK : rs_err_nomem(err, "a mixture");
    for (size_t s = 0; status == RSIFT_OK && s < n; s++)
        counts[s] = llround(r->measured.advice.best[s]);
    if (status == RSIFT_OK) {
        const size_t n_train = list_train(&r->data, counts, trained, train);
        status = rs_choose_proxy(&r->arrays, train, n_train, r->checked, err);
    }
    rs_free(train);
    return status;
}

/* ---- fit ------------------------------------------------------------------------------------- */

static rsift_status fit_scores(proxy_run *r, rsift_error *err)
{
    const size_t n = r->job->n_mixtures;
    rs_arena *arena = &r->data.arena;
    r->names = rs_arena_calloc(arena, n + 1, sizeof *r->names);
    r->marks = rs_arena_calloc(arena, r->data.n_targets + 1, sizeof *r->marks);
    if (!r->names || !r->marks) return rs_err_nomem(err, "the mixtures");
    for (size_t m = 0; m < n; m++) {
        r->names[m] = rs_arena_printf(arena, "mixture-%0*zu", n > 99 ? 3 : 2, m + 1);
        if (!r->names[m].ptr) return rs_err_nomem(err, "the mixtures");
    }
    for (size_t t = 0; t < r->data.n_targets; t++) r->marks[t] = r->data.targets[t].name;
    r->measured = (rs_measured){.job = r->job->recommend,
                                .arena = arena,
                                .sources = r->data.sources.items,
                                .benchmarks = r->marks,
                                .runs = r->names,
                                .n_sources = r->data.sources.n,
                                .n_benchmarks = r->data.n_targets,
                                .n_runs = n,
                                .counts = r->counts,
                                .scores = r->scores,
                                .own = r->data.own};
    RS_TRY(rs_measured_advise(&r->measured, err));
    return r->measured.advice.told_apart ? train_advice(r, err) : RSIFT_OK;
}

/* ---- answer ---------------------------------------------------------------------------------- */

static double rounded(double v)
{
    return round(v * 100) / 100;
}

/* What was tested, and how it went over all mixtures. */
static void put_targets(const proxy_run *r, rs_json_writer *json)
{
    const size_t n = r->job->n_mixtures, marks = r->data.n_targets;
    rs_json_field_array(json, "targets");
    for (size_t t = 0; t < marks; t++) {
        const rs_proxy_target *target = &r->data.targets[t];
        double least = INFINITY, most = 0, sum = 0;
        for (size_t m = 0; m < n; m++) {
            least = fmin(least, r->scores[m * marks + t]);
            most = fmax(most, r->scores[m * marks + t]);
            sum += r->scores[m * marks + t];
        }
        rs_json_blank(json, RS_DECIDE_LINE);
        rs_json_begin_object(json);
        rs_json_field_str(json, "target", target->name);
        rs_json_field_i64(json, "samples", (int64_t)target->n_samples);
        rs_json_field_i64(json, "questions", (int64_t)target->n_tests);
        rs_json_field_i64(json, "not_measured", (int64_t)target->n_not_measured);
        rs_json_field_i64(json, "without_picture", (int64_t)target->n_without_picture);
        rs_json_field_double(json, "least", rounded(least));
        rs_json_field_double(json, "mean", rounded(sum / (double)n));
        rs_json_field_double(json, "most", rounded(most));
        if (r->checked) rs_json_field_double(json, "recommended", rounded(100 * r->checked[t]));
        else rs_json_field_null(json, "recommended");
        rs_json_end_object(json);
    }
    rs_json_end_array(json);
}

static void put_mixtures(const proxy_run *r, rs_json_writer *json)
{
    const size_t n = r->data.sources.n, marks = r->data.n_targets;
    rs_json_field_array(json, "mixtures");
    for (size_t m = 0; m < r->job->n_mixtures; m++) {
        rs_json_blank(json, RS_DECIDE_LINE);
        rs_json_begin_object(json);
        rs_json_field_str(json, "mixture", r->names[m]);
        rs_json_field_cstr(json, "kind", rs_choose_design_name(r->data.kinds[m]));
        rs_json_field_object(json, "counts");
        for (size_t s = 0; s < n; s++) {
            rs_json_write_key_str(json, r->data.sources.items[s].name);
            rs_json_write_i64(json, (int64_t)r->counts[m * n + s]);
        }
        rs_json_end_object(json);
        rs_json_field_object(json, "accuracy");
        for (size_t t = 0; t < marks; t++) {
            rs_json_write_key_str(json, r->marks[t]);
            rs_json_write_double(json, rounded(r->scores[m * marks + t]));
        }
        rs_json_end_object(json);
        rs_json_end_object(json);
    }
    rs_json_end_array(json);
}

static rsift_status put_answer(const proxy_run *r, rs_buf *out, rsift_error *err)
{
    rs_json_writer json = rs_json_writer_to(out);
    rs_json_begin_object(&json);
    rs_json_field_cstr(&json, "schema", "rsift.proxy/1");
    rs_json_field_cstr(&json, "called", "proxy");
    rs_json_field_cstr(&json, "basis",
                       "small models on the CPU, in place of the model to be trained");
    rs_json_field_i64(&json, "n_mixtures", (int64_t)r->job->n_mixtures);
    rs_json_field_i64(&json, "mixture_samples", r->data.budget);
    rs_json_field_i64(&json, "answers", (int64_t)r->data.n_answers);
    rs_json_field_i64(&json, "pictures", (int64_t)r->data.n_pictures);
    rs_json_field_i64(&json, "pictures_unread", (int64_t)r->data.n_unread);
    rs_json_field_i64(&json, "held_out", r->data.n_shared);
    put_targets(r, &json);
    rs_measured_put(&r->measured, &json);
    put_mixtures(r, &json);
    rs_json_end_object(&json);
    return rs_json_finish(&json, "the answer", err);
}

rsift_status rs_proxy_run(const rs_proxy_job *job, rs_buf *json, rs_buf *recipe, bool *told_apart,
                          rsift_error *err)
{
    proxy_run r = {.job = job};
    if (job->n_mixtures < RS_RUNS_LEAST)
        return rs_err_set(err, RSIFT_E_ARG, "%zu mixtures, at least %d tell something",
                          job->n_mixtures, RS_RUNS_LEAST);
    rsift_status status = rs_proxy_gather(job, &r.data, err);
    if (status == RSIFT_OK) status = train_all(&r, err);
    if (status == RSIFT_OK) status = fit_scores(&r, err);
    if (status == RSIFT_OK) status = put_answer(&r, json, err);
    if (status == RSIFT_OK)
        status = rs_measured_put_recipe(
            &r.measured, "Shares measured by small models in place of the model to be trained",
            recipe, err);
    *told_apart = status == RSIFT_OK && r.measured.advice.told_apart;
    rs_measured_fini(&r.measured);
    rs_proxy_gathered_fini(&r.data);
    return status;
}
