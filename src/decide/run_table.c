/* runs.csv as matrices, and what of it is of no use; see run_table.h. */
#include "decide/run_table.h"

#include "base/alloc.h"
#include "base/buf.h"
#include "base/num.h"
#include "base/utf8.h"
#include "codec/csv.h"
#include "io/single.h"

#include <inttypes.h>
#include <math.h>

enum { MOST_ROWS = 2000000, MOST_NAME = 200, MOST_COLUMNS = 4096 };

/* The columns of the header. */
typedef struct run_columns {
    bool wide;
    size_t n, mixture, source, count, benchmark, score; /* RS_NPOS = none */
    uint32_t *number;                                   /* wide: of the source or benchmark */
    enum { RUN_OTHER, RUN_COUNT, RUN_SCORE } * kind;    /* wide */
} run_columns;

/* ---- findings -------------------------------------------------------------------------------- */

static rsift_status RS_PRINTF(5, 6) add_finding(rs_run_table *t, rsift_error *err, const char *code,
                                                int64_t line, const char *fmt, ...)
{
    char text[400];
    va_list args;
    t->n_findings++;
    if (t->n_shown == RS_RUNS_SHOWN_FINDINGS) return RSIFT_OK;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    if (!rs_arena_grow(&t->arena, (void **)&t->findings, &t->cap_findings, t->n_shown + 1,
                       sizeof *t->findings))
        return rs_err_nomem(err, "the findings");
    const rs_str kept = rs_arena_str(&t->arena, rs_str_of(text));
    if (!kept.ptr) return rs_err_nomem(err, "the findings");
    t->findings[t->n_shown++] = (rs_run_finding){code, line, kept};
    return RSIFT_OK;
}

/* ---- header ---------------------------------------------------------------------------------- */

static rsift_status number_name(rs_strmap *map, rs_str name, size_t most, const char *what,
                                uint32_t *out, rsift_error *err)
{
    if (name.len > MOST_NAME)
        return rs_err_set(err, RSIFT_E_LIMIT, "the name of a %s has %zu bytes, at most %d", what,
                          name.len, MOST_NAME);
    const size_t at = rs_strmap_put(map, name, NULL);
    if (at == RS_NPOS) return rs_err_nomem(err, "a table of runs");
    if (at >= most) return rs_err_set(err, RSIFT_E_LIMIT, "more than %zu %ss", most, what);
    *out = (uint32_t)at;
    return RSIFT_OK;
}

/* "count:SOURCE" and "score:BENCHMARK" of the wide form. */
static rsift_status name_wide_column(rs_run_table *t, run_columns *c, size_t i, rs_str field,
                                     rsift_error *err)
{
    const rs_str count = RS_STR("count:"), score = RS_STR("score:");
    const rs_str name = rs_str_trim(rs_str_sub(field, count.len, field.len));
    const bool counts = rs_str_starts(field, count);
    if (!counts && !rs_str_starts(field, score)) return RSIFT_OK;
    rs_strmap *map = counts ? &t->sources : &t->benchmarks;
    const size_t known = map->n;
    c->wide = true;
    c->kind[i] = counts ? RUN_COUNT : RUN_SCORE;
    RS_TRY(number_name(map, name, counts ? RS_RUNS_MOST_SOURCES : RS_RUNS_MOST_BENCHMARKS,
                       counts ? "source" : "benchmark", &c->number[i], err));
    if (map->n == known)
        return rs_err_set(err, RSIFT_E_FORMAT, "two columns \"%.*s\"", RS_STR_ARG(field));
    return RSIFT_OK;
}

static rsift_status read_header(rs_run_table *t, run_columns *c, const rs_str *fields, size_t n,
                                rsift_error *err)
{
    *c = (run_columns){.n = n,
                       .mixture = RS_NPOS,
                       .source = RS_NPOS,
                       .count = RS_NPOS,
                       .benchmark = RS_NPOS,
                       .score = RS_NPOS};
    if (n > MOST_COLUMNS)
        return rs_err_set(err, RSIFT_E_LIMIT, "more than %d columns", MOST_COLUMNS);
    c->number = rs_arena_calloc(&t->arena, n + 1, sizeof *c->number);
    c->kind = rs_arena_calloc(&t->arena, n + 1, sizeof *c->kind);
    if (!c->number || !c->kind) return rs_err_nomem(err, "a table of runs");
    const struct {
        rs_str name;
        size_t *at;
    } named[] = {{RS_STR("mixture"), &c->mixture},
                 {RS_STR("source"), &c->source},
                 {RS_STR("count"), &c->count},
                 {RS_STR("benchmark"), &c->benchmark},
                 {RS_STR("score"), &c->score}};
    for (size_t i = 0; i < n; i++) {
        const rs_str field = rs_str_trim(fields[i]);
        for (size_t k = 0; k < sizeof named / sizeof *named; k++)
            if (rs_str_eq_nocase(field, named[k].name) && *named[k].at == RS_NPOS) *named[k].at = i;
        RS_TRY(name_wide_column(t, c, i, field, err));
    }
    const bool is_long = c->source != RS_NPOS && c->count != RS_NPOS && c->benchmark != RS_NPOS &&
                         c->score != RS_NPOS;
    if (c->mixture == RS_NPOS || (!c->wide && !is_long) || (c->wide && is_long))
        return rs_err_set(
            err, RSIFT_E_FORMAT,
            "expected the columns mixture,source,count,benchmark,score, or mixture "
            "with count:SOURCE and score:BENCHMARK for each (docs/measured-advice.md)");
    return RSIFT_OK;
}

/* ---- cells ----------------------------------------------------------------------------------- */

/* The cell of a mixture and a column, made when it is new. */
static rs_run_cell *cell_at(rs_run_cell **cells, size_t *cap, uint32_t mixture, size_t width,
                            uint32_t column)
{
    const size_t at = (size_t)mixture * width + column, before = *cap;
    if (!RS_VEC_RESERVE(*cells, *cap, at + 1)) return NULL;
    if (*cap > before) memset(&(*cells)[before], 0, (*cap - before) * sizeof **cells);
    return &(*cells)[at];
}

/* One number that is stated. What it says twice in one way is said once; twice in two ways is of no
 * use. */
static rsift_status put_cell(rs_run_table *t, bool count, uint32_t mixture, uint32_t column,
                             rs_str text, int64_t line, rsift_error *err)
{
    rs_run_cell *cell =
        count ? cell_at(&t->count_cells, &t->cap_counts, mixture, RS_RUNS_MOST_SOURCES, column)
              : cell_at(&t->score_cells, &t->cap_scores, mixture, RS_RUNS_MOST_BENCHMARKS, column);
    char quoted[RS_QUOTE_SIZE];
    double value;
    if (!cell) return rs_err_nomem(err, "a table of runs");
    const bool fine = rs_num_double(text, &value) && fabs(value) <= 1e15 && (!count || value >= 0);
    if (!fine) {
        cell->bad = true;
        cell->line = line;
        return add_finding(
            t, err, count ? "count-bad" : "score-bad", line, "expected %s, found \"%s\"",
            count ? "a number of samples" : "a finite number", rs_err_quote(quoted, text));
    }
    if (cell->line && !cell->bad && cell->value != value) {
        cell->bad = true;
        return add_finding(t, err, count ? "count-conflict" : "score-conflict", line,
                           "another number than in line %" PRId64 " for the same %s", cell->line,
                           count ? "mixture and source" : "mixture and benchmark");
    }
    if (!cell->line) *cell = (rs_run_cell){.value = value, .line = line};
    return RSIFT_OK;
}

/* ---- rows ------------------------------------------------------------------------------------ */

static rs_str field_at(const rs_str *fields, size_t n, size_t at)
{
    return at < n ? rs_str_trim(fields[at]) : RS_STR("");
}

static rsift_status read_long(rs_run_table *t, const run_columns *c, const rs_str *fields,
                              uint32_t mixture, int64_t line, rsift_error *err)
{
    const rs_str source = field_at(fields, c->n, c->source),
                 count = field_at(fields, c->n, c->count),
                 mark = field_at(fields, c->n, c->benchmark),
                 score = field_at(fields, c->n, c->score);
    uint32_t at;
    if (!source.len && !mark.len)
        return add_finding(t, err, "row-empty", line, "names neither a source nor a benchmark");
    if (source.len) {
        RS_TRY(number_name(&t->sources, source, RS_RUNS_MOST_SOURCES, "source", &at, err));
        if (count.len) RS_TRY(put_cell(t, true, mixture, at, count, line, err));
    }
    if (mark.len) {
        RS_TRY(number_name(&t->benchmarks, mark, RS_RUNS_MOST_BENCHMARKS, "benchmark", &at, err));
        if (score.len) RS_TRY(put_cell(t, false, mixture, at, score, line, err));
    }
    if ((count.len && !source.len) || (score.len && !mark.len))
        return add_finding(t, err, "row-unnamed", line, "a number without its source or benchmark");
    return RSIFT_OK;
}

static rsift_status read_wide(rs_run_table *t, const run_columns *c, const rs_str *fields,
                              uint32_t mixture, int64_t line, rsift_error *err)
{
    for (size_t i = 0; i < c->n; i++) {
        const rs_str text = rs_str_trim(fields[i]);
        if (c->kind[i] == RUN_OTHER || !text.len) continue;
        RS_TRY(put_cell(t, c->kind[i] == RUN_COUNT, mixture, c->number[i], text, line, err));
    }
    return RSIFT_OK;
}

static rsift_status read_row(rs_run_table *t, const run_columns *c, rs_str row,
                             const rs_str *fields, size_t n, int64_t line, rsift_error *err)
{
    uint32_t mixture;
    bool made;
    if (rs_idmap_put(&t->rows, rs_hash128(row.ptr, row.len), &made) == RS_NPOS)
        return rs_err_nomem(err, "a row");
    if (t->rows.n > MOST_ROWS)
        return rs_err_set(err, RSIFT_E_LIMIT, "more than %d rows", MOST_ROWS);
    if (!made) return add_finding(t, err, "row-repeated", line, "stands there already");
    if (rs_utf8_valid(row) != row.len) return add_finding(t, err, "row-bad", line, "is not UTF-8");
    if (n != c->n)
        return add_finding(t, err, "row-bad", line,
                           "expected %zu cells as in the header, found %zu", c->n, n);
    const rs_str name = field_at(fields, n, c->mixture);
    if (!name.len) return add_finding(t, err, "row-unnamed", line, "names no mixture");
    RS_TRY(number_name(&t->mixtures, name, RS_RUNS_MOST, "mixture", &mixture, err));
    if (!RS_VEC_RESERVE(t->first_line, t->cap_lines, t->mixtures.n))
        return rs_err_nomem(err, "a table of runs");
    if (mixture + 1 == t->mixtures.n) t->first_line[mixture] = line;
    return c->wide ? read_wide(t, c, fields, mixture, line, err)
                   : read_long(t, c, fields, mixture, line, err);
}

static rsift_status read_rows(rs_run_table *t, rs_csv *csv, rsift_error *err)
{
    run_columns columns;
    rs_arena scratch = {0};
    rs_str row, *fields;
    size_t n;
    int64_t offset;
    bool header = true;
    rsift_status status;
    while ((status = rs_csv_row(csv, &row, &offset, err)) == RSIFT_OK) {
        status = rs_csv_cut(row, ',', &scratch, &fields, &n, err);
        if (status == RSIFT_OK)
            status = header ? read_header(t, &columns, fields, n, err)
                            : read_row(t, &columns, row, fields, n, csv->line, err);
        if (status != RSIFT_OK) {
            status = rs_err_within(err, status, "line %" PRId64, csv->line);
            break;
        }
        header = false;
        rs_arena_reset(&scratch);
    }
    rs_arena_fini(&scratch);
    if (status == RSIFT_END && header)
        return rs_err_set(err, RSIFT_E_FORMAT, "an empty file; `rsift mixtures -o DIR` makes one");
    return status == RSIFT_END ? RSIFT_OK : status;
}

/* ---- matrices -------------------------------------------------------------------------------- */

/* Are the counts of a mixture all known, and not all 0? What is missing is told. */
static rsift_status check_counts(rs_run_table *t, uint32_t mixture, bool *good, rsift_error *err)
{
    char quoted[RS_QUOTE_SIZE];
    double sum = 0;
    *good = false;
    rs_err_quote(quoted, t->mixtures.keys[mixture]);
    for (uint32_t s = 0; s < t->sources.n; s++) {
        const rs_run_cell *cell =
            cell_at(&t->count_cells, &t->cap_counts, mixture, RS_RUNS_MOST_SOURCES, s);
        if (!cell) return rs_err_nomem(err, "a table of runs");
        if (cell->bad) return RSIFT_OK; /* told already */
        if (!cell->line)
            return add_finding(t, err, "count-missing", t->first_line[mixture],
                               "\"%s\" has no count of %.*s: write 0 where it has none", quoted,
                               RS_STR_ARG(t->sources.keys[s]));
        sum += cell->value;
    }
    *good = sum > 0;
    if (*good) return RSIFT_OK;
    return add_finding(t, err, "count-none", t->first_line[mixture], "\"%s\" has no samples",
                       quoted);
}

/* The mixture's row of the matrices, if it is of use. */
static rsift_status take_run(rs_run_table *t, uint32_t mixture, rsift_error *err)
{
    const size_t n = t->sources.n, marks = t->benchmarks.n;
    bool good, stated = false, usable = false;
    double *scores = &t->scores[t->n_runs * marks];
    for (uint32_t b = 0; b < marks; b++) {
        const rs_run_cell *cell =
            cell_at(&t->score_cells, &t->cap_scores, mixture, RS_RUNS_MOST_BENCHMARKS, b);
        if (!cell) return rs_err_nomem(err, "a table of runs");
        scores[b] = cell->line && !cell->bad ? cell->value : NAN;
        stated = stated || cell->line;
        usable = usable || !isnan(scores[b]);
    }
    t->n_not_run += !stated;
    RS_TRY(check_counts(t, mixture, &good, err));
    if (!good || !usable) return RSIFT_OK;
    for (uint32_t s = 0; s < n; s++)
        t->counts[t->n_runs * n + s] =
            t->count_cells[(size_t)mixture * RS_RUNS_MOST_SOURCES + s].value;
    t->run[t->n_runs++] = mixture;
    return RSIFT_OK;
}

static rsift_status make_matrices(rs_run_table *t, rsift_error *err)
{
    const size_t n = t->mixtures.n;
    t->counts = rs_arena_calloc(&t->arena, n * t->sources.n + 1, sizeof *t->counts);
    t->scores = rs_arena_calloc(&t->arena, n * t->benchmarks.n + 1, sizeof *t->scores);
    t->run = rs_arena_calloc(&t->arena, n + 1, sizeof *t->run);
    if (!t->counts || !t->scores || !t->run) return rs_err_nomem(err, "a table of runs");
    for (uint32_t m = 0; m < n; m++) RS_TRY(take_run(t, m, err));
    return RSIFT_OK;
}

rsift_status rs_run_table_read(rs_str path, const rsift_limits *limits, rs_run_table *out,
                               rsift_error *err)
{
    rs_io_single file;
    *out = (rs_run_table){0};
    rsift_status status = rs_io_single_open(path, limits, &file, err);
    if (status == RSIFT_OK) {
        rs_csv csv = {.source = rs_io_source(file.stream), .max_row = (uint64_t)1 << 20};
        status = read_rows(out, &csv, err);
        rs_csv_fini(&csv);
    }
    rs_io_single_close(&file);
    if (status == RSIFT_OK) status = make_matrices(out, err);
    return status == RSIFT_OK ? status : rs_err_within(err, status, "%.*s", RS_STR_ARG(path));
}

void rs_run_table_fini(rs_run_table *t)
{
    rs_free(t->count_cells);
    rs_free(t->score_cells);
    rs_free(t->first_line);
    rs_strmap_fini(&t->mixtures);
    rs_strmap_fini(&t->sources);
    rs_strmap_fini(&t->benchmarks);
    rs_idmap_fini(&t->rows);
    rs_arena_fini(&t->arena);
    *t = (rs_run_table){0};
}
