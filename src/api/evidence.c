/* evidence: published scores, and what was trained on for them. */
#include "api/call.h"

#include "catalog/published.h"
#include "codec/json_writer.h"

/* The benchmarks that have rows, in the order of the file. */
static void put_benchmarks(const rs_published *rows, size_t n, rs_json_writer *w)
{
    rs_json_field_array(w, "benchmarks");
    for (size_t i = 0; i < n; i++) {
        size_t before = 0, n_rows = 0;
        while (before < i && !rs_str_eq(rows[before].benchmark, rows[i].benchmark)) before++;
        if (before < i) continue; /* told already */
        for (size_t k = i; k < n; k++) n_rows += rs_str_eq(rows[k].benchmark, rows[i].benchmark);
        rs_json_blank(w, "\n");
        rs_json_begin_object(w);
        rs_json_field_str(w, "benchmark", rows[i].benchmark);
        rs_json_field_str(w, "dataset", rows[i].dataset);
        rs_json_field_i64(w, "rows", (int64_t)n_rows);
        rs_json_end_object(w);
    }
    rs_json_end_array(w);
}

static void put_row(const rs_published *row, rs_json_writer *w)
{
    rs_json_blank(w, "\n");
    rs_json_begin_object(w);
    rs_json_field_str(w, "benchmark", row->benchmark);
    rs_json_field_str(w, "metric", row->metric);
    rs_json_field_str(w, "score", row->score);
    if (row->has_value) rs_json_field_double(w, "value", row->value);
    rs_json_field_str(w, "model", row->model);
    rs_json_field_str(w, "trained_on", row->trained_on);
    rs_json_field_cstr(w, "trained_known", rs_published_known_name(row->trained_known));
    rs_json_field_array(w, "datasets");
    for (size_t i = 0; i < row->datasets.n; i++) rs_json_write_str(w, row->datasets.items[i]);
    rs_json_end_array(w);
    rs_json_field_str(w, "dataset", row->dataset);
    rs_json_field_str(w, "conditions", row->conditions);
    rs_json_field_str(w, "paper", row->paper);
    rs_json_field_str(w, "source", row->source);
    rs_json_field_cstr(w, "sure", rs_catalog_sureness_name(row->sure));
    rs_json_end_object(w);
}

/* The nearest benchmark or dataset that has rows, or ptr NULL. */
static rs_str suggest(const rs_published *rows, size_t n, rs_str word)
{
    rs_str best = {NULL, 0};
    size_t least = 4;
    for (size_t i = 0; i < n; i++) {
        const rs_str known[] = {rows[i].benchmark, rows[i].dataset, rows[i].catalogue_benchmark};
        for (size_t k = 0; k < 3; k++)
            if (known[k].len && rs_str_nearer(word, known[k], &least)) best = known[k];
    }
    return best;
}

static rsift_status nothing_of(const rs_published *rows, size_t n, rs_str word, rsift_error *err)
{
    char quoted[RS_QUOTE_SIZE], hint[RS_QUOTE_SIZE];
    const rs_str near = suggest(rows, n, word);
    return rs_err_set(err, RSIFT_E_ARG,
                      "no published score of a benchmark \"%s\" is known%s%s%s; `rsift evidence` "
                      "names those that have some",
                      rs_err_quote(quoted, word), near.ptr ? ": did you mean \"" : "",
                      near.ptr ? rs_err_quote(hint, near) : "", near.ptr ? "\"?" : "");
}

/* Benchmarks without a name, the rows of one with it. */
static rsift_status run(rs_call *call, rsift_answer *out, rsift_error *err)
{
    const rs_published *rows;
    size_t n, n_told = 0;
    const rs_str word = rs_call_str(call, "benchmark");
    const bool asked = rs_call_given(call, "benchmark");
    RS_TRY(rs_published_load(&call->arena, &rows, &n, err));
    for (size_t i = 0; i < n; i++) n_told += asked && rs_published_is_of(&rows[i], word);
    if (asked && n_told == 0) return nothing_of(rows, n, word, err);
    rs_buf b = {0};
    rs_json_writer w = rs_json_writer_to(&b);
    rs_json_begin_object(&w);
    rs_json_field_cstr(&w, "schema", "rsift.evidence/1");
    if (asked) {
        rs_json_field_str(&w, "asked", word);
        rs_json_field_array(&w, "rows");
        for (size_t i = 0; i < n; i++)
            if (rs_published_is_of(&rows[i], word)) put_row(&rows[i], &w);
        rs_json_end_array(&w);
    } else {
        put_benchmarks(rows, n, &w);
    }
    rs_json_end_object(&w);
    return rs_session_answer(&b, out, err);
}

static const rs_verb_param params[] = {
    {.name = "benchmark",
     .kind = RS_PARAM_TEXT,
     .argument = "BENCHMARK",
     .help = "a benchmark or the dataset that it is of; without one: which have scores"},
};
static const char *const examples[] = {"rsift evidence", "rsift evidence VRSBench-VQA",
                                       "rsift evidence dior-rsvg --json", NULL};

const rs_verb rs_verb_evidence = {
    .name = "evidence",
    .summary = "published scores, and what was trained on for them",
    .usage = "evidence [BENCHMARK]",
    .about = "Shows what models that others trained reach on a benchmark, on which data, by which "
             "metric and by whose word. Scores of different sources and conditions are not "
             "comparable: rows of one source are. docs/evidence.md says how they were collected "
             "and how well simple rules explain them.",
    .examples = examples,
    .answer = "`benchmarks[]{benchmark dataset rows}`; with BENCHMARK `asked rows[]{benchmark "
              "metric score value model trained_on trained_known{unknown some all none} "
              "datasets[] dataset conditions paper source sure{low medium high}}`; `value` is "
              "the score where it is a number, `datasets` are ids of the catalogue",
    .use = RS_USES_NOTHING,
    .params = params,
    .n_params = sizeof params / sizeof *params,
    .run = run};
