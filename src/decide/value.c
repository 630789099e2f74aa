/* value: what indexed data is worth; see value.h. Facts come from value.sql, questions from
 * value_read.c. */
#include "decide/value.h"

#include "base/alloc.h"
#include "base/buf.h"
#include "decide/ask.h"
#include "decide/pool.h"
#include "decide/value_read.h"

enum { FIRST_FACT = 3 /* behind dataset, role, origin */ };

typedef struct plan {
    const rs_value_job *job;
    rs_arena arena;
    rs_value_unit *units;
    size_t n_units, cap_units;
    rs_near_clusters clusters;
} plan;

/* ---- facts ----------------------------------------------------------------------------------- */

static bool take_unit(plan *p, rs_result *row)
{
    if (!RS_VEC_RESERVE(p->units, p->cap_units, p->n_units + 1)) return false;
    rs_value_unit *u = &p->units[p->n_units++];
    *u = (rs_value_unit){.dataset = rs_arena_str(&p->arena, rs_result_str(row, 0)),
                         .role = rs_arena_str(&p->arena, rs_result_str(row, 1)),
                         .origin = rs_arena_str(&p->arena, rs_result_str(row, 2))};
    for (size_t i = 0; i < RS_VALUE_N_FACTS; i++)
        u->fact[i] = rs_result_null(row, FIRST_FACT + i) ? RS_VALUE_UNKNOWN
                                                         : rs_result_i64(row, FIRST_FACT + i);
    return u->dataset.ptr && u->role.ptr && u->origin.ptr;
}

static rsift_status read_facts(plan *p, rsift_error *err)
{
    rs_store *store = p->job->store;
    static const char *const sections[] = {"samples", "captions", "boxes", "names", "near"};
    RS_TRY(rs_pool_want_datasets(store, p->job->catalog, p->job->datasets, err));
    RS_TRY(rs_decide_run_section(store, "usable", "pictures", RS_STR(""), err));
    for (size_t i = 0; i < sizeof sections / sizeof *sections; i++)
        RS_TRY(rs_decide_run_section(store, "value", sections[i], RS_STR(""), err));
    rs_result *rows;
    RS_TRY(rs_decide_ask(store, "value", "facts", RS_STR(""), &rows, err));
    rsift_status status;
    while ((status = rs_result_next(rows, err)) == RSIFT_OK)
        if (!take_unit(p, rows)) {
            status = rs_err_nomem(err, "the datasets");
            break;
        }
    rs_result_close(rows);
    return status == RSIFT_END ? RSIFT_OK : status;
}

static rs_value_unit *find_unit(plan *p, rs_str dataset, rs_str role)
{
    for (size_t i = 0; i < p->n_units; i++)
        if (rs_str_eq(p->units[i].dataset, dataset) && rs_str_eq(p->units[i].role, role))
            return &p->units[i];
    return NULL;
}

/* Of the pictures that were looked at, those that another one of the unit stands for. Rows come by
 * unit. */
static rsift_status count_near(plan *p, rsift_error *err)
{
    rs_result *rows;
    rs_idmap clusters = {0};
    rs_value_unit *unit = NULL;
    rsift_status status;
    for (size_t i = 0; i < p->n_units; i++)
        if (p->units[i].fact[RS_VALUE_LOOKED] >= 0) p->units[i].fact[RS_VALUE_NEAR] = 0;
    RS_TRY(rs_decide_ask(p->job->store, "value", "looked_at", RS_STR(""), &rows, err));
    while ((status = rs_result_next(rows, err)) == RSIFT_OK) {
        rs_value_unit *next = find_unit(p, rs_result_str(rows, 0), rs_result_str(rows, 1));
        RS_ASSERT(next);
        if (next != unit) rs_idmap_fini(&clusters);
        unit = next;
        bool made;
        if (rs_idmap_put(&clusters, rs_near_cluster_of(&p->clusters, rs_result_id(rows, 2)),
                         &made) == RS_NPOS) {
            status = rs_err_nomem(err, "the pictures");
            break;
        }
        unit->fact[RS_VALUE_NEAR] += !made;
    }
    rs_idmap_fini(&clusters);
    rs_result_close(rows);
    return status == RSIFT_END ? RSIFT_OK : status;
}

/* ---- the answer ------------------------------------------------------------------------------ */

static void put_fact(rs_json_writer *w, const char *key, int64_t n)
{
    if (n == RS_VALUE_UNKNOWN) rs_json_field_null(w, key);
    else rs_json_field_i64(w, key, n);
}

/* A share of what may not have been looked at. */
static void put_share(rs_json_writer *w, const char *key, int64_t part, int64_t of)
{
    if (part == RS_VALUE_UNKNOWN || of == RS_VALUE_UNKNOWN) rs_json_field_null(w, key);
    else rs_value_put_ratio(w, key, (double)part, of);
}

static void put_facts(const rs_value_unit *u, rs_json_writer *w)
{
    static const struct {
        const char *key;
        rs_value_fact fact;
    } facts[] = {{"samples", RS_VALUE_SAMPLES},
                 {"pictures", RS_VALUE_PICTURES},
                 {"faulty", RS_VALUE_FAULTY},
                 {"captions", RS_VALUE_CAPTIONS},
                 {"captions_different", RS_VALUE_CAPTIONS_DIFFERENT},
                 {"captions_shared", RS_VALUE_CAPTIONS_SHARED},
                 {"caption_widest", RS_VALUE_CAPTION_WIDEST},
                 {"boxes", RS_VALUE_BOXES},
                 {"boxes_repeated", RS_VALUE_BOXES_REPEATED},
                 {"names_looked", RS_VALUE_NAMES_LOOKED},
                 {"names", RS_VALUE_NAMES},
                 {"names_unlisted", RS_VALUE_NAMES_UNLISTED},
                 {"near_looked", RS_VALUE_LOOKED},
                 {"near_repeated", RS_VALUE_NEAR},
                 {"findings", RS_VALUE_FINDINGS},
                 {"region_findings", RS_VALUE_REGION_FINDINGS}};
    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++)
        put_fact(w, facts[i].key, u->fact[facts[i].fact]);
    put_share(w, "same_captions", u->fact[RS_VALUE_CAPTIONS_SHARED], u->fact[RS_VALUE_CAPTIONS]);
    put_share(w, "same_boxes", u->fact[RS_VALUE_BOXES_REPEATED], u->fact[RS_VALUE_BOXES]);
    put_share(w, "near", u->fact[RS_VALUE_NEAR], u->fact[RS_VALUE_LOOKED]);
}

static void put_units(const plan *p, rs_json_writer *w)
{
    rs_json_begin_array(w);
    for (size_t i = 0; i < p->n_units; i++) {
        const rs_value_unit *u = &p->units[i];
        rs_json_blank(w, RS_DECIDE_LINE);
        rs_json_begin_object(w);
        rs_json_field_str(w, "dataset", u->dataset);
        if (u->role.len) rs_json_field_str(w, "role", u->role);
        else rs_json_field_null(w, "role");
        rs_json_field_str(w, "origin", u->origin);
        put_facts(u, w);
        rs_json_field_i64(w, "without_text", u->without_text);
        rs_value_sums_put(&u->sums, w);
        rs_json_field_array(w, "notes");
        rs_value_put_notes(u, w);
        rs_json_end_array(w);
        rs_json_end_object(w);
    }
    rs_json_end_array(w);
}

static void put_cells(const plan *p, rs_json_writer *w)
{
    rs_json_begin_array(w);
    for (size_t i = 0; i < p->n_units; i++)
        for (size_t k = 0; k < p->units[i].n_cells; k++) {
            const rs_value_cell *c = &p->units[i].cells[k];
            rs_json_blank(w, RS_DECIDE_LINE);
            rs_json_begin_object(w);
            rs_json_field_str(w, "dataset", p->units[i].dataset);
            rs_json_field_str(w, "role", p->units[i].role);
            rs_json_field_str(w, "task", c->task);
            if (c->skill.len) rs_json_field_str(w, "skill", c->skill);
            else rs_json_field_null(w, "skill");
            rs_json_field_cstr(w, "answer_form", rs_value_form_name(c->form));
            rs_json_field_i64(w, "samples", c->sums.samples);
            rs_value_sums_put(&c->sums, w);
            rs_json_end_object(w);
        }
    rs_json_end_array(w);
}

/* ---- value ----------------------------------------------------------------------------------- */

static rsift_status read_units(plan *p, rs_value_file *file, rsift_error *err)
{
    const rs_value_reading reading = {.store = p->job->store,
                                      .clusters = &p->clusters,
                                      .n_threads = p->job->n_threads,
                                      .arena = &p->arena,
                                      .file = file};
    for (size_t i = 0; i < p->n_units; i++) RS_TRY(rs_value_read(&reading, &p->units[i], err));
    return RSIFT_OK;
}

/* The file of samples is written while they are read: CSV at once, Parquet out of a CSV in tmp. */
static rsift_status make_plan(plan *p, rsift_error *err)
{
    const rs_value_job *job = p->job;
    const bool parquet = rs_str_ends_nocase(job->file, RS_STR(".parquet"));
    rs_str rows =
        parquet ? rs_arena_join(&p->arena, job->tmp, RS_STR("/"), RS_STR("value.csv")) : job->file;
    rs_value_file file = {0};
    if (!rows.ptr && job->file.len) return rs_err_nomem(err, "a file's name");
    RS_TRY(read_facts(p, err));
    RS_TRY(rs_near_load_clusters(job->store, &p->clusters, err));
    RS_TRY(count_near(p, err));
    rsift_status status = job->file.len ? rs_value_file_open(&file, rows, err) : RSIFT_OK;
    if (status == RSIFT_OK) status = read_units(p, &file, err);
    status = rs_value_file_close(&file, status, err);
    if (status == RSIFT_OK && parquet)
        status = rs_value_file_to_parquet(job->store, rows, job->file, err);
    return status;
}

static void plan_fini(plan *p)
{
    for (size_t i = 0; i < p->n_units; i++) {
        for (size_t k = 0; k < p->units[i].n_cells; k++)
            rs_value_sums_fini(&p->units[i].cells[k].sums);
        rs_value_sums_fini(&p->units[i].sums);
        rs_free(p->units[i].cells);
    }
    rs_near_clusters_fini(&p->clusters);
    rs_free(p->units);
    rs_arena_fini(&p->arena);
}

rsift_status rs_decide_value_datasets(const rs_value_job *job, rs_json_writer *json,
                                      rsift_error *err)
{
    plan p = {.job = job};
    const rsift_status status = make_plan(&p, err);
    if (status == RSIFT_OK) put_units(&p, json);
    plan_fini(&p);
    return status;
}

rsift_status rs_decide_value(const rs_value_job *job, rs_buf *json, rsift_error *err)
{
    plan p = {.job = job};
    rs_json_writer w = rs_json_writer_to(json);
    rsift_status status = make_plan(&p, err);
    if (status == RSIFT_OK) {
        rs_json_begin_object(&w);
        rs_json_field_cstr(&w, "schema", "rsift.value/1");
        rs_json_write_key(&w, "datasets");
        put_units(&p, &w);
        rs_json_write_key(&w, "cells");
        put_cells(&p, &w);
        rs_json_end_object(&w);
        status = rs_json_finish(&w, "the answer", err);
    }
    plan_fini(&p);
    return status;
}
