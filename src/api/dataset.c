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
