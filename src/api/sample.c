/* rsift_sample: one sample as understood, and its bytes at the source, by replay. */
#include "release/records.h"

#include "base/utf8.h"
#include "codec/json.h"

#include <inttypes.h>

enum { most_source_bytes = 64 << 10 };

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

static void put_text(rs_buf *b, const char *key, rs_str value)
{
    if (!value.len) return;
    rs_json_put_key(b, key);
    rs_json_put_str(b, value);
}

static void put_assets(rs_buf *b, const rs_sample *s)
{
    rs_json_put_key(b, "assets");
    rs_buf_char(b, '[');
    for (uint32_t i = 0; i < s->n_assets; i++) {
        rs_buf_cstr(b, i ? ",{" : "{");
        put_text(b, "role", rs_str_of(rs_model_asset_role_name(s->assets[i].role)));
        put_text(b, "path", s->assets[i].path);
        rs_buf_char(b, '}');
    }
    rs_buf_char(b, ']');
}

static void put_turns(rs_buf *b, const rs_sample *s)
{
    rs_json_put_key(b, "turns");
    rs_buf_char(b, '[');
    for (uint32_t i = 0; i < s->n_turns; i++) {
        rs_buf_cstr(b, i ? ",{" : "{");
        put_text(b, "role", rs_str_of(rs_model_turn_role_name(s->turns[i].role)));
        rs_json_put_key(b, "text");
        rs_json_put_str(b, s->turns[i].text);
        rs_buf_char(b, '}');
    }
    rs_buf_char(b, ']');
}

static void put_regions(rs_buf *b, const rs_sample *s)
{
    rs_json_put_key(b, "regions");
    rs_buf_char(b, '[');
    for (uint32_t i = 0; i < s->n_regions; i++) {
        const rs_region *r = &s->regions[i];
        rs_buf_cstr(b, i ? ",{" : "{");
        put_text(b, "kind", rs_str_of(rs_model_region_kind_name(r->kind)));
        put_text(b, "label", r->label);
        if (r->convention) put_text(b, "convention", rs_str_of(r->convention->name));
        rs_json_put_key(b, "coords");
        rs_buf_char(b, '[');
        for (uint32_t k = 0; k < r->n_coords; k++) {
            if (k) rs_buf_char(b, ',');
            rs_json_put_double(b, r->coords[k]);
        }
        rs_buf_char(b, ']');
        rs_json_put_key(b, "turn");
        rs_buf_i64(b, r->turn);
        rs_buf_char(b, '}');
    }
    rs_buf_char(b, ']');
}

static void put_labels(rs_buf *b, const rs_sample *s)
{
    rs_json_put_key(b, "labels");
    rs_buf_char(b, '[');
    for (uint32_t i = 0; i < s->n_labels; i++) {
        if (i) rs_buf_char(b, ',');
        rs_json_put_str(b, s->labels[i]);
    }
    rs_buf_char(b, ']');
}

/* At most 64 KiB of the source's bytes; what is not UTF-8 is shown as U+FFFD. */
static void put_bytes(rs_buf *b, const char *key, rs_str bytes)
{
    if (!bytes.ptr) return;
    rs_arena scratch = {0};
    rs_str shown = rs_utf8_clean(&scratch, rs_str_sub(bytes, 0, most_source_bytes), NULL);
    rs_json_put_key(b, key);
    rs_json_put_str(b, shown.ptr ? shown : RS_STR(""));
    rs_arena_fini(&scratch);
}

static void put_answer(rs_buf *b, const place *p, const rs_sample *s, const rs_raw *raw)
{
    char id[RS_ID_TEXT];
    rs_buf_cstr(b, "{\"schema\":\"rsift.sample/1\"");
    put_text(b, "sample_id", rs_str_of(rs_id_text(id, s->id)));
    put_text(b, "dataset", p->dataset);
    put_text(b, "role", p->role);
    put_text(b, "task", rs_str_of(rs_model_task_name(s->task)));
    put_text(b, "skill", s->skill);
    put_text(b, "release_type", s->release_type);
    put_text(b, "original_id", s->original_id);
    put_text(b, "locator", p->locator);
    rs_json_put_key(b, "truth");
    rs_buf_cstr(b, s->truth ? "true" : "false");
    put_assets(b, s);
    put_turns(b, s);
    put_labels(b, s);
    put_regions(b, s);
    rs_json_put_key(b, "offset");
    rs_buf_i64(b, raw->offset);
    put_bytes(b, "source", raw->content);
    put_bytes(b, "source_extra", raw->extra);
    rs_buf_char(b, '}');
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

rsift_status rsift_sample(rsift_context *context, const char *id, rsift_answer *out,
                          rsift_error *err)
{
    *out = (rsift_answer){0};
    rs_store *store;
    RS_TRY(rs_session_store(context, RS_STORE_READ, false, &store, err));
    place p = {0};
    rs_plan *plan = NULL;
    rs_buf b = {0};
    rsift_status status = find(store, id, &p, err);
    if (status == RSIFT_OK) status = rs_plan_remake(context, p.config, &plan, err);
    if (status == RSIFT_OK) {
        status = replay(plan, &p, &b, err);
        if (status == RSIFT_E_FORMAT) rs_err_within(err, status, "%.*s", RS_STR_ARG(p.locator));
    }
    if (status == RSIFT_OK) status = rs_session_answer(&b, out, err);
    rs_buf_fini(&b);
    rs_plan_free(plan);
    rs_arena_fini(&p.arena);
    rs_store_close(store);
    return status;
}
