/* Rules and refusals; see aim_compare.h. */
#include "decide/aim_compare.h"

#include "base/alloc.h"
#include "choose/aim_cover.h"
#include "choose/draw.h"
#include "decide/ask.h"

/* ---- the draws ------------------------------------------------------------------------------- */

/* The choice (column 0) and what each rule draws (column 1 + rule), counted. */
enum { n_columns = 1 + RS_N_DRAW_RULES };
typedef struct table {
    int64_t *by_dataset; /* [n_datasets][n_columns], repeats counted */
    int64_t *by_form;    /* [n_parts][n_columns], different samples */
    double covered[n_columns];
    int64_t *n_of_cell; /* of one column */
    double *by_part;
    uint8_t *uses;
    uint64_t *keys;
    uint32_t *sources, *strata;
    rs_strmap tasks;
} table;

static void table_fini(table *t)
{
    rs_free(t->by_dataset);
    rs_free(t->by_form);
    rs_free(t->n_of_cell);
    rs_free(t->by_part);
    rs_free(t->uses);
    rs_free(t->keys);
    rs_free(t->sources);
    rs_free(t->strata);
    rs_strmap_fini(&t->tasks);
}

static bool table_init(table *t, const rs_aim_plan *p)
{
    const size_t n = p->n_samples + 1;
    t->by_dataset = rs_calloc((p->asked.datasets.n + 1) * n_columns, sizeof *t->by_dataset);
    t->by_form = rs_calloc(((size_t)p->n_parts + 1) * n_columns, sizeof *t->by_form);
    t->n_of_cell = rs_calloc(p->result.n_cells + 1, sizeof *t->n_of_cell);
    t->by_part = rs_calloc((size_t)p->n_parts + 1, sizeof *t->by_part);
    t->uses = rs_calloc(n, sizeof *t->uses);
    t->keys = rs_calloc(n, sizeof *t->keys);
    t->sources = rs_calloc(n, sizeof *t->sources);
    t->strata = rs_calloc(n, sizeof *t->strata);
    if (!t->by_dataset || !t->by_form || !t->n_of_cell || !t->by_part || !t->uses || !t->keys ||
        !t->sources || !t->strata)
        return false;
    for (size_t i = 0; i < p->n_samples; i++) {
        t->keys[i] = p->samples[i].key;
        t->sources[i] = p->samples[i].source;
    }
    return true;
}

/* The task of each sample is its stratum. Rows and samples both come in the order of the ids. */
static rsift_status read_strata(table *t, const rs_aim_plan *p, rsift_error *err)
{
    rs_result *rows;
    size_t i = 0;
    RS_TRY(rs_decide_ask(p->job->recommend->store, "aim", "strata", RS_STR(""), &rows, err));
    rsift_status status = RSIFT_OK;
    while (i < p->n_samples && (status = rs_result_next(rows, err)) == RSIFT_OK) {
        if (!rs_id_eq(rs_result_id(rows, 0), p->ids[i])) continue;
        const size_t task = rs_strmap_put(
            &t->tasks, rs_result_null(rows, 1) ? RS_STR("") : rs_result_str(rows, 1), NULL);
        if (task == RS_NPOS) status = rs_err_nomem(err, "the tasks");
        if (status != RSIFT_OK) break;
        t->strata[i++] = (uint32_t)task;
    }
    rs_result_close(rows);
    if (status != RSIFT_END) return status;
    return rs_err_set(err, RSIFT_E_FORMAT, "the workspace changed meanwhile; ask again");
}

/* Counts what `uses` holds into one column. */
static void count_uses(table *t, const rs_aim_plan *p, int column)
{
    for (size_t c = 0; c < p->result.n_cells; c++) t->n_of_cell[c] = 0;
    for (size_t i = 0; i < p->n_samples; i++) {
        const rs_aim_sample *s = &p->samples[i];
        t->by_dataset[s->source * (size_t)n_columns + (size_t)column] += t->uses[i];
        if (!t->uses[i] || s->copy || s->cell == RS_AIM_NONE) continue;
        t->n_of_cell[s->cell]++;
        t->by_form[p->result.cells[s->cell].part * (size_t)n_columns + (size_t)column]++;
    }
    t->covered[column] = rs_aim_covered(&p->in, &p->result, t->n_of_cell, t->by_part);
}

static rsift_status fill_table(table *t, const rs_aim_plan *p, rsift_error *err)
{
    if (!table_init(t, p)) return rs_err_nomem(err, "the comparison");
    RS_TRY(read_strata(t, p, err));
    for (size_t i = 0; i < p->n_samples; i++) t->uses[i] = p->samples[i].uses;
    count_uses(t, p, 0);
    const rs_draw_pool pool = {.keys = t->keys,
                               .sources = t->sources,
                               .strata = t->strata,
                               .n = p->n_samples,
                               .n_sources = (uint32_t)p->asked.datasets.n,
                               .n_strata = (uint32_t)t->tasks.n,
                               .budget = p->in.budget};
    for (int r = 0; r < RS_N_DRAW_RULES; r++) {
        if (!rs_choose_draw(&pool, (rs_draw_rule)r, t->uses))
            return rs_err_nomem(err, "the comparison");
        count_uses(t, p, 1 + r);
    }
    return RSIFT_OK;
}

static const char *column_name(int column)
{
    return column == 0 ? "allocation" : rs_draw_rule_name((rs_draw_rule)(column - 1));
}

static void put_counts(const int64_t *counts, rs_json_writer *json)
{
    for (int k = 0; k < n_columns; k++) rs_json_field_i64(json, column_name(k), counts[k]);
    rs_json_end_object(json);
}

/* Does dataset a come behind dataset b? */
static bool comes_behind(const table *t, const rs_str *names, size_t a, size_t b)
{
    const int64_t more = t->by_dataset[a * n_columns] - t->by_dataset[b * n_columns];
    return more < 0 || (more == 0 && rs_str_cmp(names[a], names[b]) > 0);
}

/* Datasets that any rule uses; what the choice takes most of first, equal ones by name. A selection
 * sort over some hundreds. */
static void put_datasets(const table *t, const rs_aim_plan *p, rs_json_writer *json)
{
    const size_t n = p->asked.datasets.n;
    const rs_str *names = p->asked.datasets.keys;
    size_t last = n;
    rs_json_field_array(json, "rows");
    for (;;) {
        size_t best = n;
        for (size_t d = 0; d < n; d++) {
            const int64_t *counts = &t->by_dataset[d * n_columns];
            int64_t sum = 0;
            for (int k = 0; k < n_columns; k++) sum += counts[k];
            if (sum == 0 || (last < n && !comes_behind(t, names, d, last))) continue;
            if (best == n || comes_behind(t, names, best, d)) best = d;
        }
        if (best == n) break;
        rs_json_blank(json, RS_DECIDE_LINE);
        rs_json_begin_object(json);
        rs_json_field_str(json, "dataset", names[best]);
        put_counts(&t->by_dataset[best * n_columns], json);
        last = best;
    }
    rs_json_end_array(json);
}

static void put_table(const table *t, const rs_aim_plan *p, rs_json_writer *json)
{
    rs_json_field_object(json, "covered_permille");
    for (int k = 0; k < n_columns; k++)
        rs_json_field_i64(json, column_name(k), (int64_t)(t->covered[k] * 1000 + 0.5));
    rs_json_end_object(json);
    put_datasets(t, p, json);
    rs_json_field_array(json, "forms");
    for (uint32_t part = 0; part < p->n_parts; part++) {
        rs_json_blank(json, RS_DECIDE_LINE);
        rs_json_begin_object(json);
        rs_json_field_i64(json, "form", part);
        put_counts(&t->by_form[part * (size_t)n_columns], json);
    }
    rs_json_end_array(json);
}

rsift_status rs_aim_put_compare(const rs_aim_plan *p, rs_json_writer *json, rsift_error *err)
{
    table t = {0};
    rs_json_field_object(json, "compare");
    const rsift_status status = fill_table(&t, p, err);
    if (status == RSIFT_OK) put_table(&t, p, json);
    rs_json_end_object(json);
    table_fini(&t);
    return status;
}

/* ---- refused --------------------------------------------------------------------------------- */

static const struct refusal {
    const char *reason, *text;
} refusals[] = {
    {"evaluation", "held out for evaluation, or protected"},
    {"leak", "shows pictures of a protected benchmark"},
    {"faulty", "a serious finding, or no answer"},
    {"no-picture", "its picture is not here (rsift link)"},
    {"contradicted", "another sample says otherwise of the same picture"},
    {"unwritable", "no record can be made of it, or its classes are not known"},
    {"duplicate", "the same as a sample that stays"},
    {"dataset", "its dataset is left out as a whole"},
    {"no-question", "asks nothing in words, or its text was not kept"},
    {"gate", "fails a gate, or has no value under --missing drop"},
    {"copy", "asks the same of the same picture as another"},
    {"not-the-kind", "not the goal's kind of question and answer"},
    {"over-the-share", "its form has its share of the budget"},
};
enum { n_refusals = sizeof refusals / sizeof *refusals };

static void add_refusal(int64_t *counts, rs_str reason, int64_t n)
{
    for (size_t r = 0; r < n_refusals; r++)
        if (rs_str_eq(reason, rs_str_of(refusals[r].reason))) counts[r] += n;
}

/* By dataset: is it left out as a whole? NULL = out of memory. */
static bool *datasets_left_out(const rs_aim_plan *p)
{
    bool *out = rs_calloc(p->asked.datasets.n + 1, sizeof *out);
    for (size_t c = 0; out && c < p->pool.n_candidates; c++) {
        const size_t d = rs_strmap_get(&p->asked.datasets, p->pool.candidates[c].id);
        if (d != RS_NPOS) out[d] = p->pool.candidates[c].left_out != NULL;
    }
    return out;
}

/* Usable samples that were not chosen. */
static void count_unchosen(const rs_aim_plan *p, const bool *left_out, int64_t *counts)
{
    int64_t n_out = 0;
    for (size_t i = 0; i < p->n_pool; i++) n_out += left_out[p->asked.samples[i].dataset];
    for (size_t i = 0; i < p->n_samples; i++) {
        const rs_aim_sample *s = &p->samples[i];
        if (s->chosen) continue;
        add_refusal(counts,
                    s->copy                  ? RS_STR("copy")
                    : s->cell == RS_AIM_NONE ? RS_STR("not-the-kind")
                                             : RS_STR("over-the-share"),
                    1);
    }
    add_refusal(counts, RS_STR("dataset"), n_out);
    add_refusal(counts, RS_STR("no-question"),
                (int64_t)(p->n_pool - p->n_gated - p->n_samples) - n_out);
    add_refusal(counts, RS_STR("gate"), (int64_t)p->n_gated);
}

rsift_status rs_aim_put_refused(const rs_aim_plan *p, rs_json_writer *json, rsift_error *err)
{
    rs_store *store = p->job->recommend->store;
    int64_t counts[n_refusals] = {0}, considered;
    rs_result *rows;
    RS_TRY(rs_decide_number(store, "SELECT count(*) FROM judged_sample", &considered, err));
    RS_TRY(rs_decide_ask(store, "aim", "refused", RS_STR(""), &rows, err));
    rsift_status status;
    while ((status = rs_result_next(rows, err)) == RSIFT_OK)
        add_refusal(counts, rs_result_str(rows, 0), rs_result_i64(rows, 1));
    rs_result_close(rows);
    if (status != RSIFT_END) return status;
    bool *left_out = datasets_left_out(p);
    if (!left_out) return rs_err_nomem(err, "the refusals");
    count_unchosen(p, left_out, counts);
    rs_free(left_out);
    rs_json_field_i64(json, "considered", considered);
    rs_json_field_array(json, "refused");
    for (size_t r = 0; r < n_refusals; r++) {
        if (!counts[r]) continue;
        rs_json_blank(json, RS_DECIDE_LINE);
        rs_json_begin_object(json);
        rs_json_field_cstr(json, "reason", refusals[r].reason);
        rs_json_field_cstr(json, "text", refusals[r].text);
        rs_json_field_i64(json, "samples", counts[r]);
        rs_json_end_object(json);
    }
    rs_json_end_array(json);
    return RSIFT_OK;
}
