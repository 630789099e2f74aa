/* Settings, licences, entries with their splits, cells; see mix_tables.h. */
#include "decide/mix_tables.h"

#include "decide/ask.h"
#include "decide/resplit.h"
#include "decide/split.h"
#include "store/quote.h"

#include <inttypes.h>

enum { most_entries = 60000 };

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
static rsift_status at_entry(const rs_mix_job *job, const rs_recipe_entry *e, rsift_status status,
                             rsift_error *err)
{
    return rs_err_within(err, status, "%.*s:%" PRIu32 ":%" PRIu32, RS_STR_ARG(job->file), e->line,
                         e->column);
}

/* The splits of an entry; one that is not there, or is there twice, stops the mix. */
static rsift_status put_splits(const rs_mix_job *job, rs_buf *sql, size_t entry, rsift_error *err)
{
    const rs_recipe_entry *e = &job->recipe->datasets.items[entry];
    rs_arena arena = {0};
    rsift_status status = RSIFT_OK;
    for (size_t i = 0; status == RSIFT_OK && i < e->splits.n; i++) {
        rs_split split;
        status = rs_decide_find_split(job->store, e->id, e->splits.items[i], &arena, &split, err);
        if (status != RSIFT_OK) {
            status = at_entry(job, e, status, err);
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
    rs_buf_printf(sql,
                  "CREATE OR REPLACE TEMP TABLE list_finding(code VARCHAR);\nINSERT INTO "
                  "list_finding VALUES ('%s')",
                  rs_model_finding_info(RS_F_ID_REPEATED)->code);
    for (int code = 0; code < RS_N_FINDINGS; code++) {
        const rs_finding_info *info = rs_model_finding_info((rs_finding_code)code);
        if ((info->effect == RS_EFFECT_LIST || info->effect == RS_EFFECT_RECORD) &&
            code != RS_F_ID_REPEATED)
            rs_buf_printf(sql, ", ('%s')", info->code);
    }
    rs_buf_cstr(sql, ";\n");
}

/* The recipe's switches and numbers as one row. */
static void put_settings(rs_buf *sql, const rs_mix_job *job)
{
    const rs_recipe *r = job->recipe;
    const struct {
        const char *name;
        bool value;
    } switches[] = {{"allow_eval", r->allow_eval},
                    {"strict", r->strict},
                    {"keep_image", r->keep_leaks[RS_LEVEL_IMAGE]},
                    {"keep_crop", r->keep_leaks[RS_LEVEL_CROP]},
                    {"keep_scene", r->keep_leaks[RS_LEVEL_SCENE]},
                    {"keep_text", r->keep_leaks[RS_LEVEL_TEXT]},
                    {"keep_conflicts", r->keep_conflicts},
                    {"keep_duplicates", r->keep_duplicates},
                    {"keep_unresolved", r->keep_unresolved},
                    {"crops", job->crops_square},
                    {"look_near", r->near != RS_RECIPE_NEAR_KEEP},
                    {"chosen_only", job->choices.len > 0}};
    rs_buf_cstr(sql, "CREATE OR REPLACE TEMP TABLE mix_setting AS SELECT ");
    for (size_t i = 0; i < sizeof switches / sizeof *switches; i++)
        rs_buf_printf(sql, "%s AS %s, ", switches[i].value ? "true" : "false", switches[i].name);
    rs_buf_printf(sql, "%" PRId64 " AS captions_per_image, %" PRIu32 " AS max_images, CAST(",
                  r->captions_per_image, job->max_images);
    rs_buf_double(sql, job->max_aspect);
    rs_buf_cstr(sql, " AS DOUBLE) AS max_aspect, ");
    rs_store_put_literal(sql, r->for_model.ptr ? r->for_model : RS_STR(""));
    rs_buf_cstr(sql, " AS model;\n");
}

/* The samples that the recipe names one by one. */
static void put_choices(rs_buf *sql, const rs_mix_job *job)
{
    if (!job->choices.len) {
        rs_buf_cstr(sql,
                    "CREATE OR REPLACE TEMP TABLE mix_choice(sample_id UUID, repeats INTEGER);\n");
        return;
    }
    /* a file without repeats ends a column earlier */
    rs_buf_cstr(sql, "CREATE OR REPLACE TEMP TABLE mix_choice AS SELECT sample_id, "
                     "max(CASE WHEN coalesce(repeats, 1) BETWEEN 1 AND 4 THEN coalesce(repeats, 1) "
                     "ELSE error('the choices repeat a sample ' || repeats || ' times, expected 1 "
                     "to 4') END) AS repeats FROM read_csv(");
    rs_store_put_literal(sql, job->choices);
    rs_buf_cstr(
        sql, ", auto_detect = false, header = true, null_padding = true, columns = {'sample_id': "
             "'UUID', 'form': 'VARCHAR', 'aimed': 'VARCHAR', 'repeats': 'INTEGER'}) GROUP "
             "BY sample_id;\n");
}

/* The licences that the recipe allows, and empty tables for its entries. */
static void put_entry_tables(rs_buf *sql, const rs_recipe *r)
{
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
        "CREATE OR REPLACE TEMP TABLE entry_dataset(i INTEGER, dataset VARCHAR);\n");
}

static rsift_status put_found_cells(const rs_mix_job *job, rs_buf *sql, rsift_error *err)
{
    rs_result *result;
    RS_TRY(rs_decide_ask(job->store, "mix", "cells", RS_STR(""), &result, err));
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
        put_cells(sql, job->recipe, d, t, s);
        rs_arena_reset(&arena);
    }
    rs_arena_fini(&arena);
    rs_result_close(result);
    return status == RSIFT_END ? RSIFT_OK : status;
}

/* A dataset that is not indexed stops the mix: its samples would silently be missing. */
static rsift_status check_dataset(const rs_mix_job *job, const rs_recipe_entry *e, rsift_error *err)
{
    const rsift_status status = rs_decide_check_indexed(job->store, job->catalog, e->id, err);
    return status == RSIFT_OK ? status : at_entry(job, e, status, err);
}

/* Split files stand beside the recipe, unless their path begins at the root. */
static rsift_status use_split_files(const rs_mix_job *job, rsift_error *err)
{
    const rs_texts named = job->recipe->split_files;
    const size_t folder = job->file.len - rs_str_basename(job->file).len;
    rs_arena arena = {0};
    rs_str *files = rs_arena_calloc(&arena, named.n + 1, sizeof *files);
    rsift_status status = files ? RSIFT_OK : rs_err_nomem(err, "split files");
    for (size_t i = 0; status == RSIFT_OK && i < named.n; i++) {
        const bool absolute = rs_str_starts(named.items[i], RS_STR("/"));
        files[i] = rs_arena_join(&arena, absolute ? RS_STR("") : rs_str_sub(job->file, 0, folder),
                                 named.items[i], RS_STR(""));
        if (!files[i].ptr) status = rs_err_nomem(err, "split files");
    }
    if (status == RSIFT_OK)
        status = rs_resplit_use_files(job->store, (rs_texts){files, named.n}, err);
    rs_arena_fini(&arena);
    return status;
}

rsift_status rs_mix_make_tables(const rs_mix_job *job, rsift_error *err)
{
    const rs_recipe *r = job->recipe;
    if (r->datasets.n > most_entries)
        return rs_err_set(err, RSIFT_E_LIMIT, "a recipe has at most %d entries", most_entries);
    RS_TRY(use_split_files(job, err));
    rs_buf sql = {0};
    put_settings(&sql, job);
    put_choices(&sql, job);
    put_entry_tables(&sql, r);
    put_list_findings(&sql);
    rsift_status status = RSIFT_OK;
    for (size_t i = 0; status == RSIFT_OK && i < r->datasets.n; i++) {
        const rs_recipe_entry *e = &r->datasets.items[i];
        status = check_dataset(job, e, err);
        /* several entries may name one dataset */
        bool again = false;
        for (size_t k = 0; k < i; k++) again = again || rs_str_eq(r->datasets.items[k].id, e->id);
        if (!again) {
            rs_buf_printf(&sql, "INSERT INTO entry_dataset VALUES (%zu, ", i);
            rs_store_put_literal(&sql, e->id);
            rs_buf_cstr(&sql, ");\n");
        }
        if (status == RSIFT_OK) status = put_splits(job, &sql, i, err);
    }
    if (status == RSIFT_OK) status = put_found_cells(job, &sql, err);
    if (status == RSIFT_OK && sql.failed) status = rs_err_nomem(err, "the recipe");
    if (status == RSIFT_OK) status = rs_store_exec(job->store, rs_buf_view(&sql), err);
    rs_buf_fini(&sql);
    return status;
}
