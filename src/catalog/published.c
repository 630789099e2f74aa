/* catalog/evidence.csv: RFC 4180, one header line, every row complete. */
#include "catalog/published.h"

#include "base/embedded.h"
#include "base/num.h"
#include "codec/csv.h"

#include <inttypes.h>

static const char FILE_NAME[] = "catalog/evidence.csv";

enum {
    MODEL,
    PAPER,
    TRAINED_ON,
    TRAINED_KNOWN,
    DATASETS,
    BENCHMARK,
    DATASET,
    CATALOGUE_BENCHMARK,
    METRIC,
    SCORE,
    VALUE,
    CONDITIONS,
    SOURCE,
    SURE,
    N_COLUMNS
};
static const char *const columns[N_COLUMNS] = {
    "model",    "paper",     "trained_on", "trained_known",
    "datasets", "benchmark", "dataset",    "catalogue_benchmark",
    "metric",   "score",     "value",      "conditions",
    "source",   "sure"};
static const char *const known_words[] = {"unknown", "some", "all", "none"};

const char *rs_published_known_name(rs_trained_known v)
{
    return known_words[v];
}

typedef struct table {
    rs_arena *arena;
    rs_published *rows;
    size_t n, cap;
} table;

static rsift_status wrong_field(rs_str field, int column, const char *expected, rsift_error *err)
{
    char quoted[RS_QUOTE_SIZE];
    return rs_err_set(err, RSIFT_E_FORMAT, "%s: expected %s, found \"%s\"", columns[column],
                      expected, rs_err_quote(quoted, field));
}

/* The ids of a field that are separated by blanks. */
static rsift_status read_ids(rs_arena *arena, rs_str field, rs_texts *out, rsift_error *err)
{
    size_t n = 0;
    rs_str *ids = rs_arena_calloc(arena, field.len / 2 + 2, sizeof *ids), rest = field, piece;
    if (!ids) return rs_err_nomem(err, "published scores");
    while (rs_str_split(&rest, ' ', &piece))
        if (piece.len) ids[n++] = piece;
    *out = (rs_texts){ids, n};
    return RSIFT_OK;
}

static rsift_status read_words(const rs_str *fields, rs_published *row, rsift_error *err)
{
    size_t known = 0, sure = 0;
    while (known < 4 && !rs_str_eq(fields[TRAINED_KNOWN], rs_str_of(known_words[known]))) known++;
    if (known == 4)
        return wrong_field(fields[TRAINED_KNOWN], TRAINED_KNOWN, "unknown, some, all or none", err);
    row->trained_known = (rs_trained_known)known;
    while (sure <= RS_SURE_HIGH &&
           !rs_str_eq(fields[SURE], rs_str_of(rs_catalog_sureness_name((rs_sureness)sure))))
        sure++;
    if (sure > RS_SURE_HIGH) return wrong_field(fields[SURE], SURE, "low, medium or high", err);
    row->sure = (rs_sureness)sure;
    row->has_value = fields[VALUE].len > 0;
    if (row->has_value && !rs_num_double(fields[VALUE], &row->value))
        return wrong_field(fields[VALUE], VALUE, "a number or nothing", err);
    return RSIFT_OK;
}

static rsift_status add_row(table *t, const rs_str *fields, size_t n_fields, rsift_error *err)
{
    static const int required[] = {MODEL, TRAINED_ON, BENCHMARK, METRIC, SCORE, SOURCE};
    if (n_fields != N_COLUMNS)
        return rs_err_set(err, RSIFT_E_FORMAT, "expected %d fields, found %zu", N_COLUMNS,
                          n_fields);
    for (size_t i = 0; i < sizeof required / sizeof *required; i++)
        if (fields[required[i]].len == 0)
            return wrong_field(fields[required[i]], required[i], "a text", err);
    if (!rs_arena_grow(t->arena, (void **)&t->rows, &t->cap, t->n + 1, sizeof *t->rows))
        return rs_err_nomem(err, "published scores");
    rs_published *row = &t->rows[t->n];
    *row = (rs_published){.model = fields[MODEL],
                          .paper = fields[PAPER],
                          .trained_on = fields[TRAINED_ON],
                          .benchmark = fields[BENCHMARK],
                          .dataset = fields[DATASET],
                          .catalogue_benchmark = fields[CATALOGUE_BENCHMARK],
                          .metric = fields[METRIC],
                          .score = fields[SCORE],
                          .conditions = fields[CONDITIONS],
                          .source = fields[SOURCE]};
    RS_TRY(read_words(fields, row, err));
    RS_TRY(read_ids(t->arena, fields[DATASETS], &row->datasets, err));
    t->n++;
    return RSIFT_OK;
}

static rsift_status check_header(const rs_str *fields, size_t n_fields, rsift_error *err)
{
    for (size_t i = 0; i < N_COLUMNS; i++)
        if (i >= n_fields || !rs_str_eq(fields[i], rs_str_of(columns[i])))
            return rs_err_set(err, RSIFT_E_FORMAT, "expected \"%s\" as column %zu", columns[i],
                              i + 1);
    return RSIFT_OK;
}

static rsift_status read_rows(table *t, rs_csv *csv, rsift_error *err)
{
    rs_str *fields;
    size_t n_fields;
    int64_t offset;
    bool header = true;
    rsift_status status;
    while ((status = rs_csv_next(csv, t->arena, &fields, &n_fields, &offset, err)) == RSIFT_OK) {
        status = header ? check_header(fields, n_fields, err) : add_row(t, fields, n_fields, err);
        if (status != RSIFT_OK) return rs_err_within(err, status, "line %" PRId64, csv->line);
        header = false;
    }
    if (status == RSIFT_END && header)
        return rs_err_set(err, RSIFT_E_FORMAT, "expected a header line, found nothing");
    return status == RSIFT_END ? RSIFT_OK : status;
}

rsift_status rs_published_parse(rs_arena *arena, rs_str file, rs_str bytes,
                                const rs_published **rows, size_t *n, rsift_error *err)
{
    table t = {.arena = arena};
    rs_text_source text = {.rest = bytes};
    rs_csv csv = {.source = rs_byte_source_of_text(&text)};
    rsift_status status = read_rows(&t, &csv, err);
    rs_csv_fini(&csv);
    if (status != RSIFT_OK) return rs_err_within(err, status, "%.*s", RS_STR_ARG(file));
    *rows = t.rows;
    *n = t.n;
    return RSIFT_OK;
}

rsift_status rs_published_load(rs_arena *arena, const rs_published **rows, size_t *n,
                               rsift_error *err)
{
    const rs_embedded *file = rs_embedded_find(FILE_NAME);
    RS_ASSERT(file);
    return rs_published_parse(arena, rs_str_of(FILE_NAME),
                              rs_str_make((const char *)file->data, file->len), rows, n, err);
}

bool rs_published_is_of(const rs_published *row, rs_str word)
{
    return word.len &&
           (rs_str_eq_nocase(row->benchmark, word) || rs_str_eq_nocase(row->dataset, word) ||
            rs_str_eq_nocase(row->catalogue_benchmark, word));
}
