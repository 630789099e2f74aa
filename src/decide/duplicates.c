/* duplicates: samples that are exactly the same, and with `near` pictures that show the same
 * however they were cut, turned or compressed, with the samples that say the same of them. */
#include "decide/duplicates.h"

#include "codec/json_writer.h"
#include "decide/ask.h"
#include "decide/keep.h"
#include "decide/near_files.h"
#include "decide/pool.h"
#include "decide/text_repeats.h"
#include "store/lock.h"

static rsift_status put_section(rs_store *store, const char *file, const char *name,
                                rs_json_writer *json, rsift_error *err)
{
    rs_json_write_key(json, name);
    return rs_decide_rows(store, file, name, json, err);
}

/* ---- near ------------------------------------------------------------------------------------ */

typedef rsift_status write_fn(const rs_near_job *job, rs_str sql, int64_t *n, rsift_error *err);

/* Hands "<select> ORDER BY <first><policy><last>" to one of near_files.h. */
static rsift_status write_ordered(const rs_duplicates_job *job, const rs_near_job *near,
                                  const char *select, const char *first, const char *last,
                                  write_fn *write, rsift_error *err)
{
    rs_buf sql = {0};
    int64_t n;
    rs_buf_printf(&sql, "%s ORDER BY %s", select, first);
    rsift_status status = rs_keep_put_order(job->keep, &sql, err);
    rs_buf_cstr(&sql, last);
    if (status == RSIFT_OK && sql.failed) status = rs_err_nomem(err, "a statement");
    if (status == RSIFT_OK) status = write(near, rs_buf_view(&sql), &n, err);
    rs_buf_fini(&sql);
    return status;
}

/* Groups of pictures and repeated samples, as near_member and near_repeat; `tmp` is a folder. */
static rsift_status find_near(const rs_duplicates_job *job, rs_str tmp, rsift_error *err)
{
    rs_store *store = job->store;
    rs_near *near = NULL;
    /* pairs of vectors that were given another time are for recipes that name them */
    const rs_near_choice choice = {.methods = RS_NEAR_PROVED |
                                              (job->vectors ? 1u << RS_NEAR_EMBEDDING : 0),
                                   .score = job->score};
    RS_TRY(rs_decide_run_section(store, "duplicates", "pictures", RS_STR(""), err));
    RS_TRY(rs_decide_run_section(store, "duplicates", "key", RS_STR(""), err));
    RS_TRY(rs_decide_run_section(store, "duplicates", "pool_samples", RS_STR(""), err));
    RS_TRY(rs_near_load(store, &choice, &near, err));
    const rs_near_job files = {store, near, tmp};
    rsift_status status = write_ordered(job, &files, "SELECT picture FROM near_picture", "",
                                        "picture", rs_near_write_pictures, err);
    if (status == RSIFT_OK)
        status = write_ordered(job, &files, "SELECT key, sample_id, picture FROM near_candidate",
                               "key, ", "sample_id", rs_near_write_samples, err);
    rs_near_free(near);
    if (status == RSIFT_OK)
        status = rs_decide_run_section(store, "duplicates", "members", tmp, err);
    if (status == RSIFT_OK) status = rs_decide_run_section(store, "duplicates", "wanted", tmp, err);
    return status == RSIFT_OK ? rs_decide_run_section(store, "duplicates", "looked", tmp, err)
                              : status;
}

static rsift_status find_near_in_own_tmp(const rs_duplicates_job *job, rsift_error *err)
{
    rs_path dir, tmp;
    rs_lock lock;
    RS_TRY(rs_path_set(&dir, err, "%.*s", RS_STR_ARG(rs_store_dir(job->store))));
    RS_TRY(rs_lock_own_tmp(&lock, dir.text, &tmp, err));
    const rsift_status status = find_near(job, rs_str_of(tmp.text), err);
    /* also after an error */
    (void)rs_store_remove_tree(tmp.text, NULL);
    rs_lock_drop(&lock, true);
    return status;
}

/* The one row of a section as fields of the open object. */
static rsift_status put_numbers(rs_store *store, const char *section, rs_json_writer *json,
                                rsift_error *err)
{
    rs_result *row;
    RS_TRY(rs_decide_ask(store, "duplicates", section, RS_STR(""), &row, err));
    const rsift_status status = rs_result_next(row, err);
    for (size_t c = 0; status == RSIFT_OK && c < rs_result_n_columns(row); c++) {
        rs_json_write_key_str(json, rs_result_name(row, c));
        rs_json_write_i64(json, rs_result_i64(row, c));
    }
    rs_result_close(row);
    return status;
}

static void put_vectors(const rs_duplicates_vectors *v, rs_json_writer *json)
{
    const struct {
        const char *name;
        int64_t n;
    } counts[] = {{"rows", v->rows},
                  {"used", v->used},
                  {"unknown", v->unknown},
                  {"wrong_length", v->wrong_length},
                  {"not_finite", v->not_finite},
                  {"repeated", v->repeated},
                  {"pairs", v->pairs}};
    rs_json_write_key(json, "embeddings");
    rs_json_begin_object(json);
    rs_json_write_key(json, "cosine");
    rs_json_write_double(json, v->cosine);
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        rs_json_field_i64(json, counts[i].name, counts[i].n);
    rs_json_end_object(json);
}

static rsift_status put_near(const rs_duplicates_job *job, rs_json_writer *json, rsift_error *err)
{
    static const char *const rows[] = {"not_checked", "by_method", "same_files",
                                       "pairs",       "largest",   "examples"};
    rs_json_write_key(json, "near");
    rs_json_begin_object(json);
    rs_json_field_array(json, "keep");
    for (size_t i = 0; i < job->keep.n; i++) rs_json_write_str(json, job->keep.items[i]);
    rs_json_end_array(json);
    rs_json_field_i64(json, "radius", job->radius);
    if (job->vectors) put_vectors(job->vectors, json);
    RS_TRY(put_numbers(job->store, "pictures_looked_at", json, err));
    RS_TRY(put_numbers(job->store, "count", json, err));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        RS_TRY(put_section(job->store, "duplicates", rows[i], json, err));
    rs_json_end_object(json);
    return RSIFT_OK;
}

/* ---- all ------------------------------------------------------------------------------------- */

static rsift_status store_pairs(const rs_duplicates_job *job, rsift_error *err)
{
    RS_TRY(rs_store_begin(job->store, err));
    rsift_status status = rs_decide_run_section(job->store, "pool", "store", RS_STR(""), err);
    if (status == RSIFT_OK && job->near)
        status = rs_decide_run_section(job->store, "duplicates", "store", RS_STR(""), err);
    const rsift_status end =
        rs_store_end(job->store, status == RSIFT_OK, status == RSIFT_OK ? err : NULL);
    return status == RSIFT_OK ? end : status;
}

static rsift_status put_answer(const rs_duplicates_job *job, int64_t n, rs_buf *json,
                               rsift_error *err)
{
    rs_json_writer w = rs_json_writer_to(json);
    rs_json_begin_object(&w);
    rs_json_field_cstr(&w, "schema", "rsift.duplicates/1");
    rs_json_field_i64(&w, "n_duplicates", n);
    RS_TRY(put_section(job->store, "pool", "pairs", &w, err));
    RS_TRY(put_section(job->store, "pool", "largest", &w, err));
    if (job->near) RS_TRY(put_near(job, &w, err));
    if (job->near) RS_TRY(rs_text_repeats(job->store, &w, err));
    rs_json_end_object(&w);
    return rs_json_finish(&w, "the answer", err);
}

rsift_status rs_decide_duplicates(const rs_duplicates_job *job, rs_buf *json, int64_t *n_found,
                                  rsift_error *err)
{
    rs_store *store = job->store;
    int64_t exact = 0, near = 0;
    RS_TRY(rs_pool_want_datasets(store, job->catalog, job->datasets, err));
    RS_TRY(rs_pool_make_groups(store, job->catalog, err));
    if (job->near) RS_TRY(find_near_in_own_tmp(job, err));
    /* the pairs are stored in one transaction, the counts read after it */
    RS_TRY(store_pairs(job, err));
    RS_TRY(
        rs_decide_number(store,
                         "SELECT count(*) FROM duplicate WHERE sample_id <> survivor AND dataset IN"
                         " (SELECT dataset FROM want_dataset)",
                         &exact, err));
    if (job->near) RS_TRY(rs_decide_number(store, "SELECT count(*) FROM near_cluster", &near, err));
    RS_TRY(put_answer(job, exact, json, err));
    *n_found = exact + near;
    return RSIFT_OK;
}
