/* The preview of index: see index_preview.h. */
#include "api/index_preview.h"

#include "image/name.h"
#include "release/records.h"

enum { MOST_TURNS = 4, MOST_REGIONS = 4, MOST_TEXT = 300, MOST_COORDS = 8 };

/* ---- one record ------------------------------------------------------------------------------ */

/* The beginning of a text; a character that the cut splits is left out. */
static rs_str begin_of(rs_str text)
{
    if (text.len <= MOST_TEXT) return text;
    size_t n = MOST_TEXT;
    while (n > 0 && ((unsigned char)text.ptr[n] & 0xC0) == 0x80) n--;
    return rs_str_sub(text, 0, n);
}

static void put_region(rs_json_writer *w, const rs_region *r)
{
    rs_json_begin_object(w);
    rs_json_field_cstr(w, "kind", rs_model_region_kind_name(r->kind));
    if (r->label.len) rs_json_field_str(w, "label", begin_of(r->label));
    if (r->convention) rs_json_field_cstr(w, "convention", r->convention->name);
    rs_json_field_array(w, "coords");
    for (uint32_t k = 0; k < r->n_coords && k < MOST_COORDS; k++)
        rs_json_write_double(w, r->coords[k]);
    rs_json_end_array(w);
    rs_json_field_u64(w, "n_coords", r->n_coords);
    rs_json_end_object(w);
}

/* One picture of a record. `pictures`: NULL = it was not looked for. */
static void put_asset(rs_json_writer *w, const rs_asset_ref *asset, const rs_pictures *pictures,
                      rs_picture_name name)
{
    size_t found;
    rs_json_begin_object(w);
    rs_json_field_cstr(w, "role", rs_model_asset_role_name(asset->role));
    rs_json_field_str(w, "path", asset->path);
    if (pictures) {
        const rs_resolved how = rs_pictures_resolve(pictures, &name, &found);
        rs_json_field_cstr(w, "found", rs_resolved_name(how));
        if (how >= RS_EXACT) rs_json_field_str(w, "file", pictures->items[found].path);
    }
    rs_json_end_object(w);
}

static void put_sample(rs_json_writer *w, const rs_records *records, const rs_record_chunk *chunk,
                       const rs_sample *s, const rs_pictures *pictures)
{
    rs_json_field_cstr(w, "task", rs_model_task_name(s->task));
    if (s->original_id.len) rs_json_field_str(w, "original_id", begin_of(s->original_id));
    rs_json_field_array(w, "assets");
    for (uint32_t i = 0; i < s->n_assets; i++)
        put_asset(w, &s->assets[i], pictures,
                  rs_record_picture(records, chunk, s->ordinal, s->assets[i].path));
    rs_json_end_array(w);
    rs_json_field_array(w, "turns");
    for (uint32_t i = 0; i < s->n_turns && i < MOST_TURNS; i++) {
        rs_json_begin_object(w);
        rs_json_field_cstr(w, "role", rs_model_turn_role_name(s->turns[i].role));
        rs_json_field_str(w, "text", begin_of(s->turns[i].text));
        rs_json_end_object(w);
    }
    rs_json_end_array(w);
    rs_json_field_u64(w, "n_turns", s->n_turns);
    rs_json_field_array(w, "labels");
    for (uint32_t i = 0; i < s->n_labels && i < MOST_REGIONS; i++)
        rs_json_write_str(w, begin_of(s->labels[i]));
    rs_json_end_array(w);
    rs_json_field_array(w, "regions");
    for (uint32_t i = 0; i < s->n_regions && i < MOST_REGIONS; i++) put_region(w, &s->regions[i]);
    rs_json_end_array(w);
    rs_json_field_u64(w, "n_regions", s->n_regions);
    for (uint32_t i = 0; i < s->n_splits && i < 1; i++)
        rs_json_field_str(w, "split", s->splits[i].name);
}

/* What a record was read from, and that its boxes are not decided yet, which index does. */
static void put_place(rs_json_writer *w, rs_arena *arena, const rs_records *records,
                      const rs_record_chunk *chunk, const rs_batch *batch, const rs_sample *s)
{
    size_t at, n_open = 0;
    const rs_raw *raw = rs_record_of(chunk, s->ordinal, &at);
    if (raw) rs_json_field_str(w, "locator", rs_record_locator(arena, records, raw));
    for (size_t i = 0; i < batch->n_open_boxes; i++)
        n_open += batch->open_boxes[i].sample == (int32_t)(s - batch->samples);
    if (n_open) rs_json_field_u64(w, "n_open_boxes", n_open);
}

/* Reads until the first sample. *put = true when one was written. */
static rsift_status put_first_of(rs_json_writer *w, const rs_plan_source *source,
                                 const rs_pictures *pictures, bool *put, rsift_error *err)
{
    rs_records records;
    rs_record_chunk chunk = {0};
    rs_batch batch = {0};
    RS_TRY(rs_records_open(&records, source, err));
    rsift_status status = RSIFT_OK;
    while (status == RSIFT_OK && !*put) {
        status = rs_records_next(&records, &chunk, err);
        if (status == RSIFT_OK) status = rs_records_parse(&records, &chunk, &batch, err);
        if (status != RSIFT_OK || batch.n_samples == 0) continue;
        put_place(w, &batch.arena, &records, &chunk, &batch, batch.samples);
        put_sample(w, &records, &chunk, batch.samples, pictures);
        *put = true;
    }
    rs_batch_fini(&batch);
    rs_record_chunk_fini(&chunk);
    rs_records_close(&records);
    return status == RSIFT_END ? RSIFT_OK : status;
}

/* The first record of the plan, or why there is none. */
static rsift_status put_record(rs_json_writer *w, const rs_plan *plan, const rs_pictures *pictures,
                               rsift_error *err)
{
    bool put = false;
    rs_json_field_object(w, "record");
    for (size_t i = 0; i < plan->n_sources && !put; i++) {
        rsift_error why = {0};
        const rsift_status status = put_first_of(w, &plan->sources[i], pictures, &put, &why);
        if (status == RSIFT_OK) continue;
        if (status == RSIFT_E_NOMEM || status == RSIFT_E_CANCELLED) {
            if (err) *err = why;
            return status;
        }
        rs_json_field_str(w, "error", rs_str_of(why.message));
        rs_json_field_str(w, "where", rs_str_of(why.where));
        put = true;
    }
    rs_json_end_object(w);
    return RSIFT_OK;
}

/* ---- the plan -------------------------------------------------------------------------------- */

static void put_own(rs_json_writer *w, const rs_plan *plan)
{
    const rs_plan_choice *choice = &plan->choice;
    if (plan->dataset || plan->n_sources == 0) return;
    rs_json_field_object(w, "own");
    rs_json_field_str(w, "name", plan->dataset_id);
    rs_json_field_cstr(w, "reader", plan->sources[0].reader->name);
    rs_json_field_cstr(w, "summary", plan->sources[0].reader->summary);
    if (plan->chosen) rs_json_field_i64(w, "sure", plan->sure);
    rs_json_field_array(w, "params");
    for (size_t i = 0; i < choice->n_params; i++) rs_json_write_str(w, choice->params[i]);
    rs_json_end_array(w);
    rs_json_end_object(w);
}

rsift_status rs_api_put_preview(rs_json_writer *w, const rs_plan *plan, bool find_pictures,
                                rsift_error *err)
{
    put_own(w, plan);
    if (!find_pictures) return put_record(w, plan, NULL, err);
    rs_pictures pictures;
    const rs_io_tree *const trees[] = {plan->trees[0], plan->trees[1]};
    RS_TRY(rs_pictures_open(&pictures, trees, plan->n_trees, &plan->media, err));
    const rsift_status status = put_record(w, plan, &pictures, err);
    rs_json_field_u64(w, "pictures", pictures.n);
    rs_pictures_fini(&pictures);
    return status;
}

void rs_api_put_missing(rs_json_writer *w, const rs_plan *plan)
{
    rs_json_field_array(w, "missing");
    for (size_t i = 0; i < plan->n_missing; i++) {
        rs_json_begin_object(w);
        rs_json_field_str(w, "source", plan->missing[i].source);
        rs_json_field_str(w, "file", plan->missing[i].pattern);
        rs_json_end_object(w);
    }
    rs_json_end_array(w);
}

/* The files of each source by use: how many, and the first. */
static void put_sources(rs_json_writer *w, const rs_plan *plan)
{
    rs_json_field_array(w, "files");
    for (size_t i = 0; i < plan->n_sources; i++) {
        const rs_source *source = &plan->sources[i].source;
        for (size_t u = 0; u < source->n_files; u++) {
            if (source->files[u].n == 0) continue;
            rs_json_begin_object(w);
            rs_json_field_str(w, "source", plan->sources[i].id);
            rs_json_field_cstr(w, "reader", plan->sources[i].reader->name);
            rs_json_field_str(w, "use", source->files[u].use);
            rs_json_field_u64(w, "n", source->files[u].n);
            rs_json_field_str(w, "first", source->files[u].logical[0]);
            rs_json_end_object(w);
        }
    }
    rs_json_end_array(w);
    rs_json_field_array(w, "unread");
    for (size_t i = 0; i < plan->n_refused; i++) {
        rs_json_begin_object(w);
        rs_json_field_str(w, "file", plan->refused[i].path);
        rs_json_field_str(w, "message", plan->refused[i].why);
        rs_json_end_object(w);
    }
    rs_json_end_array(w);
    rs_api_put_missing(w, plan);
}

rsift_status rs_api_index_dry_answer(const rs_plan *plan, rsift_answer *out, rsift_error *err)
{
    rs_buf b = {0};
    rs_json_writer w = rs_json_writer_to(&b);
    rs_json_begin_object(&w);
    rs_json_field_cstr(&w, "schema", "rsift.index/1");
    rs_json_field_bool(&w, "dry_run", true);
    rs_json_field_str(&w, "release_id", plan->release_id);
    rs_json_field_str(&w, "dataset", plan->dataset_id);
    rs_json_field_str(&w, "root", plan->roots[0]);
    put_sources(&w, plan);
    const rsift_status status = rs_api_put_preview(&w, plan, true, err);
    rs_json_end_object(&w);
    if (status == RSIFT_OK) return rs_session_answer(&b, out, err);
    rs_buf_fini(&b);
    return status;
}
