/* Brought numbers against samples: what is asked for, the values, gates and weights; brought.h. */
#include "decide/brought.h"

#include "base/alloc.h"
#include "base/map.h"
#include "base/num.h"
#include "choose/brought.h"
#include "decide/ask.h"
#include "decide/brought_file.h"
#include "store/lock.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

enum { most_asked = 16, most_used = 64 };

/* What a name is made of. */
typedef enum made_of { OF_COLUMN, OF_LOSSES, OF_VOTES, OF_CLUSTERS, OF_LEVERAGE } made_of;

static const struct {
    const char *name;
    made_of of;
    rs_brought_shape shape;
    const char *columns[4]; /* that the file must have; a prefix ends in '_' */
} adapters[] = {
    {"loss-ratio", OF_LOSSES, RS_BROUGHT_MIDDLE, {"loss", "loss_blind"}},
    {"votes", OF_VOTES, RS_BROUGHT_HIGH, {"influence_"}},
    {"votes", OF_VOTES, RS_BROUGHT_HIGH, {"votes_"}},
    {"coincide", OF_CLUSTERS, RS_BROUGHT_AS_IS, {"cluster", "transferability", "density"}},
    {"leverage", OF_LEVERAGE, RS_BROUGHT_AS_IS, {"leverage"}},
};

typedef enum gate_op { AT_LEAST, AT_MOST, ABOVE, BELOW } gate_op;

/* One gate or weight, what it uses, and what came of it. */
typedef struct asked_signal {
    rs_str text, name;
    made_of of;
    bool counts_votes; /* of influence_*: a vote is a top number; of votes_*: a number above 0 */
    rs_brought_shape shape; /* of a weight */
    gate_op op;
    double bound;
    uint8_t uses[most_used]; /* columns, as numbers in brought.used */
    size_t n_uses;
    double *numbers; /* [n] of samples, NaN = unknown */
    int64_t n_known, n_failed, n_missing;
} asked_signal;

struct rs_brought {
    const rs_brought_job *job;
    rs_brought_file file;
    size_t n;
    asked_signal gates[most_asked], weights[most_asked];
    size_t n_gates, n_weights;
    size_t used[most_used]; /* columns of the file that are read: c0, c1, .. of brought_row */
    size_t n_used;
    double *values; /* [n_used][n] */
    bool *passes;   /* [n] */
    double *weight; /* [n] */
    /* rows and samples */
    int64_t n_unknown, n_ambiguous, n_repeated, n_contradicting, n_with_row, n_left_out;
};

/* ---- names ----------------------------------------------------------------------------------- */

/* Uses a column for the signal; a column that several use is read once. */
static rsift_status use_column(rs_brought *b, asked_signal *s, size_t column, rsift_error *err)
{
    size_t u = 0;
    while (u < b->n_used && b->used[u] != column) u++;
    if (u == most_used)
        return rs_err_set(err, RSIFT_E_LIMIT, "gates and weights use more than %d columns",
                          most_used);
    if (u == b->n_used) b->used[b->n_used++] = column;
    s->uses[s->n_uses++] = (uint8_t)u;
    return RSIFT_OK;
}

/* All columns that an adapter wants; *found is false when the file lacks one. */
static rsift_status use_columns(rs_brought *b, asked_signal *s, const char *const *names,
                                bool *found, rsift_error *err)
{
    *found = true;
    for (; *names && *found; names++) {
        const rs_str name = rs_str_of(*names);
        if (!rs_str_ends(name, RS_STR("_"))) {
            const size_t c = rs_brought_find(&b->file, name);
            if (c != RS_NPOS) RS_TRY(use_column(b, s, c, err));
            *found = c != RS_NPOS;
            continue;
        }
        for (size_t c = 0; c < b->file.n_columns; c++)
            if (rs_str_starts(b->file.columns[c].name, name)) RS_TRY(use_column(b, s, c, err));
        *found = s->n_uses > 0;
    }
    return RSIFT_OK;
}

static rsift_status unknown_name(const rs_brought *b, rs_str name, rsift_error *err)
{
    char quoted[RS_QUOTE_SIZE];
    rs_buf names = {0};
    for (size_t c = 0, n = 0; c < b->file.n_columns && n < 8; c++)
        if (c != b->file.id && c != b->file.dataset && !b->file.columns[c].is_text)
            rs_buf_printf(
                &names, "%s%.*s", n++ ? ", " : "",
                (int)(b->file.columns[c].name.len > 24 ? 24 : b->file.columns[c].name.len),
                b->file.columns[c].name.ptr);
    for (size_t k = 0; k < sizeof adapters / sizeof *adapters; k++)
        if (rs_str_eq(name, rs_str_of(adapters[k].name))) {
            const char *const *of = adapters[k].columns;
            rs_buf_fini(&names);
            return rs_err_set(err, RSIFT_E_ARG,
                              "\"%s\" is made of the columns %s%s%s%s%s%s, which the file lacks",
                              adapters[k].name, of[0], adapters[k].of == OF_VOTES ? "*" : "",
                              of[1] ? ", " : "", of[1] ? of[1] : "", of[1] && of[2] ? ", " : "",
                              of[1] && of[2] ? of[2] : "");
        }
    const rsift_status status =
        rs_err_set(err, RSIFT_E_ARG, "the file has no column \"%s\"; it has %.*s",
                   rs_err_quote(quoted, name), RS_STR_ARG(rs_buf_view(&names)));
    rs_buf_fini(&names);
    return status;
}

/* What the name of a gate or weight stands for. */
static rsift_status find_name(rs_brought *b, asked_signal *s, bool as_weight, rsift_error *err)
{
    const size_t column = rs_brought_find(&b->file, s->name);
    const bool is_adapted = as_weight && rs_str_eq(s->name, RS_STR("leverage"));
    if (column != RS_NPOS && !is_adapted && column != b->file.id && column != b->file.dataset) {
        s->of = OF_COLUMN;
        return use_column(b, s, column, err);
    }
    for (size_t k = 0; k < sizeof adapters / sizeof *adapters; k++) {
        bool found;
        if (!rs_str_eq(s->name, rs_str_of(adapters[k].name))) continue;
        RS_TRY(use_columns(b, s, adapters[k].columns, &found, err));
        if (!found) continue;
        s->of = adapters[k].of;
        s->shape = adapters[k].shape;
        s->counts_votes = rs_str_eq(rs_str_of(adapters[k].columns[0]), RS_STR("influence_"));
        return RSIFT_OK;
    }
    return unknown_name(b, s->name, err);
}

/* ---- gates and weights as typed -------------------------------------------------------------- */

static rsift_status read_gate(rs_brought *b, rs_str text, rsift_error *err)
{
    static const struct {
        const char *sign;
        gate_op op;
    } signs[] = {{">=", AT_LEAST}, {"<=", AT_MOST}, {">", ABOVE}, {"<", BELOW}};
    char quoted[RS_QUOTE_SIZE];
    asked_signal *s = &b->gates[b->n_gates];
    *s = (asked_signal){.text = rs_str_trim(text)};
    for (size_t k = 0; k < 4; k++) {
        const size_t at = rs_str_find(text, rs_str_of(signs[k].sign));
        if (at == RS_NPOS) continue;
        s->op = signs[k].op;
        s->name = rs_str_trim(rs_str_sub(text, 0, at));
        if (!s->name.len ||
            !rs_num_double(rs_str_trim(rs_str_sub(text, at + (k < 2 ? 2 : 1), text.len)),
                           &s->bound))
            break;
        b->n_gates++;
        return find_name(b, s, false, err);
    }
    return rs_err_set(err, RSIFT_E_ARG,
                      "expected a gate like clip>=0.2 (>=, <=, > or <), found \"%s\"",
                      rs_err_quote(quoted, text));
}

static rsift_status read_weight(rs_brought *b, rs_str text, rsift_error *err)
{
    static const char *const shapes[] = {":high", ":low", ":middle"};
    asked_signal *s = &b->weights[b->n_weights++];
    *s = (asked_signal){.text = rs_str_trim(text), .name = rs_str_trim(text)};
    int shape = -1;
    for (int k = 0; k < 3; k++)
        if (rs_str_ends(s->name, rs_str_of(shapes[k]))) shape = k;
    if (shape >= 0) s->name = rs_str_sub(s->name, 0, s->name.len - rs_str_of(shapes[shape]).len);
    RS_TRY(find_name(b, s, true, err));
    if (shape >= 0) s->shape = (rs_brought_shape)shape;
    return RSIFT_OK;
}

static rsift_status read_asked(rs_brought *b, rsift_error *err)
{
    const rs_brought_job *job = b->job;
    if (job->gates.n > most_asked || job->weights.n > most_asked)
        return rs_err_set(err, RSIFT_E_LIMIT, "expected at most %d gates and as many weights",
                          most_asked);
    for (size_t i = 0; i < job->gates.n; i++)
        RS_TRY(rs_err_within(err, read_gate(b, job->gates.items[i], err), "--gate"));
    for (size_t i = 0; i < job->weights.n; i++)
        RS_TRY(rs_err_within(err, read_weight(b, job->weights.items[i], err), "--weight"));
    if (job->gates.n + job->weights.n == 0)
        return rs_err_set(err, RSIFT_E_ARG,
                          "nothing is asked of the signals: give --gate or --weight, too");
    return RSIFT_OK;
}

/* ---- values ---------------------------------------------------------------------------------- */

/* The rows of one sample as they come; of two that say different things neither is known. */
typedef struct sample_rows {
    rs_id id;
    bool any, contradicts;
    double values[most_used];
} sample_rows;

static void end_rows(rs_brought *b, const rs_idmap *numbers, const sample_rows *rows)
{
    const size_t at = rows->any ? rs_idmap_get(numbers, rows->id) : RS_NPOS;
    b->n_contradicting += rows->any && rows->contradicts;
    if (at == RS_NPOS || rows->contradicts) return;
    b->n_with_row++;
    for (size_t u = 0; u < b->n_used; u++) b->values[u * b->n + at] = rows->values[u];
}

static void take_row(rs_brought *b, const rs_idmap *numbers, sample_rows *rows, rs_result *result)
{
    const rs_id id = rs_result_id(result, 0);
    const bool again = rows->any && rs_id_eq(id, rows->id);
    bool same = true;
    if (!again) {
        end_rows(b, numbers, rows);
        *rows = (sample_rows){.any = true, .id = id};
    }
    for (size_t u = 0; u < b->n_used; u++) {
        const double v =
            rs_result_null(result, 1 + u) ? (double)NAN : rs_result_double(result, 1 + u);
        /* bit for bit the same, or both unknown */
        if (again) same = same && (v == rows->values[u] || (isnan(v) && isnan(rows->values[u])));
        else rows->values[u] = v;
    }
    b->n_repeated += again && same;
    rows->contradicts = rows->contradicts || !same;
}

static rsift_status read_values(rs_brought *b, const rs_id *ids, rsift_error *err)
{
    rs_idmap numbers = {0};
    rs_buf sql = {0};
    rs_result *result;
    sample_rows rows = {0};
    bool ok = true;
    for (size_t i = 0; ok && i < b->n; i++) ok = rs_idmap_put(&numbers, ids[i], NULL) != RS_NPOS;
    rs_buf_cstr(&sql, "SELECT m.sample_id");
    for (size_t u = 0; u < b->n_used; u++) rs_buf_printf(&sql, ", b.c%zu", u);
    rs_buf_cstr(&sql, " FROM brought_match m JOIN brought_row b ON b.i = m.i ORDER BY "
                      "m.sample_id, m.i");
    rsift_status status =
        ok && !sql.failed ? rs_store_query(b->job->store, rs_buf_view(&sql), NULL, 0, &result, err)
                          : rs_err_nomem(err, "the signals");
    if (status == RSIFT_OK) {
        while ((status = rs_result_next(result, err)) == RSIFT_OK)
            take_row(b, &numbers, &rows, result);
        if (status == RSIFT_END) status = RSIFT_OK;
        end_rows(b, &numbers, &rows);
        rs_result_close(result);
    }
    rs_idmap_fini(&numbers);
    rs_buf_fini(&sql);
    return status;
}

/* Which samples the rows are of: table brought_match. */
static rsift_status match_rows(rs_brought *b, rsift_error *err)
{
    rs_store *store = b->job->store;
    rs_result *counts;
    const rs_str none = RS_STR("");
    if (b->file.by == RS_BROUGHT_BY_PICTURE) {
        RS_TRY(rs_decide_run_section(store, "brought", "picture", none, err));
        RS_TRY(rs_decide_run_section(store, "embedding", "known", none, err));
        RS_TRY(rs_decide_run_section(store, "brought", "pictured", none, err));
    } else {
        const bool by_sample = b->file.by == RS_BROUGHT_BY_SAMPLE;
        RS_TRY(
            rs_decide_run_section(store, "brought", by_sample ? "sample" : "original", none, err));
    }
    RS_TRY(rs_decide_ask(store, "brought", "counts", none, &counts, err));
    rsift_status status = rs_result_next(counts, err);
    if (status == RSIFT_OK) {
        /* wrong rows of a CSV never reach the table */
        b->n_unknown = rs_result_i64(counts, 0);
        if (b->file.by == RS_BROUGHT_BY_ORIGINAL) b->n_ambiguous = rs_result_i64(counts, 1);
    }
    rs_result_close(counts);
    if (status == RSIFT_OK && b->n_ambiguous)
        status = rs_decide_run_section(store, "brought", "single", none, err);
    return status;
}

static rsift_status load(rs_brought *b, const rs_id *ids, rsift_error *err)
{
    rs_lock lock;
    rs_path dir, tmp;
    RS_TRY(rs_path_set(&dir, err, "%.*s", RS_STR_ARG(rs_store_dir(b->job->store))));
    RS_TRY(rs_lock_own_tmp(&lock, dir.text, &tmp, err));
    rsift_status status = rs_brought_load(&b->file, b->job->store, b->job->limits, b->used,
                                          b->n_used, rs_str_of(tmp.text), err);
    if (status == RSIFT_OK) status = match_rows(b, err);
    if (status == RSIFT_OK) status = read_values(b, ids, err);
    (void)rs_store_remove_tree(tmp.text, NULL);
    rs_lock_drop(&lock, true);
    if (status != RSIFT_OK) return status;
    if (b->n_with_row) return RSIFT_OK;
    return rs_err_set(
        err, RSIFT_E_ARG,
        "none of its %" PRId64 " rows is of a sample that can be chosen: %" PRId64
        " of unknown ids, %" PRId64 " of another length than the header, %" PRId64
        " of an id that several samples have; `rsift query \"SELECT sample_id, dataset, "
        "original_id FROM sample\"` shows them",
        b->file.n_rows, b->n_unknown, b->file.n_wrong_length, b->n_ambiguous);
}

/* ---- numbers of a name ----------------------------------------------------------------------- */

static const double *column_of(const rs_brought *b, const asked_signal *s, size_t k)
{
    return &b->values[s->uses[k] * b->n];
}

static rsift_status count_votes(const rs_brought *b, asked_signal *s, rsift_error *err)
{
    for (size_t i = 0; i < b->n; i++) s->numbers[i] = NAN;
    for (size_t k = 0; k < s->n_uses; k++) {
        const double *v = column_of(b, s, k);
        if (s->counts_votes) RS_TRY(rs_brought_add_votes(v, b->n, s->numbers, err));
        for (size_t i = 0; !s->counts_votes && i < b->n; i++)
            if (!isnan(v[i]))
                s->numbers[i] = (isnan(s->numbers[i]) ? 0 : s->numbers[i]) + (v[i] > 0);
    }
    return RSIFT_OK;
}

static rsift_status make_numbers(const rs_brought *b, asked_signal *s, rsift_error *err)
{
    s->numbers = rs_calloc(b->n + 1, sizeof *s->numbers);
    if (!s->numbers) return rs_err_nomem(err, "the signals");
    switch (s->of) {
    case OF_COLUMN:
        for (size_t i = 0; i < b->n; i++) s->numbers[i] = column_of(b, s, 0)[i];
        return RSIFT_OK;
    case OF_LOSSES:
        rs_brought_loss_ratio(column_of(b, s, 0), column_of(b, s, 1), b->n, s->numbers);
        return RSIFT_OK;
    case OF_VOTES: return count_votes(b, s, err);
    case OF_CLUSTERS:
        return rs_brought_coincide(column_of(b, s, 0), column_of(b, s, 1), column_of(b, s, 2), b->n,
                                   s->numbers, err);
    case OF_LEVERAGE: rs_brought_leverage(column_of(b, s, 0), b->n, s->numbers); return RSIFT_OK;
    }
    return RSIFT_OK;
}

static bool is_inside(const asked_signal *s, double v)
{
    switch (s->op) {
    case AT_LEAST: return v >= s->bound;
    case AT_MOST: return v <= s->bound;
    case ABOVE: return v > s->bound;
    case BELOW: return v < s->bound;
    }
    return false;
}

static rsift_status pass_gate(rs_brought *b, asked_signal *s, rsift_error *err)
{
    RS_TRY(make_numbers(b, s, err));
    for (size_t i = 0; i < b->n; i++) {
        const bool missing = isnan(s->numbers[i]);
        const bool in = missing ? !b->job->drop_missing : is_inside(s, s->numbers[i]);
        s->n_known += !missing;
        s->n_missing += missing;
        s->n_failed += !missing && !in;
        b->passes[i] = b->passes[i] && in;
    }
    return RSIFT_OK;
}

/* A sample without a weight gets the mean of those that have one: it is drawn as before. */
static rsift_status apply_weight(rs_brought *b, asked_signal *s, rsift_error *err)
{
    double sum = 0;
    for (size_t u = 0; u < b->n_used; u++)
        for (size_t i = 0; i < b->n; i++)
            if (!b->passes[i]) b->values[u * b->n + i] = NAN;
    RS_TRY(make_numbers(b, s, err));
    RS_TRY(rs_brought_weigh(s->numbers, b->n, s->shape, s->numbers, err));
    for (size_t i = 0; i < b->n; i++) {
        if (!b->passes[i]) continue;
        if (isnan(s->numbers[i])) s->n_missing++;
        else {
            s->n_known++;
            sum += s->numbers[i];
        }
    }
    const double mean = s->n_known ? sum / (double)s->n_known : 1;
    for (size_t i = 0; i < b->n; i++) {
        if (!b->passes[i]) continue;
        if (!isnan(s->numbers[i])) b->weight[i] *= s->numbers[i];
        else if (b->job->drop_missing) b->passes[i] = false;
        else b->weight[i] *= mean;
    }
    return RSIFT_OK;
}

static rsift_status apply(rs_brought *b, rsift_error *err)
{
    for (size_t i = 0; i < b->n; i++) {
        b->passes[i] = true;
        b->weight[i] = 1;
    }
    for (size_t g = 0; g < b->n_gates; g++) RS_TRY(pass_gate(b, &b->gates[g], err));
    for (size_t w = 0; w < b->n_weights; w++) RS_TRY(apply_weight(b, &b->weights[w], err));
    for (size_t i = 0; i < b->n; i++) b->n_left_out += !b->passes[i];
    if (b->n_left_out < (int64_t)b->n) return RSIFT_OK;
    return rs_err_set(err, RSIFT_E_ARG,
                      "no sample of %zu passes; %" PRId64
                      " have a row of the file: lower the bounds of --gate, or --missing keep",
                      b->n, b->n_with_row);
}

/* ---- all of it ------------------------------------------------------------------------------- */

rsift_status rs_brought_read(const rs_brought_job *job, const rs_id *ids, size_t n,
                             rs_brought **out, rsift_error *err)
{
    rs_brought *b = rs_calloc(1, sizeof *b);
    *out = b;
    if (!b) return rs_err_nomem(err, "the signals");
    b->job = job;
    b->n = n;
    rsift_status status = rs_brought_open(job->store, job->file, job->limits, &b->file, err);
    if (status == RSIFT_OK) status = read_asked(b, err);
    if (status == RSIFT_OK) {
        b->values = rs_calloc(b->n_used * n + 1, sizeof *b->values);
        b->passes = rs_calloc(n + 1, sizeof *b->passes);
        b->weight = rs_calloc(n + 1, sizeof *b->weight);
        if (!b->values || !b->passes || !b->weight) status = rs_err_nomem(err, "the signals");
    }
    for (size_t i = 0; status == RSIFT_OK && i < b->n_used * n; i++) b->values[i] = NAN;
    if (status == RSIFT_OK) status = load(b, ids, err);
    if (status == RSIFT_OK) status = apply(b, err);
    return rs_err_within(err, status, "recommend > signals > %.*s", RS_STR_ARG(job->file));
}

void rs_brought_free(rs_brought *b)
{
    if (!b) return;
    for (size_t g = 0; g < b->n_gates; g++) rs_free(b->gates[g].numbers);
    for (size_t w = 0; w < b->n_weights; w++) rs_free(b->weights[w].numbers);
    rs_free(b->values);
    rs_free(b->passes);
    rs_free(b->weight);
    rs_brought_file_fini(&b->file);
    rs_free(b);
}

bool rs_brought_passes(const rs_brought *b, size_t i)
{
    return b->passes[i];
}

double rs_brought_weight(const rs_brought *b, size_t i)
{
    return b->weight[i];
}

/* ---- told ------------------------------------------------------------------------------------ */

static void put_asked(const asked_signal *list, size_t n, bool gates, rs_json_writer *json)
{
    rs_json_field_array(json, gates ? "gates" : "weights");
    for (size_t i = 0; i < n; i++) {
        rs_json_begin_object(json);
        rs_json_field_str(json, gates ? "gate" : "weight", list[i].text);
        rs_json_field_i64(json, "with_value", list[i].n_known);
        rs_json_field_i64(json, "without_value", list[i].n_missing);
        if (gates) rs_json_field_i64(json, "failed", list[i].n_failed);
        rs_json_end_object(json);
    }
    rs_json_end_array(json);
}

/* The columns that were read, each once. */
static void put_columns(const rs_brought *b, rs_json_writer *json)
{
    rs_json_field_array(json, "columns");
    for (size_t c = 0; c < b->file.n_columns; c++) {
        const rs_brought_column *column = &b->file.columns[c];
        bool used = false;
        for (size_t u = 0; u < b->n_used; u++) used = used || b->used[u] == c;
        if (!used) continue;
        rs_json_begin_object(json);
        rs_json_field_str(json, "column", column->name);
        rs_json_field_i64(json, "numbers", column->n_numbers);
        rs_json_field_i64(json, "no_number", column->n_no_number);
        rs_json_end_object(json);
    }
    rs_json_end_array(json);
}

void rs_brought_put_answer(const rs_brought *b, rs_json_writer *json)
{
    char hash[RS_ID_TEXT];
    rs_json_field_object(json, "signals");
    rs_json_field_str(json, "file", b->job->file);
    rs_json_field_cstr(json, "hash", rs_id_text(hash, b->file.hash));
    rs_json_field_cstr(json, "missing", b->job->drop_missing ? "drop" : "keep");
    rs_json_field_i64(json, "rows", b->file.n_rows);
    rs_json_field_i64(json, "unknown", b->n_unknown);
    rs_json_field_i64(json, "ambiguous", b->n_ambiguous);
    rs_json_field_i64(json, "wrong_length", b->file.n_wrong_length);
    rs_json_field_i64(json, "repeated", b->n_repeated);
    rs_json_field_i64(json, "contradicting", b->n_contradicting);
    rs_json_field_i64(json, "samples", b->n_with_row);
    rs_json_field_i64(json, "left_out", b->n_left_out);
    put_columns(b, json);
    put_asked(b->gates, b->n_gates, true, json);
    put_asked(b->weights, b->n_weights, false, json);
    rs_json_end_object(json);
}

void rs_brought_put_comment(const rs_brought *b, rs_buf *recipe)
{
    char hash[RS_ID_TEXT];
    rs_buf_cstr(recipe, "# signals: ");
    rs_json_put_str(recipe, b->job->file);
    rs_buf_printf(recipe, " of hash %s, missing %s\n", rs_id_text(hash, b->file.hash),
                  b->job->drop_missing ? "drop" : "keep");
    for (size_t k = 0; k < b->n_gates + b->n_weights; k++) {
        const bool gate = k < b->n_gates;
        rs_buf_cstr(recipe, gate ? "# gate: " : "# weight: ");
        rs_json_put_str(recipe, gate ? b->gates[k].text : b->weights[k - b->n_gates].text);
        rs_buf_char(recipe, '\n');
    }
}
