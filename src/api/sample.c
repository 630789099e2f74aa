/* sample: one sample as understood, and its bytes at the source. */
#include "release/records.h"

#include "api/handle.h"
#include "api/call.h"
#include "base/utf8.h"
#include "codec/json_writer.h"
#include "signals/tag.h"

#include <inttypes.h>

enum { MOST_SOURCE_BYTES = 64 << 10 };

/* Left out when empty. */
static void put_text(rs_json_writer *w, const char *key, rs_str value)
{
    if (value.len) rs_json_field_str(w, key, value);
}

static void put_regions(rs_json_writer *w, const rs_sample *s)
{
    rs_json_field_array(w, "regions");
    for (uint32_t i = 0; i < s->n_regions; i++) {
        const rs_region *r = &s->regions[i];
        rs_json_begin_object(w);
        put_text(w, "kind", rs_str_of(rs_model_region_kind_name(r->kind)));
        put_text(w, "label", r->label);
        /* Numbers as the reader gives them; the convention tells what they mean. */
        if (r->convention) put_text(w, "convention", rs_str_of(r->convention->name));
        rs_json_field_array(w, "coords");
        for (uint32_t k = 0; k < r->n_coords; k++) rs_json_write_double(w, r->coords[k]);
        rs_json_end_array(w);
        /* Index into turns; -1 = the region is tied to no text. */
        rs_json_field_i64(w, "turn", r->turn);
        rs_json_end_object(w);
    }
    rs_json_end_array(w);
}

/* At most 64 KiB of the source's bytes; what is not UTF-8 is shown as U+FFFD. */
static void put_bytes(rs_json_writer *w, const char *key, rs_str bytes)
{
    if (!bytes.ptr) return;
    rs_arena scratch = {0};
    /* Cut first: a character that the cut splits becomes U+FFFD as well. */
    rs_str shown = rs_utf8_clean(&scratch, rs_str_sub(bytes, 0, MOST_SOURCE_BYTES), NULL);
    rs_json_field_str(w, key, shown);
    rs_arena_fini(&scratch);
}

/* What the question asks for, by the names of table `turn`; nothing for other turns. */
static void put_tag(rs_json_writer *w, const rs_tag *tag)
{
    if (tag->rule) {
        put_text(w, "tag_task", rs_str_of(rs_model_task_name(tag->task)));
        put_text(w, "tag_skill", tag->rule->skill);
        put_text(w, "tag_rule", tag->rule->name);
    }
    put_text(w, "answer_form", rs_str_of(rs_signals_answer_form_name(tag->form)));
}

static void put_turns(rs_json_writer *w, const rs_sample *s, const rs_tag *tags)
{
    rs_json_field_array(w, "turns");
    for (uint32_t i = 0; i < s->n_turns; i++) {
        rs_json_begin_object(w);
        put_text(w, "role", rs_str_of(rs_model_turn_role_name(s->turns[i].role)));
        /* An empty text stays: an empty answer is a fact about the data. */
        rs_json_field_str(w, "text", s->turns[i].text);
        put_tag(w, &tags[i]);
        rs_json_end_object(w);
    }
    rs_json_end_array(w);
}

/* Tags the sample's questions as index does, in the call's arena. */
static rsift_status tag_questions(rs_call *call, const rs_sample *sample, const rs_tag **out,
                                  rsift_error *err)
{
    rsift_workspace *w = call->workspace;
    if (!w->tag_rules) RS_TRY(rs_tag_rules_load(&w->tag_rules, err));
    rs_tag *tags = rs_arena_alloc(&call->arena, (sample->n_turns + 1) * sizeof *tags);
    if (!tags || !rs_signals_tag(w->tag_rules, &call->arena, sample, tags))
        return rs_err_nomem(err, "the tags of a sample");
    *out = tags;
    return RSIFT_OK;
}

/* Writes the answer: the row of the index, the sample as its reader understands it now, and the
 * record's bytes. */
static void put_answer(rs_buf *b, const rs_sample_position *at, rs_str locator,
                       const rs_located *found, const rs_tag *tags)
{
    const rs_sample *s = found->sample;
    const rs_raw *raw = found->raw;
    char id[RS_ID_TEXT];
    rs_json_writer w = rs_json_writer_to(b);
    rs_json_begin_object(&w);
    rs_json_field_cstr(&w, "schema", "rsift.sample/1");
    put_text(&w, "sample_id", rs_str_of(rs_id_text(id, s->id)));
    put_text(&w, "dataset", at->dataset);
    put_text(&w, "role", at->role);
    put_text(&w, "task", rs_str_of(rs_model_task_name(s->task)));
    put_text(&w, "skill", s->skill);
    put_text(&w, "release_type", s->release_type);
    put_text(&w, "original_id", s->original_id);
    put_text(&w, "locator", locator);
    rs_json_field_bool(&w, "truth", s->truth);
    /* Lists are written even when empty: a client may loop over them without asking. */
    rs_json_field_array(&w, "assets");
    for (uint32_t i = 0; i < s->n_assets; i++) {
        rs_json_begin_object(&w);
        put_text(&w, "role", rs_str_of(rs_model_asset_role_name(s->assets[i].role)));
        put_text(&w, "path", s->assets[i].path);
        rs_json_end_object(&w);
    }
    rs_json_end_array(&w);
    put_turns(&w, s, tags);
    rs_json_field_array(&w, "labels");
    for (uint32_t i = 0; i < s->n_labels; i++) rs_json_write_str(&w, s->labels[i]);
    rs_json_end_array(&w);
    put_regions(&w, s);
    /* In the file or archive member; -1 = the record is not one run of bytes. */
    rs_json_field_i64(&w, "offset", raw->offset);
    put_bytes(&w, "source", raw->content);
    put_bytes(&w, "source_extra", raw->extra);
    rs_json_end_object(&w);
}

/* Looks the sample's place up, reads the record from its release again and answers with both. */
static rsift_status run(rs_call *call, rsift_answer *out, rsift_error *err)
{
    rsift_workspace *w = call->workspace;
    rs_store *store;
    rs_id id;
    rs_sample_position at;
    rs_locator *locator;
    rs_located found;
    /* From the id to its row, from the row to its release, from the release to the record. */
    RS_TRY(rs_positions_parse_id(rs_call_text(call, "id"), "a sample id", &id, err));
    RS_TRY(rs_api_lookup(w, &store, err));
    RS_TRY(rs_positions_sample(w->positions, store, id, &at, err));
    RS_TRY(rs_releases_locator(w->releases, call->session, store, at.release_id, &locator, err));
    const rsift_status status = rs_locate(locator, &at.ref, &found, err);
    /* The place of the record goes in front of the error: its file and its ordinal. */
    if (status != RSIFT_OK)
        return rs_err_within(err, status, "%.*s#%" PRId64, RS_STR_ARG(at.ref.file), at.ref.ordinal);
    /* A locator needs no more of the records than their source. */
    const rs_records records = {.source = found.source};
    const rs_str locator_text = rs_record_locator(&call->arena, &records, found.raw);
    if (!locator_text.ptr) return rs_err_nomem(err, "the answer");
    const rs_tag *tags = NULL;
    RS_TRY(tag_questions(call, found.sample, &tags, err));
    rs_buf b = {0};
    put_answer(&b, &at, locator_text, &found, tags);
    return rs_session_answer(&b, out, err);
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
    .about = "Reads the record from its release again and proves it by its id. Of each question: "
             "what it "
             "asks for by the rules of docs/tags.md.",
    .examples = examples,
    .answer = "`sample_id dataset role task skill release_type original_id locator truth "
              "assets[]{role path} turns[]{role text tag_task tag_skill tag_rule answer_form} "
              "labels[] regions[]{kind label convention "
              "coords[] turn} offset source source_extra`",
    .use = RS_READS,
    .params = params,
    .n_params = sizeof params / sizeof *params,
    .run = run};
