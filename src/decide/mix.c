/* recipe -> ledger. The database decides what a sample by itself decides (role, licence, findings,
 * leaks, duplicates) and writes the candidates to a temporary file; the selection (caps, shares,
 * budget) is made over flat arrays of what is left; then the file is read once more, in the same
 * order of rows, into the ledger. 48 bytes a kept candidate stay in memory, none a dropped one. */
#include "decide/decide.h"

#include "base/alloc.h"
#include "base/rng.h"
#include "codec/json_writer.h"
#include "decide/ask.h"
#include "decide/leaks.h"
#include "decide/split.h"
#include "decide/usable.h"
#include "choose/select.h"
#include "store/lock.h"
#include "store/quote.h"

#include <inttypes.h>

enum { most_entries = 60000, most_rows = UINT32_MAX - 1 };

typedef struct mix {
    const rs_mix_job *job;
    rs_lock tmp_lock;
    rs_path tmp_path;
    rs_str tmp;
    rs_choose_item *items;
    size_t n_items, cap_items;
    rs_choose_entry *entries;
    uint8_t *outcomes; /* by row of the file: rs_choose_outcome + 1, 0 = not selectable */
    uint8_t *repeats;
    int64_t n_rows;
    rs_id content; /* sum over what was chosen from: names the mixture */
    char mixture_id[RS_ID_TEXT], recipe_hash[RS_ID_TEXT];
} mix;

static rsift_status section(mix *m, const char *name, rsift_error *err)
{
    return rs_decide_run_section(m->job->store, "mix", name, m->tmp, err);
}

/* ---- the recipe as tables -------------------------------------------------------------------- */

static bool entry_covers(const rs_recipe_entry *e, rs_str dataset, rs_str task, rs_str skill)
{
    if (!rs_str_eq(e->id, dataset)) return false;
    bool covered = e->tasks.n == 0;
    for (size_t i = 0; !covered && i < e->tasks.n; i++)
        covered = rs_str_eq(task, rs_str_of(rs_model_task_name(e->tasks.items[i])));
    if (!covered || e->skills.n == 0) return covered;
    for (size_t i = 0; i < e->skills.n; i++)
        if (rs_str_eq(e->skills.items[i], skill.len ? skill : RS_STR("none"))) return true;
    return false;
}

static void put_cell(rs_buf *sql, const char *table, rs_str dataset, rs_str task, rs_str skill,
                     size_t entry)
{
    rs_buf_printf(sql, "INSERT INTO %s VALUES (", table);
    rs_store_put_literals(sql, (const rs_str[]){dataset, task, skill}, 3);
    rs_buf_printf(sql, ", %zu);\n", entry);
}

/* A cell belongs to the first entry without splits that covers it, and to all with splits. */
static void put_cells(rs_buf *sql, const rs_recipe *r, rs_str dataset, rs_str task, rs_str skill)
{
    bool placed = false;
    for (size_t i = 0; i < r->datasets.n; i++) {
        const rs_recipe_entry *e = &r->datasets.items[i];
        if (!entry_covers(e, dataset, task, skill)) continue;
        if (e->splits.n) put_cell(sql, "split_cell", dataset, task, skill, i);
        else if (!placed) put_cell(sql, "entry_cell", dataset, task, skill, i);
        placed = placed || !e->splits.n;
    }
}

/* Adds where the entry stands in the recipe. */
static rsift_status at_entry(const mix *m, const rs_recipe_entry *e, rsift_status status,
                             rsift_error *err)
{
    return rs_err_within(err, status, "%.*s:%" PRIu32 ":%" PRIu32, RS_STR_ARG(m->job->file),
                         e->line, e->column);
}

/* The splits of an entry; one that is not there, or is there twice, stops the mix. */
static rsift_status put_splits(mix *m, rs_buf *sql, size_t entry, rsift_error *err)
{
    const rs_recipe_entry *e = &m->job->recipe->datasets.items[entry];
    rs_arena arena = {0};
    rsift_status status = RSIFT_OK;
    for (size_t i = 0; status == RSIFT_OK && i < e->splits.n; i++) {
        rs_split split;
        status =
            rs_decide_find_split(m->job->store, e->id, e->splits.items[i], &arena, &split, err);
        if (status != RSIFT_OK) {
            status = at_entry(m, e, status, err);
            break;
        }
        rs_buf_printf(sql, "INSERT INTO recipe_split VALUES (%zu, ", entry);
        rs_store_put_literals(sql, (const rs_str[]){split.scheme, split.name}, 2);
        rs_buf_cstr(sql, ");\n");
    }
    rs_arena_fini(&arena);
    return status;
}

/* Codes of the findings that lose an object or the record of one: they say why a list is not
 * whole. */
static void put_list_findings(rs_buf *sql)
{
    rs_buf_cstr(sql, "CREATE OR REPLACE TEMP TABLE list_finding(code VARCHAR);\n");
    for (int code = 0; code < RS_N_FINDINGS; code++) {
        const rs_finding_info *info = rs_model_finding_info((rs_finding_code)code);
        if (info->effect == RS_EFFECT_LIST || info->effect == RS_EFFECT_RECORD ||
            code == RS_F_ID_REPEATED)
            rs_buf_printf(sql, "INSERT INTO list_finding VALUES ('%s');\n", info->code);
    }
}

/* The recipe's switches as one row, the licences that it allows, and empty tables for its
 * entries. */
static void put_settings(rs_buf *sql, const rs_mix_job *job)
{
    const rs_recipe *r = job->recipe;
    static const char *const words[] = {"false", "true"};
    rs_buf_printf(
        sql,
        "CREATE OR REPLACE TEMP TABLE mix_setting AS SELECT %s AS allow_eval, %s AS strict, %s AS "
        "keep_image,"
        " %s AS keep_crop, %s AS keep_scene, %s AS keep_conflicts, %s AS keep_duplicates, %s AS "
        "keep_unresolved, %" PRId64 " AS captions_per_image;\n",
        words[r->allow_eval], words[r->strict], words[r->keep_leaks[1]], words[r->keep_leaks[2]],
        words[r->keep_leaks[3]], words[r->keep_conflicts], words[r->keep_duplicates],
        words[r->keep_unresolved], r->captions_per_image);
    rs_buf_cstr(sql, "ALTER TABLE mix_setting ADD COLUMN model VARCHAR DEFAULT ");
    rs_store_put_literal(sql, r->for_model.ptr ? r->for_model : RS_STR(""));
    rs_buf_printf(sql,
                  ";\nALTER TABLE mix_setting ADD COLUMN max_images INTEGER DEFAULT %" PRIu32
                  ";\nALTER TABLE mix_setting ADD COLUMN crops BOOLEAN DEFAULT %s;\nALTER TABLE "
                  "mix_setting ADD COLUMN max_aspect DOUBLE DEFAULT ",
                  job->max_images, words[job->crops_square]);
    rs_buf_double(sql, job->max_aspect);
    rs_buf_cstr(sql, ";\n");
    rs_buf_cstr(sql, "CREATE OR REPLACE TEMP TABLE licence_ok(class VARCHAR);\nINSERT INTO "
                     "licence_ok VALUES ('open')");
    /* unknown is never open; a research mixture allows it, with a warning */
    if (r->licence != RS_RECIPE_OPEN) rs_buf_cstr(sql, ", ('research'), ('unknown')");
    if (r->licence == RS_RECIPE_ANY) rs_buf_cstr(sql, ", ('restricted')");
    rs_buf_cstr(
        sql,
        ";\nCREATE OR REPLACE TEMP TABLE release_once AS SELECT release_id, min(licence_class) AS "
        "licence_class,"
        " min(origin) AS origin FROM release GROUP BY release_id;\n"
        "CREATE OR REPLACE TEMP TABLE entry_cell(dataset VARCHAR, task VARCHAR, skill VARCHAR, "
        "entry INTEGER);\n"
        "CREATE OR REPLACE TEMP TABLE split_cell(dataset VARCHAR, task VARCHAR, skill VARCHAR, "
        "entry INTEGER);\n"
        "CREATE OR REPLACE TEMP TABLE recipe_split(entry INTEGER, scheme VARCHAR, name VARCHAR);\n"
        "CREATE OR REPLACE TEMP TABLE entry_dataset(dataset VARCHAR);\n");
}

static rsift_status put_found_cells(mix *m, rs_buf *sql, rsift_error *err)
{
    rs_result *result;
    RS_TRY(rs_decide_ask(m->job->store, "mix", "cells", m->tmp, &result, err));
    rsift_status status;
    rs_arena arena = {0};
    while ((status = rs_result_next(result, err)) == RSIFT_OK) {
        rs_str d = rs_arena_str(&arena, rs_result_str(result, 0)),
               t = rs_arena_str(&arena, rs_result_str(result, 1));
        rs_str s = rs_arena_str(&arena, rs_result_str(result, 2));
        if (!d.ptr || !t.ptr || !s.ptr) {
            status = rs_err_nomem(err, "the recipe");
            break;
        }
        put_cells(sql, m->job->recipe, d, t, s);
        rs_arena_reset(&arena);
    }
    rs_arena_fini(&arena);
    rs_result_close(result);
    return status == RSIFT_END ? RSIFT_OK : status;
}

/* A dataset that is not indexed stops the mix: its samples would silently be missing. */
static rsift_status check_dataset(mix *m, const rs_recipe_entry *e, rsift_error *err)
{
    const rsift_status status = rs_decide_check_indexed(m->job->store, m->job->catalog, e->id, err);
    return status == RSIFT_OK ? status : at_entry(m, e, status, err);
}

/* Creates the tables that mix.sql reads: settings, entries, and which cell belongs to which
 * entry. */
static rsift_status make_tables(mix *m, rsift_error *err)
{
    const rs_recipe *r = m->job->recipe;
    if (r->datasets.n > most_entries)
        return rs_err_set(err, RSIFT_E_LIMIT, "a recipe has at most %d entries", most_entries);
    rs_buf sql = {0};
    put_settings(&sql, m->job);
    put_list_findings(&sql);
    rsift_status status = RSIFT_OK;
    for (size_t i = 0; status == RSIFT_OK && i < r->datasets.n; i++) {
        const rs_recipe_entry *e = &r->datasets.items[i];
        status = check_dataset(m, e, err);
        /* several entries may name one dataset */
        bool again = false;
        for (size_t k = 0; k < i; k++) again = again || rs_str_eq(r->datasets.items[k].id, e->id);
        if (!again) {
            rs_buf_cstr(&sql, "INSERT INTO entry_dataset VALUES (");
            rs_store_put_literal(&sql, e->id);
            rs_buf_cstr(&sql, ");\n");
        }
        if (status == RSIFT_OK) status = put_splits(m, &sql, i, err);
    }
    if (status == RSIFT_OK) status = put_found_cells(m, &sql, err);
    if (status == RSIFT_OK && sql.failed) status = rs_err_nomem(err, "the recipe");
    if (status == RSIFT_OK) status = rs_store_exec(m->job->store, rs_buf_view(&sql), err);
    rs_buf_fini(&sql);
    return status;
}

/* ---- candidates ------------------------------------------------------------------------------ */

/* Runs the SQL steps that decide each sample by itself and write the candidates to a temporary
 * Parquet file; counts its rows. */
static rsift_status make_candidates(mix *m, rsift_error *err)
{
    rs_store *store = m->job->store;
    RS_TRY(rs_protect_make(store, m->job->catalog, m->job->recipe->protect, err));
    RS_TRY(rs_decide_run_section(store, "protect", "leaks", RS_STR(""), err));
    RS_TRY(rs_decide_run_section(store, "protect", "sample_leaks", RS_STR(""), err));
    RS_TRY(rs_decide_make_usable(store, m->job->catalog, err));
    static const char *const steps[] = {"split_entry", "leaks", "findings", "candidates",
                                        "asserted"};
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) RS_TRY(section(m, steps[i], err));
    RS_TRY(rs_decide_run_section(store, "pool", "conflicts", RS_STR(""), err));
    RS_TRY(section(m, "losers", err));
    rs_buf sql = {0};
    rs_buf_cstr(&sql, "SELECT count(*) FROM read_parquet(");
    rs_str name = rs_str_of(m->tmp_path.text);
    rs_buf path = {0};
    rs_buf_str(&path, name);
    rs_buf_cstr(&path, "/candidates.parquet");
    rs_store_put_literal(&sql, rs_buf_view(&path));
    rs_buf_cstr(&sql, ")");
    rs_buf_char(&sql, 0);
    rsift_status status = sql.failed || path.failed
                              ? rs_err_nomem(err, "a statement")
                              : rs_decide_number(store, sql.ptr, &m->n_rows, err);
    rs_buf_fini(&path);
    rs_buf_fini(&sql);
    RS_TRY(status);
    /* row numbers are 32 bits wide in the selection */
    if (m->n_rows > (int64_t)most_rows)
        return rs_err_set(err, RSIFT_E_LIMIT, "a mixture has at most %" PRIu32 " candidates",
                          (uint32_t)most_rows);
    return RSIFT_OK;
}

/* ---- selection ------------------------------------------------------------------------------- */

static uint64_t folded(rs_id id)
{
    return id.hi * UINT64_C(0x9e3779b97f4a7c15) ^ id.lo;
}

/* Reads the selectable candidates into flat arrays, and sums up a fingerprint of them. */
static rsift_status read_items(mix *m, rsift_error *err)
{
    rs_result *result;
    RS_TRY(rs_decide_ask(m->job->reader, "mix", "selectable", m->tmp, &result, err));
    uint64_t seed = (uint64_t)m->job->recipe->seed;
    rsift_status status;
    while ((status = rs_result_next(result, err)) == RSIFT_OK) {
        if (!RS_VEC_RESERVE(m->items, m->cap_items, m->n_items + 1)) {
            status = rs_err_nomem(err, "the selection");
            break;
        }
        rs_id id = rs_result_id(result, 1);
        uint64_t key = rs_rng_key(seed, id);
        m->items[m->n_items++] =
            (rs_choose_item){.key = key,
                             .row = (uint32_t)rs_result_i64(result, 0),
                             .entry = (uint16_t)rs_result_i64(result, 2),
                             .picture = folded(rs_result_id(result, 3)),
                             .question = (uint32_t)(folded(rs_result_id(result, 4)) >> 16)};
        m->content.hi += id.hi * 3 + id.lo; /* sums: the rows come in any order */
        m->content.lo += key ^ (uint64_t)rs_result_i64(result, 2);
    }
    rs_result_close(result);
    return status == RSIFT_END ? RSIFT_OK : status;
}

/* Selects by caps, shares and budget; leaves an outcome and a number of uses per row of the
 * file. */
static rsift_status select_all(mix *m, rsift_error *err)
{
    const rs_recipe *r = m->job->recipe;
    m->entries = rs_calloc(r->datasets.n, sizeof *m->entries);
    if (!m->entries) return rs_err_nomem(err, "the selection");
    for (size_t i = 0; i < r->datasets.n; i++) {
        const rs_recipe_entry *e = &r->datasets.items[i];
        m->entries[i] = (rs_choose_entry){.most = e->samples,
                                          .fraction = e->take[1],
                                          .weight = e->weight[1],
                                          .repeats = e->repeats};
    }
    rs_choose_rules rules = {.per_image = r->per_image,
                             .per_question = r->per_question,
                             .seed = (uint64_t)r->seed,
                             .budget = r->budget_images >= 0 ? r->budget_images : r->budget_samples,
                             .budget_in_images = r->budget_images >= 0};
    RS_TRY(rs_choose_select(m->items, m->n_items, m->entries, r->datasets.n, &rules, err));
    m->outcomes = rs_calloc((size_t)m->n_rows + 1, 1);
    m->repeats = rs_calloc((size_t)m->n_rows + 1, 1);
    if (!m->outcomes || !m->repeats) return rs_err_nomem(err, "the selection");
    for (size_t i = 0; i < m->n_items; i++) {
        m->outcomes[m->items[i].row] = (uint8_t)(m->items[i].outcome + 1);
        m->repeats[m->items[i].row] = m->items[i].repeats;
    }
    /* outcomes by row are all that is needed from here on */
    rs_free(m->items);
    m->items = NULL;
    return RSIFT_OK;
}

/* ---- ledger ---------------------------------------------------------------------------------- */

/* The mixture's id hashes the recipe and the candidates, so that the same recipe over the same
 * workspace has the same id. */
static void name_mixture(mix *m)
{
    rs_buf text = {0};
    rs_recipe_canonical(m->job->recipe, &text);
    rs_id recipe = rs_hash128(text.ptr, text.len);
    rs_buf_fini(&text);
    rs_hasher h;
    rs_hash_start(&h);
    /* the recipe, and the candidates that it met */
    const uint64_t parts[] = {recipe.hi, recipe.lo, m->content.hi, m->content.lo,
                              (uint64_t)m->n_rows};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) rs_hash_u64(&h, parts[i]);
    (void)rs_id_text(m->recipe_hash, recipe);
    (void)rs_id_text(m->mixture_id, rs_hash_end(&h));
}

static rs_str reason_of(const mix *m, int64_t row, rs_str reason, bool *kept)
{
    static const char *const names[] = {
        "", "kept", "cap-image", "cap-question", "over-budget", "over-limit"};
    uint8_t outcome = m->outcomes[row];
    *kept = outcome == RS_CHOOSE_KEPT + 1;
    return outcome ? rs_str_of(names[outcome]) : reason;
}

/* One ledger row per candidate, in the order of the file: the selection's outcome where there is
 * one, else the reason that SQL gave. */
static rsift_status put_ledger(mix *m, rsift_error *err)
{
    rs_result *result;
    rs_rows *rows;
    RS_TRY(rs_decide_ask(m->job->reader, "mix", "ledger", m->tmp, &result, err));
    rsift_status status = rs_store_append(m->job->store, RS_T_LEDGER, &rows, err);
    if (status != RSIFT_OK) {
        rs_result_close(result);
        return status;
    }
    rs_str mixture = rs_str_of(m->mixture_id);
    while ((status = rs_result_next(result, err)) == RSIFT_OK) {
        int64_t row = rs_result_i64(result, 0);
        bool kept = false;
        rs_str reason = reason_of(m, row, rs_result_str(result, 2), &kept);
        rs_put_str(rows, RS_LEDGER_mixture_id, mixture);
        rs_put_id(rows, RS_LEDGER_sample_id, rs_result_id(result, 1));
        rs_put_bool(rows, RS_LEDGER_kept, kept);
        rs_put_str(rows, RS_LEDGER_reason, reason);
        rs_put_str(rows, RS_LEDGER_detail, rs_result_str(result, 3));
        /* an image with several captions is used once for each, up to the recipe's number */
        if (m->repeats[row]) { /* at most 4 * 5 */
            int64_t references = rs_result_i64(result, 4),
                    most = m->job->recipe->captions_per_image;
            m->repeats[row] = (uint8_t)(m->repeats[row] * (references < most ? references : most));
        }
        rs_put_i64(rows, RS_LEDGER_n_repeats, m->repeats[row]);
        rs_put_end(rows);
    }
    rs_result_close(result);
    rsift_status end = rs_store_append_end(rows, status == RSIFT_END ? err : NULL);
    return status == RSIFT_END ? end : status;
}

/* Replaces the mixture of this id, if there is one, and its ledger. */
static rsift_status put_mixture(mix *m, rsift_error *err)
{
    rs_store *store = m->job->store;
    rs_buf sql = {0};
    rs_buf_printf(
        &sql,
        "DELETE FROM ledger WHERE mixture_id = '%s'; DELETE FROM mixture WHERE mixture_id = '%s'; "
        "SET VARIABLE rsift_mixture = '%s';",
        m->mixture_id, m->mixture_id, m->mixture_id);
    rsift_status status = sql.failed ? rs_err_nomem(err, "a statement")
                                     : rs_store_exec(store, rs_buf_view(&sql), err);
    rs_buf_fini(&sql);
    RS_TRY(status);
    RS_TRY(put_ledger(m, err));
    rs_rows *rows;
    RS_TRY(rs_store_append(store, RS_T_MIXTURE, &rows, err));
    rs_put_str(rows, RS_MIXTURE_mixture_id, rs_str_of(m->mixture_id));
    rs_put_str(rows, RS_MIXTURE_recipe_hash, rs_str_of(m->recipe_hash));
    rs_put_i64(rows, RS_MIXTURE_seed, m->job->recipe->seed);
    rs_put_str(rows, RS_MIXTURE_version,
               m->job->recipe->version.len ? m->job->recipe->version : (rs_str){NULL, 0});
    rs_put_str(rows, RS_MIXTURE_made_at, m->job->made_at);
    rs_put_str(rows, RS_MIXTURE_name, m->job->recipe->name);
    rs_put_str(rows, RS_MIXTURE_recipe, m->job->recipe_text);
    if (m->job->recipe->for_format.len)
        rs_put_str(rows, RS_MIXTURE_format, m->job->recipe->for_format);
    if (m->job->recipe->for_model.len)
        rs_put_str(rows, RS_MIXTURE_model, m->job->recipe->for_model);
    rs_put_end(rows);
    return rs_store_append_end(rows, err);
}

static rsift_status write_all(mix *m, rsift_error *err)
{
    RS_TRY(rs_store_begin(m->job->store, err));
    rsift_status status = put_mixture(m, err);
    rsift_status end =
        rs_store_end(m->job->store, status == RSIFT_OK, status == RSIFT_OK ? err : NULL);
    return status == RSIFT_OK ? end : status;
}

/* ---- answer ---------------------------------------------------------------------------------- */

static void put_entries(const mix *m, rs_json_writer *json)
{
    const rs_recipe *r = m->job->recipe;
    rs_json_field_array(json, "entries");
    for (size_t i = 0; i < r->datasets.n; i++) {
        rs_json_blank(json, RS_DECIDE_LINE);
        rs_json_begin_object(json);
        rs_json_field_str(json, "dataset", r->datasets.items[i].id);
        rs_json_field_i64(json, "usable", m->entries[i].n_usable);
        rs_json_field_i64(json, "target", m->entries[i].target);
        rs_json_field_i64(json, "kept", m->entries[i].n_kept);
        rs_json_end_object(json);
    }
    rs_json_end_array(json);
}

static void put_warning(rs_json_writer *json, const char *code, int64_t n, const char *text)
{
    if (n == 0) return;
    rs_json_blank(json, RS_DECIDE_LINE);
    rs_json_begin_object(json);
    rs_json_field_cstr(json, "code", code);
    rs_json_field_i64(json, "samples", n);
    rs_json_field_cstr(json, "text", text);
    rs_json_end_object(json);
}

/* Tasks that an entry names and none of its dataset's samples has: it keeps less than it seems, or
 * nothing, without a reason in the ledger that says so. */
static rsift_status put_absent_tasks(mix *m, const rs_recipe_entry *e, rs_json_writer *json,
                                     rsift_error *err)
{
    const rs_arg id = {.type = RS_ARG_STR, .str = e->id};
    rs_buf has = {0}, text = {0};
    uint64_t here = 0; /* bits of the entry's tasks */
    int64_t n = 0;
    rs_result *result;
    RS_TRY(rs_store_query(m->job->store,
                          RS_STR("SELECT task, count(*) FROM sample WHERE dataset = $1 GROUP BY "
                                 "task ORDER BY 2 DESC, 1"),
                          &id, 1, &result, err));
    rsift_status status;
    while ((status = rs_result_next(result, err)) == RSIFT_OK) {
        const rs_str task = rs_result_str(result, 0);
        for (size_t i = 0; i < e->tasks.n; i++)
            if (rs_str_eq(task, rs_str_of(rs_model_task_name(e->tasks.items[i]))))
                here |= UINT64_C(1) << (i & 63);
        n += rs_result_i64(result, 1);
        rs_buf_printf(&has, "%s%.*s (%" PRId64 ")", has.len ? ", " : "", RS_STR_ARG(task),
                      rs_result_i64(result, 1));
    }
    rs_result_close(result);
    rs_buf_printf(&text, "%.*s has no sample of", RS_STR_ARG(e->id));
    const size_t bare = text.len;
    for (size_t i = 0; i < e->tasks.n; i++)
        if (!(here >> (i & 63) & 1))
            rs_buf_printf(&text, "%s %s", text.len > bare ? "," : "",
                          rs_model_task_name(e->tasks.items[i]));
    const bool absent = text.len > bare;
    rs_buf_printf(&text, "; its tasks are %.*s", RS_STR_ARG(rs_buf_view(&has)));
    rs_buf_char(&text, 0);
    if (has.failed || text.failed) status = rs_err_nomem(err, "a warning");
    else if (status == RSIFT_END && absent) put_warning(json, "task-absent", n, text.ptr);
    rs_buf_fini(&has);
    rs_buf_fini(&text);
    return status == RSIFT_END ? RSIFT_OK : status;
}

/* What a reader of the mixture should know although nothing is wrong: kept samples without a
 * stated licence, official training samples that share pictures with their own benchmark, and
 * benchmarks that no method could look at. */
static rsift_status put_warnings(mix *m, int64_t kept, rs_json_writer *json, rsift_error *err)
{
    int64_t unknown = 0, own = 0;
    char sql[400];
    snprintf(sql, sizeof sql,
             "SELECT count(*) FROM ledger l JOIN sample s ON s.sample_id = l.sample_id JOIN "
             "release_once r ON"
             " r.release_id = s.release_id WHERE l.mixture_id = '%s' AND l.kept AND"
             " coalesce(r.licence_class, 'unknown') = 'unknown'",
             m->mixture_id);
    RS_TRY(rs_decide_number(m->job->store, sql, &unknown, err));
    snprintf(sql, sizeof sql,
             "SELECT count(DISTINCT o.sample_id) FROM sample_leak o JOIN ledger l ON l.sample_id = "
             "o.sample_id"
             " WHERE o.own AND l.mixture_id = '%s' AND l.kept",
             m->mixture_id);
    RS_TRY(rs_decide_number(m->job->store, sql, &own, err));
    int64_t some = 0;
    snprintf(sql, sizeof sql,
             "SELECT count(*) FROM ledger l JOIN sample s ON s.sample_id = l.sample_id WHERE "
             "l.mixture_id = '%s' AND l.kept AND s.unwritable IS NOT NULL",
             m->mixture_id);
    if (!m->job->recipe->for_model.len) RS_TRY(rs_decide_number(m->job->store, sql, &some, err));
    rs_json_field_array(json, "warnings");
    for (size_t i = 0; i < m->job->recipe->datasets.n; i++)
        RS_TRY(put_absent_tasks(m, &m->job->recipe->datasets.items[i], json, err));
    put_warning(json, "model-unnamed", some,
                "kept, but some models cannot be taught them: name `model` in the recipe");
    put_warning(json, "licence-unknown", unknown, "kept, but nobody states their licence");
    put_warning(json, "own-overlap", own,
                "kept: official training samples that share pictures with their own benchmark;"
                " clean/<benchmark>.ids of the output lists what shares none, strict: yes drops "
                "them");
    rs_unseen unseen;
    RS_TRY(rs_leaks_unseen(m->job->store, m->job->catalog, m->job->recipe->protect,
                           rs_str_of(m->mixture_id), &unseen, err));
    char text[200];
    if (unseen.n_indexed)
        snprintf(text, sizeof text,
                 "kept without a full check for leaks: %" PRId64 " of %" PRId64
                 " protected benchmarks here could not be looked at in full by any method, %" PRId64
                 " are not indexed. `rsift leaks` names them",
                 unseen.n_unseen, unseen.n_indexed, unseen.n_not_indexed);
    else
        snprintf(text, sizeof text,
                 "kept without a check for leaks: none of the %" PRId64
                 " protected benchmarks is indexed here. `rsift leaks` names them",
                 unseen.n_not_indexed);
    if (unseen.n_unseen || unseen.n_not_indexed) put_warning(json, "leaks-not-checked", kept, text);
    rs_json_end_array(json);
    return RSIFT_OK;
}

/* The answer rsift.mix/1 (docs/cli.md). */
static rsift_status put_answer(mix *m, rs_buf *json, rsift_error *err)
{
    int64_t kept = 0, used = 0;
    /* kept samples, and their uses */
    for (int64_t i = 0; i < m->n_rows; i++) {
        kept += m->repeats[i] > 0;
        used += m->repeats[i];
    }
    if (m->job->result) {
        memcpy(m->job->result->mixture_id, m->mixture_id, sizeof m->mixture_id);
        m->job->result->n_kept = kept;
    }
    rs_json_writer w = rs_json_writer_to(json);
    rs_json_begin_object(&w);
    rs_json_field_cstr(&w, "schema", "rsift.mix/1");
    rs_json_field_cstr(&w, "mixture_id", m->mixture_id);
    rs_json_field_str(&w, "name", m->job->recipe->name);
    rs_json_field_i64(&w, "seed", m->job->recipe->seed);
    rs_json_field_i64(&w, "candidates", m->n_rows);
    rs_json_field_i64(&w, "kept", kept);
    rs_json_field_i64(&w, "with_repeats", used);
    put_entries(m, &w);
    rs_json_write_key(&w, "datasets");
    RS_TRY(rs_decide_rows(m->job->store, "mix", "per_dataset", &w, err));
    rs_json_write_key(&w, "reasons");
    RS_TRY(rs_decide_rows(m->job->store, "mix", "per_reason", &w, err));
    RS_TRY(put_warnings(m, kept, &w, err));
    rs_json_end_object(&w);
    return rs_json_finish(&w, "the answer", err);
}

rsift_status rs_decide_mix(const rs_mix_job *job, rs_buf *json, rsift_error *err)
{
    mix m = {.job = job, .tmp_lock = {.fd = -1}};
    rs_path dir;
    RS_TRY(rs_path_set(&dir, err, "%.*s", RS_STR_ARG(rs_store_dir(job->store))));
    /* the folder belongs to this process; leftovers of killed ones are removed by the store */
    RS_TRY(rs_lock_own_tmp(&m.tmp_lock, dir.text, &m.tmp_path, err));
    m.tmp = rs_str_of(m.tmp_path.text);
    rsift_status status = make_tables(&m, err);
    if (status == RSIFT_OK) status = make_candidates(&m, err);
    if (status == RSIFT_OK) status = read_items(&m, err);
    if (status == RSIFT_OK) {
        name_mixture(&m);
        status = select_all(&m, err);
    }
    if (status == RSIFT_OK) status = write_all(&m, err);
    if (status == RSIFT_OK) status = put_answer(&m, json, err);
    /* also after an error */
    (void)rs_store_remove_tree(m.tmp_path.text, NULL);
    rs_lock_drop(&m.tmp_lock, true);
    rs_free(m.items);
    rs_free(m.entries);
    rs_free(m.outcomes);
    rs_free(m.repeats);
    return status;
}
