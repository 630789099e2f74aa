/* sample: one sample as understood, and its bytes at the source, by replay. */
#include "release/records.h"

#include "api/handle.h"
#include "api/verb.h"
#include "base/utf8.h"
#include "codec/json_writer.h"

#include <inttypes.h>

enum { MOST_SOURCE_BYTES = 64 << 10 };

typedef struct place {
    rs_arena arena;
    rs_id id;
    rs_str release_id, source, config, locator, dataset, role;
    int64_t ordinal, sub;
} place;

/* Accepts dashes, as SQL prints ids. */
static bool parse_id(rs_str text, rs_id *out)
{
    char plain[32];
    size_t n = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '-') continue;
        if (n == sizeof plain) return false;
        plain[n++] = text.ptr[i];
    }
    return rs_id_parse(rs_str_make(plain, n), out);
}

static rsift_status find(rs_store *store, const char *text, place *p, rsift_error *err)
{
    if (!parse_id(rs_str_of(text), &p->id))
        return rs_err_set(err, RSIFT_E_ARG, "a sample id has 32 hex digits, found \"%s\"", text);
    rs_arg arg = {.type = RS_ARG_ID, .id = p->id};
    rs_result *result;
    RS_TRY(rs_store_query(
        store,
        RS_STR("SELECT s.release_id, s.source, r.config, s.locator, s.dataset, s.role, s.ordinal, "
               "s.sub "
               "FROM sample s JOIN release r USING (release_id) WHERE s.sample_id = $1 LIMIT 1"),
        &arg, 1, &result, err));
    rsift_status status = rs_result_next(result, err);
    if (status == RSIFT_OK) {
        rs_str *const texts[] = {&p->release_id, &p->source,  &p->config,
                                 &p->locator,    &p->dataset, &p->role};
        for (size_t i = 0; i < 6; i++)
            *texts[i] = rs_arena_str(&p->arena, rs_result_str(result, i));
        p->ordinal = rs_result_i64(result, 6);
        p->sub = rs_result_i64(result, 7);
    } else if (status == RSIFT_END) {
        status = rs_err_set(err, RSIFT_E_ARG, "no sample %s in the workspace", text);
    }
    rs_result_close(result);
    return status;
}

/* Left out when empty. */
static void put_text(rs_json_writer *w, const char *key, rs_str value)
{
    if (value.len) rs_json_field_str(w, key, value);
}

static void put_assets(rs_json_writer *w, const rs_sample *s)
{
    rs_json_field_array(w, "assets");
    for (uint32_t i = 0; i < s->n_assets; i++) {
        rs_json_begin_object(w);
        put_text(w, "role", rs_str_of(rs_model_asset_role_name(s->assets[i].role)));
        put_text(w, "path", s->assets[i].path);
        rs_json_end_object(w);
    }
    rs_json_end_array(w);
}

static void put_turns(rs_json_writer *w, const rs_sample *s)
{
    rs_json_field_array(w, "turns");
    for (uint32_t i = 0; i < s->n_turns; i++) {
        rs_json_begin_object(w);
        put_text(w, "role", rs_str_of(rs_model_turn_role_name(s->turns[i].role)));
        rs_json_field_str(w, "text", s->turns[i].text);
        rs_json_end_object(w);
    }
    rs_json_end_array(w);
}

static void put_regions(rs_json_writer *w, const rs_sample *s)
{
    rs_json_field_array(w, "regions");
    for (uint32_t i = 0; i < s->n_regions; i++) {
        const rs_region *r = &s->regions[i];
        rs_json_begin_object(w);
        put_text(w, "kind", rs_str_of(rs_model_region_kind_name(r->kind)));
        put_text(w, "label", r->label);
        if (r->convention) put_text(w, "convention", rs_str_of(r->convention->name));
        rs_json_field_array(w, "coords");
        for (uint32_t k = 0; k < r->n_coords; k++) rs_json_write_double(w, r->coords[k]);
        rs_json_end_array(w);
        rs_json_field_i64(w, "turn", r->turn);
        rs_json_end_object(w);
    }
    rs_json_end_array(w);
}

static void put_labels(rs_json_writer *w, const rs_sample *s)
{
    rs_json_field_array(w, "labels");
    for (uint32_t i = 0; i < s->n_labels; i++) rs_json_write_str(w, s->labels[i]);
    rs_json_end_array(w);
}

/* At most 64 KiB of the source's bytes; what is not UTF-8 is shown as U+FFFD. */
static void put_bytes(rs_json_writer *w, const char *key, rs_str bytes)
{
    if (!bytes.ptr) return;
    rs_arena scratch = {0};
    rs_str shown = rs_utf8_clean(&scratch, rs_str_sub(bytes, 0, MOST_SOURCE_BYTES), NULL);
    rs_json_field_str(w, key, shown);
    rs_arena_fini(&scratch);
}

static void put_answer(rs_buf *b, const place *p, const rs_sample *s, const rs_raw *raw)
{
    char id[RS_ID_TEXT];
    rs_json_writer w = rs_json_writer_to(b);
    rs_json_begin_object(&w);
    rs_json_field_cstr(&w, "schema", "rsift.sample/1");
    put_text(&w, "sample_id", rs_str_of(rs_id_text(id, s->id)));
    put_text(&w, "dataset", p->dataset);
    put_text(&w, "role", p->role);
    put_text(&w, "task", rs_str_of(rs_model_task_name(s->task)));
    put_text(&w, "skill", s->skill);
    put_text(&w, "release_type", s->release_type);
    put_text(&w, "original_id", s->original_id);
    put_text(&w, "locator", p->locator);
    rs_json_field_bool(&w, "truth", s->truth);
    put_assets(&w, s);
    put_turns(&w, s);
    put_labels(&w, s);
    put_regions(&w, s);
    rs_json_field_i64(&w, "offset", raw->offset);
    put_bytes(&w, "source", raw->content);
    put_bytes(&w, "source_extra", raw->extra);
    rs_json_end_object(&w);
}

static rsift_status answer_chunk(const place *p, const rs_records *records,
                                 const rs_record_chunk *chunk, const rs_raw *raw, rs_buf *b,
                                 rsift_error *err)
{
    rs_batch batch = {0};
    rsift_status status = rs_records_parse(records, chunk, &batch, err);
    const rs_sample *found = NULL;
    for (size_t i = 0; status == RSIFT_OK && i < batch.n_samples; i++)
        if (rs_id_eq(batch.samples[i].id, p->id)) found = &batch.samples[i];
    if (status == RSIFT_OK && !found)
        status = rs_err_set(err, RSIFT_E_FORMAT,
                            "record %" PRId64 " is another one now: changed since the index",
                            p->ordinal);
    if (status == RSIFT_OK) put_answer(b, p, found, raw);
    rs_batch_fini(&batch);
    return status;
}

static rsift_status replay(const rs_plan *plan, const place *p, rs_buf *b, rsift_error *err)
{
    const rs_plan_source *source = NULL;
    for (size_t i = 0; i < plan->n_sources; i++)
        if (rs_str_eq(plan->sources[i].id, p->source)) source = &plan->sources[i];
    if (!source)
        return rs_err_set(err, RSIFT_E_FORMAT, "the source \"%.*s\" is no longer there",
                          RS_STR_ARG(p->source));
    rs_records records;
    RS_TRY(rs_records_open(&records, source, err));
    rs_record_chunk chunk = {0};
    rsift_status status;
    const rs_raw *raw = NULL;
    size_t at;
    while ((status = rs_records_next(&records, &chunk, err)) == RSIFT_OK)
        if ((raw = rs_record_of(&chunk, p->ordinal, &at))) break;
    if (status == RSIFT_OK) status = answer_chunk(p, &records, &chunk, raw, b, err);
    else if (status == RSIFT_END)
        status = rs_err_set(err, RSIFT_E_FORMAT,
                            "the source ends before record %" PRId64 ": changed since the index",
                            p->ordinal);
    rs_record_chunk_fini(&chunk);
    rs_records_close(&records);
    return status;
}

static rsift_status run(rs_call *call, rsift_answer *out, rsift_error *err)
{
    rs_store *store;
    RS_TRY(rs_api_asking(call->workspace, &store, err));
    place p = {0};
    rs_plan *plan = NULL;
    rs_buf b = {0};
    rsift_status status = find(store, rs_call_text(call, "id"), &p, err);
    if (status == RSIFT_OK) status = rs_plan_remake(call->session, p.config, &plan, err);
    if (status == RSIFT_OK) {
        status = replay(plan, &p, &b, err);
        if (status == RSIFT_E_FORMAT) rs_err_within(err, status, "%.*s", RS_STR_ARG(p.locator));
    }
    if (status == RSIFT_OK) status = rs_session_answer(&b, out, err);
    rs_buf_fini(&b);
    rs_plan_free(plan);
    rs_arena_fini(&p.arena);
    return status;
}

static const rs_verb_param params[] = {
    {.name = "id",
     .kind = RS_PARAM_TEXT,
     .argument = "ID",
     .help = "sample_id of the table sample, with or without dashes",
     .required = true},
};
static const char *const examples[] = {"rsift query \"SELECT sample_id FROM sample LIMIT 1\"",
                                       "rsift sample 0b7c1f3e9a...", NULL};

const rs_verb rs_verb_sample = {
    .name = "sample",
    .summary = "one sample as understood, and its bytes at the source",
    .usage = "sample ID",
    .about = "Reads the record from its release again and proves it by its id.",
    .examples = examples,
    .answer = "`sample_id dataset role task skill release_type original_id locator truth "
              "assets[]{role path} turns[]{role text} labels[] regions[]{kind label convention "
              "coords[] turn} offset source source_extra`",
    .use = RS_READS,
    .params = params,
    .n_params = sizeof params / sizeof *params,
    .run = run};
