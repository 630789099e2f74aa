/* Fields that several answers share. */
#include "api/dataset.h"

void rs_api_field_text(rs_json_writer *w, const char *key, rs_str value)
{
    if (value.ptr) rs_json_field_str(w, key, value);
}

void rs_api_field_count(rs_json_writer *w, const char *key, int64_t v)
{
    if (v >= 0) rs_json_field_i64(w, key, v);
}

void rs_api_field_texts(rs_json_writer *w, const char *key, rs_texts texts)
{
    rs_json_field_array(w, key);
    for (size_t i = 0; i < texts.n; i++) rs_json_write_str(w, texts.items[i]);
    rs_json_end_array(w);
}

void rs_api_dataset_fields(rs_json_writer *w, const rs_catalog_dataset *d)
{
    rs_api_field_text(w, "id", d->id);
    rs_api_field_text(w, "name", d->name);
    rs_api_field_text(w, "section", d->section);
    rs_api_field_count(w, "year", d->year);
    rs_api_field_text(w, "venue", d->venue);
    rs_json_field_cstr(w, "released", rs_catalog_released_name(d->released));
    /* One class for the dataset: the stricter one of its annotations and its imagery. */
    rs_json_field_cstr(w, "licence",
                       rs_catalog_licence_class_name(rs_catalog_licence_of(&d->licence)));
    rs_json_field_array(w, "tasks");
    for (size_t i = 0; i < d->tasks.n; i++)
        rs_json_write_cstr(w, rs_model_task_name(d->tasks.items[i]));
    rs_json_end_array(w);
    rs_api_field_count(w, "images", d->sizes.images);
    rs_api_field_count(w, "samples", d->sizes.samples);
    rs_api_field_count(w, "bytes", d->sizes.bytes);
    /* A record without releases tells what the dataset is; index cannot read it. */
    rs_json_field_bool(w, "readable", d->releases.n > 0);
}

static bool has_words(rs_str id, rs_texts words, bool exact)
{
    bool all = true;
    for (size_t i = 0; i < words.n; i++)
        all = all &&
              (exact ? rs_str_eq(id, words.items[i]) : rs_str_find(id, words.items[i]) != RS_NPOS);
    return all;
}

static void put_own_row(rs_json_writer *w, rs_result *row)
{
    rs_json_begin_object(w);
    rs_json_field_str(w, "id", rs_result_str(row, 0));
    rs_json_field_i64(w, "samples", rs_result_i64(row, 1));
    rs_json_field_i64(w, "pictures", rs_result_i64(row, 2));
    rs_json_end_object(w);
}

rsift_status rs_api_put_own(rs_call *call, const rs_catalog *catalog, rs_texts words, bool exact,
                            rs_json_writer *w, size_t *n, rsift_error *err)
{
    rs_store *store = NULL;
    *n = 0;
    rs_json_field_array(w, "own");
    rsift_status status = RSIFT_OK;
    if (call->session->workspace.ptr &&
        rs_session_store(call->session, RS_STORE_READ, false, &store, NULL) == RSIFT_OK) {
        rs_result *result = NULL;
        status = rs_store_query(
            store,
            RS_STR(
                "SELECT r.dataset, (SELECT count(*) FROM sample s WHERE s.dataset = r.dataset), "
                "(SELECT count(DISTINCT a.asset_id) FROM asset a JOIN release o USING (release_id) "
                "WHERE o.dataset = r.dataset) FROM (SELECT DISTINCT dataset FROM release) r "
                "ORDER BY r.dataset"),
            NULL, 0, &result, err);
        while (status == RSIFT_OK && (status = rs_result_next(result, err)) == RSIFT_OK) {
            const rs_str id = rs_result_str(result, 0);
            if (rs_catalog_find(catalog, id) || !has_words(id, words, exact)) continue;
            put_own_row(w, result);
            ++*n;
        }
        rs_result_close(result);
        rs_store_close(store);
    }
    rs_json_end_array(w);
    return status == RSIFT_END ? RSIFT_OK : status;
}
