/* catalog/evidence.csv: RFC 4180, one header line, every row complete. */
#include "catalog/published.h"

#include "base/num.h"
#include "catalog/table.h"

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

typedef struct reading {
    rs_catalog_table table;
    rs_arena *arena;
    rs_published *rows;
    size_t n, cap;
} reading;

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

static rsift_status read_words(const reading *r, const rs_str *fields, rs_published *row,
                               rsift_error *err)
{
    const rs_catalog_table *t = &r->table;
    size_t known = 0, sure = 0;
    while (known < 4 && !rs_str_eq(fields[TRAINED_KNOWN], rs_str_of(known_words[known]))) known++;
    if (known == 4)
        return rs_catalog_table_wrong(t, TRAINED_KNOWN, fields[TRAINED_KNOWN],
                                      "unknown, some, all or none", err);
    row->trained_known = (rs_trained_known)known;
    while (sure <= RS_SURE_HIGH &&
           !rs_str_eq(fields[SURE], rs_str_of(rs_catalog_sureness_name((rs_sureness)sure))))
        sure++;
    if (sure > RS_SURE_HIGH)
        return rs_catalog_table_wrong(t, SURE, fields[SURE], "low, medium or high", err);
    row->sure = (rs_sureness)sure;
    row->has_value = fields[VALUE].len > 0;
    if (row->has_value && !rs_num_double(fields[VALUE], &row->value))
        return rs_catalog_table_wrong(t, VALUE, fields[VALUE], "a number or nothing", err);
    return RSIFT_OK;
}

static rsift_status add_row(void *state, const rs_str *fields, rsift_error *err)
{
    static const size_t required[] = {MODEL, TRAINED_ON, BENCHMARK, METRIC, SCORE, SOURCE};
    reading *r = state;
    for (size_t i = 0; i < sizeof required / sizeof *required; i++)
        if (fields[required[i]].len == 0)
            return rs_catalog_table_wrong(&r->table, required[i], fields[required[i]], "a text",
                                          err);
    if (!rs_arena_grow(r->arena, (void **)&r->rows, &r->cap, r->n + 1, sizeof *r->rows))
        return rs_err_nomem(err, "published scores");
    rs_published *row = &r->rows[r->n];
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
    RS_TRY(read_words(r, fields, row, err));
    RS_TRY(read_ids(r->arena, fields[DATASETS], &row->datasets, err));
    r->n++;
    return RSIFT_OK;
}

rsift_status rs_published_parse(rs_arena *arena, rs_str file, rs_str bytes,
                                const rs_published **rows, size_t *n, rsift_error *err)
{
    reading r = {
        .table = {.file = file, .columns = columns, .n_columns = N_COLUMNS, .add = add_row},
        .arena = arena};
    r.table.state = &r;
    RS_TRY(rs_catalog_table_read(&r.table, arena, bytes, err));
    *rows = r.rows;
    *n = r.n;
    return RSIFT_OK;
}

rsift_status rs_published_load(rs_arena *arena, const rs_published **rows, size_t *n,
                               rsift_error *err)
{
    return rs_published_parse(arena, rs_str_of(FILE_NAME), rs_catalog_table_bytes(FILE_NAME), rows,
                              n, err);
}

bool rs_published_is_of(const rs_published *row, rs_str word)
{
    return word.len &&
           (rs_str_eq_nocase(row->benchmark, word) || rs_str_eq_nocase(row->dataset, word) ||
            rs_str_eq_nocase(row->catalogue_benchmark, word));
}
