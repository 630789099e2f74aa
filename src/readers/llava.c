/* LLaVA / ShareGPT conversations: a JSON array, JSON Lines or an object of records, each with
 * `conversations` [{from, value}] or `messages` [{role, content}] and `image` (text, list or
 * absent). Box text in the turns becomes regions tied to their bytes of the turn; coordinate-like
 * text whose meaning is not known is a finding, never a guess. Quirks met: ids and values that are
 * numbers (GeoChat, FloodNet's answers), one constant id for all records (VRSBench), speakers named
 * human/user/USER, several [refer] pairs in one record, phrases in the user's turn and the box in
 * the answer, boxes outside 0..100. */
#include "lang/boxtext.h"
#include "lang/boxwords.h"
#include "readers/feed_json.h"
#include "readers/forms.h"
#include "readers/meaning.h"
#include "readers/which_picture.h"

#include <inttypes.h>
#include <stdio.h>

struct llava {
    const rs_source *source;
    rs_json_feed feed;
    rs_arena arena;
    rs_words tags, task_by_text;
    rs_str image_field, id_field, turns_field;
    bool id_constant;
    unsigned styles;
    rs_named_meanings conventions;
};

/* ---- parameters ------------------------------------------------------------------------- */

/* Every word of a map parameter must name a task. */
static rsift_status check_tasks(const rs_words *words, const char *key, rsift_error *err)
{
    rs_task task;
    for (size_t i = 0; i < words->n; i++)
        if (!rs_model_task_parse(words->to[i], &task))
            return rs_err_set(err, RSIFT_E_ARG, "parameter %s: \"%.*s\" is no known task", key,
                              RS_STR_ARG(rs_str_sub(words->to[i], 0, 64)));
    return RSIFT_OK;
}

/* The box text styles that are searched for: all of them, those named, or none. */
static rsift_status read_styles(struct llava *state, rsift_error *err)
{
    const rs_param_value *value = rs_source_param_list(state->source, "box_style");
    state->styles = RS_BOXTEXT_ALL;
    if (!value || value->n == 0 || rs_str_eq(value->values[0], RS_STR("auto"))) return RSIFT_OK;
    state->styles = 0;
    for (size_t i = 0; i < value->n; i++) {
        unsigned found = 0;
        for (unsigned bit = 1; bit <= RS_BOXTEXT_SEG; bit <<= 1)
            if (rs_str_eq(rs_str_of(rs_lang_boxtext_style_name((rs_boxtext_style)bit)),
                          value->values[i]))
                found = bit;
        if (!found && !rs_str_eq(value->values[i], RS_STR("none")))
            return rs_err_set(err, RSIFT_E_ARG, "parameter box_style: \"%.*s\" is no known style",
                              RS_STR_ARG(rs_str_sub(value->values[i], 0, 64)));
        state->styles |= found;
    }
    return RSIFT_OK;
}

/* Reads the parameters once; parse only compares. */
static rsift_status llava_open(void *opened, const rs_source *source, rs_chunk *first,
                               rsift_error *err)
{
    (void)first;
    struct llava *state = opened;
    state->source = source;
    state->image_field = rs_source_param(source, "image_field", RS_STR("image"));
    state->id_field = rs_source_param(source, "id_field", RS_STR("id"));
    state->turns_field = rs_source_param(source, "turns_field", RS_STR(""));
    rs_str constant = rs_source_param(source, "id_constant", RS_STR("no"));
    state->id_constant = rs_str_eq(constant, RS_STR("yes")) || rs_str_eq(constant, RS_STR("true"));
    RS_TRY(rs_words_of(&state->arena, source, "tags", &state->tags, err));
    RS_TRY(check_tasks(&state->tags, "tags", err));
    RS_TRY(rs_words_of(&state->arena, source, "task_by_text", &state->task_by_text, err));
    RS_TRY(check_tasks(&state->task_by_text, "task_by_text", err));
    RS_TRY(read_styles(state, err));
    RS_TRY(rs_named_meanings_of(&state->arena, source, "box_convention", &state->conventions, err));
    /* "" = an array or lines at the top, "{}" = an object whose values are the records */
    rs_str path = rs_source_param(source, "path", RS_STR(""));
    return rs_json_feed_open(&state->feed, source, "records", path, 0, err);
}

static rsift_status llava_cut(void *opened, rs_chunk *chunk, rsift_error *err)
{
    return rs_json_feed_cut(&((struct llava *)opened)->feed, chunk, err);
}

static rsift_status llava_at(void *opened, const rs_record_ref *ref, rs_chunk *chunk,
                             rsift_error *err)
{
    return rs_json_feed_at(&((struct llava *)opened)->feed, ref, chunk, err);
}

static void llava_close(void *opened)
{
    struct llava *state = opened;
    rs_json_feed_close(&state->feed);
    rs_arena_fini(&state->arena);
}

/* ---- turns ------------------------------------------------------------------------------- */

/* The speaker's word as a role; ASCII case ignored. false = unknown. */
static bool role_of(rs_str word, rs_turn_role *out)
{
    static const struct {
        const char *word;
        rs_turn_role role;
    } words[] = {
        {"human", RS_TURN_USER},     {"gpt", RS_TURN_ASSISTANT},
        {"user", RS_TURN_USER},      {"assistant", RS_TURN_ASSISTANT},
        {"system", RS_TURN_SYSTEM},  {"model", RS_TURN_ASSISTANT},
        {"bot", RS_TURN_ASSISTANT},  {"chatgpt", RS_TURN_ASSISTANT},
        {"bing", RS_TURN_ASSISTANT},
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (!rs_str_eq_nocase(word, rs_str_of(words[i].word))) continue;
        *out = words[i].role;
        return true;
    }
    return false;
}

/* What is read of a record beside its sample. */
typedef struct record {
    const struct llava *state;
    const rs_json *root;
    rs_sample *sample;
    rs_turn *turns; /* the sample's, while they are made */
    size_t n_turns, cap_turns;
    rs_named_pictures shown; /* by the turns themselves */
    rs_filled_boxes filled;
} record;

/* A turn of the record; *out is good until the next. */
static rsift_status add_turn(rs_parse *p, record *r, rs_turn_role role, rs_turn **out)
{
    if (!rs_arena_grow(&p->batch->arena, (void **)&r->turns, &r->cap_turns, r->n_turns + 1,
                       sizeof *r->turns))
        return rs_err_nomem(p->err, "turns");
    *out = &r->turns[r->n_turns++];
    **out = (rs_turn){role, RS_STR("")};
    return RSIFT_OK;
}

/* A turn whose text is a member of the record or of a turn; an absent one is none. */
static rsift_status add_text_turn(rs_parse *p, record *r, rs_turn_role role, const rs_json *value,
                                  bool *bad)
{
    rs_turn *turn;
    if (!value || rs_json_kind(value) == RS_JSON_NULL) return RSIFT_OK;
    RS_TRY(add_turn(p, r, role, &turn));
    RS_TRY(rs_parse_text(p, value, RS_STR("turn"), &turn->text, bad));
    if (!turn->text.ptr) turn->text = RS_STR("");
    return *bad ? RSIFT_OK : rs_forms_take_img_tags(p, &r->shown, &turn->text, bad);
}

/* "conversations[3].value": where a turn's field stands; spelled for findings only. */
static rs_str where_of(char buf[64], const char *list, size_t i, const char *field)
{
    int n = snprintf(buf, 64, "%s[%zu].%s", list, i, field);
    return rs_str_make(buf, n > 0 && n < 64 ? (size_t)n : 0);
}

/* The fields of a turn in either spelling, found in one walk over its members. */
typedef struct turn_fields {
    const rs_json *from, *role, *value, *content, *input, *output, *system;
} turn_fields;

static turn_fields fields_of(const rs_json *item)
{
    turn_fields out = {0};
    if (rs_json_kind(item) != RS_JSON_OBJECT) return out;
    rs_json_iter it = rs_json_each(item);
    rs_str key;
    for (const rs_json *v; (v = rs_json_next(&it, &key));) {
        if (key.len == 4 && memcmp(key.ptr, "from", 4) == 0) out.from = v;
        else if (key.len == 4 && memcmp(key.ptr, "role", 4) == 0) out.role = v;
        else if (key.len == 5 && memcmp(key.ptr, "value", 5) == 0) out.value = v;
        else if (key.len == 7 && memcmp(key.ptr, "content", 7) == 0) out.content = v;
        else if (rs_str_eq(key, RS_STR("input"))) out.input = v;
        else if (rs_str_eq(key, RS_STR("output"))) out.output = v;
        else if (rs_str_eq(key, RS_STR("system"))) out.system = v;
    }
    return out;
}

/* One turn; *bad when it cannot be used, after a finding. */
static rsift_status read_turn(rs_parse *p, record *r, const rs_json *item, const char *list,
                              size_t i, bool *bad)
{
    char where[64];
    turn_fields f = fields_of(item);
    rs_str speaker = rs_json_str(f.from ? f.from : f.role);
    RS_TRY(rs_forms_refuse_rejected(p, item, bad));
    if (*bad) return RSIFT_OK;
    const rs_json *value = f.value ? f.value : f.content;
    if (!speaker.ptr && f.input && f.output) { /* XTuner: question and answer in one */
        RS_TRY(add_text_turn(p, r, RS_TURN_SYSTEM, f.system, bad));
        RS_TRY(add_text_turn(p, r, RS_TURN_USER, f.input, bad));
        return add_text_turn(p, r, RS_TURN_ASSISTANT, f.output, bad);
    }
    if (!speaker.ptr || !value) {
        *bad = true;
        return rs_parse_find(p, RS_F_FIELD_MISSING,
                             where_of(where, list, i, speaker.ptr ? "value" : "from"),
                             "the turn has no %s", speaker.ptr ? "text" : "speaker");
    }
    rs_turn_role role;
    if (!role_of(speaker, &role)) {
        *bad = true;
        char quote[RS_QUOTE_SIZE];
        return rs_parse_find(p, RS_F_FIELD_TYPE, where_of(where, list, i, "from"),
                             "expected human or gpt, found \"%s\"", rs_err_quote(quote, speaker));
    }
    rs_turn *turn;
    RS_TRY(add_turn(p, r, role, &turn));
    rs_str text = rs_json_str(value);
    /* a text, a list of parts, or a number that stands where a text is due (FloodNet) */
    if (text.ptr) {
        RS_TRY(rs_parse_copy(p, text, &turn->text));
        return rs_forms_take_img_tags(p, &r->shown, &turn->text, bad);
    }
    if (rs_json_kind(value) == RS_JSON_ARRAY)
        return rs_forms_join_parts(p, value, &r->shown, &turn->text, bad);
    RS_TRY(rs_parse_text(p, value, where_of(where, list, i, f.value ? "value" : "content"),
                         &turn->text, bad));
    if (!turn->text.ptr) turn->text = RS_STR("");
    return RSIFT_OK;
}

/* A text outside of the list of turns: ShareGPT's `system`, XTuner's `system_prompt`. */
static rsift_status read_system(rs_parse *p, record *r)
{
    rs_str system = rs_json_str(rs_json_get(r->root, "system"));
    if (!system.len) system = rs_json_str(rs_json_get(r->root, "system_prompt"));
    rs_turn *turn;
    if (!system.len) return RSIFT_OK;
    RS_TRY(add_turn(p, r, RS_TURN_SYSTEM, &turn));
    return rs_parse_copy(p, system, &turn->text);
}

/* Alpaca's record, and ms-swift's older one: a question and an answer behind earlier pairs. */
static rsift_status read_alpaca(rs_parse *p, record *r, bool *bad)
{
    const bool swift = rs_json_get(r->root, "query") != NULL;
    const rs_json *input = swift ? NULL : rs_json_get(r->root, "input");
    const rs_json *answer = rs_json_get(r->root, swift ? "response" : "output");
    RS_TRY(read_system(p, r));
    rs_json_iter it = rs_json_each(rs_json_get(r->root, "history"));
    for (const rs_json *pair; (pair = rs_json_next(&it, NULL)) && !*bad;) {
        rs_json_iter two = rs_json_each(pair);
        RS_TRY(add_text_turn(p, r, RS_TURN_USER, rs_json_next(&two, NULL), bad));
        RS_TRY(add_text_turn(p, r, RS_TURN_ASSISTANT, rs_json_next(&two, NULL), bad));
    }
    RS_TRY(add_text_turn(p, r, RS_TURN_USER, rs_json_get(r->root, swift ? "query" : "instruction"),
                         bad));
    if (!*bad && rs_json_str(input).len) {
        rs_turn *turn = &r->turns[r->n_turns - 1];
        turn->text = rs_arena_join(&p->batch->arena, turn->text, RS_STR("\n"), rs_json_str(input));
        if (!turn->text.ptr) return rs_err_nomem(p->err, "a turn");
    }
    if (rs_json_kind(answer) != RS_JSON_STR) {
        *bad = true;
        return rs_parse_find(p, answer ? RS_F_FIELD_TYPE : RS_F_FIELD_MISSING,
                             rs_str_of(swift ? "response" : "output"),
                             "expected the answer's text, found %s",
                             rs_json_kind_name(rs_json_kind(answer)));
    }
    return add_text_turn(p, r, RS_TURN_ASSISTANT, answer, bad);
}

/* The list of turns; NULL = there is none under any name. */
static const rs_json *turns_of(const record *r, const char **name)
{
    static const char *const names[] = {"conversations", "messages", "conversation"};
    *name = names[0];
    if (r->state->turns_field.len) return rs_json_path(r->root, r->state->turns_field);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const rs_json *items = rs_json_get(r->root, names[i]);
        if (items) *name = names[i];
        if (items) return items;
    }
    return NULL;
}

/* All turns of the record, a `system` text in front. *bad when one cannot be used: a conversation
 * with a turn left out would be another one. */
static rsift_status read_turns(rs_parse *p, record *r, bool *bad)
{
    const char *list;
    const rs_json *items = turns_of(r, &list);
    if (!items && (rs_json_get(r->root, "instruction") || rs_json_get(r->root, "query"))) {
        RS_TRY(read_alpaca(p, r, bad));
    } else if (rs_json_kind(items) != RS_JSON_ARRAY) {
        *bad = true;
        return rs_parse_find(p, items ? RS_F_FIELD_TYPE : RS_F_FIELD_MISSING,
                             RS_STR("conversations"), "expected an array of turns, found %s",
                             rs_json_kind_name(rs_json_kind(items)));
    } else {
        const size_t n = rs_json_len(items);
        RS_TRY(read_system(p, r));
        rs_json_iter it = rs_json_each(items);
        for (size_t i = 0; i < n && !*bad; i++)
            RS_TRY(read_turn(p, r, rs_json_next(&it, NULL), list, i, bad));
    }
    if (!*bad && r->n_turns == 0) {
        *bad = true;
        return rs_parse_find(p, RS_F_FIELD_MISSING, RS_STR("conversations"), "there are no turns");
    }
    r->sample->turns = r->turns;
    r->sample->n_turns = (uint32_t)r->n_turns;
    return RSIFT_OK;
}

/* ---- pictures ---------------------------------------------------------------------------- */

/* The picture of this name, after the source's template. */
static rsift_status place_picture(rs_parse *p, rs_str name, size_t i, rs_str id,
                                  rs_asset_ref *asset)
{
    asset->role = i < p->source->n_media ? p->source->media[i].role : RS_ASSET_IMAGE;
    /* a template may want the class, which releases keep as the picture's folder */
    rs_str folder = rs_str_basename(rs_str_dirname(name));
    rs_str path = rs_source_media_path(p->scratch, p->source, i, name, id, folder);
    if (!path.ptr) return rs_err_nomem(p->err, "a picture's path");
    return rs_parse_copy(p, path, &asset->path);
}

/* One picture by its name, which may be a text or {"path": ..} or {"url": ..}. */
static rsift_status add_picture(rs_parse *p, const rs_json *value, size_t i, rs_str id,
                                rs_asset_ref *asset, bool *bad)
{
    rs_str name = rs_json_str(value);
    if (!name.ptr)
        name = rs_json_str(rs_json_get(value, "path")); /* {"path": ..} and {"url": ..} forms */
    if (!name.ptr) name = rs_json_str(rs_json_get(value, "url"));
    if (!name.len) {
        *bad = true;
        return rs_parse_find(p, RS_F_FIELD_TYPE, RS_STR("image"),
                             "expected a picture's name, found %s",
                             rs_json_kind_name(rs_json_kind(value)));
    }
    return place_picture(p, name, i, id, asset);
}

/* The sizes that the record states: InternVL's width and height, a number for the first picture or
 * a list for all. */
static void read_sizes(const rs_json *root, rs_asset_ref *assets, size_t n)
{
    const rs_json *widths = rs_json_get(root, "width"), *heights = rs_json_get(root, "height");
    const bool wide = rs_json_kind(widths) == RS_JSON_ARRAY,
               high = rs_json_kind(heights) == RS_JSON_ARRAY;
    rs_json_iter ws = rs_json_each(wide ? widths : NULL), hs = rs_json_each(high ? heights : NULL);
    for (size_t i = 0; i < n; i++) {
        const rs_json *w = wide ? rs_json_next(&ws, NULL) : i ? NULL : widths;
        const rs_json *h = high ? rs_json_next(&hs, NULL) : i ? NULL : heights;
        double width, height;
        if (!w && !h) return;
        if (!w || !h || !rs_json_double(w, &width) || !rs_json_double(h, &height)) continue;
        if (!(width >= 1) || !(height >= 1)) continue;
        assets[i].width = width;
        assets[i].height = height;
    }
}

/* Pictures that the turns themselves name, where no field of the record does. */
static rsift_status read_shown(rs_parse *p, record *r)
{
    const size_t n = r->shown.n;
    rs_asset_ref *assets = rs_arena_calloc(&p->batch->arena, n + 1, sizeof *assets);
    if (!assets) return rs_err_nomem(p->err, "assets");
    for (size_t i = 0; i < n; i++)
        RS_TRY(place_picture(p, r->shown.names[i], i, r->sample->original_id, &assets[i]));
    r->sample->assets = assets;
    r->sample->n_assets = (uint32_t)n;
    return RSIFT_OK;
}

/* All pictures of the record; none at all is a text-only record. */
static rsift_status read_pictures(rs_parse *p, record *r, bool *bad)
{
    const rs_json *root = r->root;
    rs_sample *sample = r->sample;
    const rs_str id = sample->original_id;
    const rs_json *value = rs_json_path(root, r->state->image_field);
    if (!value) value = rs_json_get(root, "images");
    rs_json_type kind = rs_json_kind(value);
    size_t n = kind == RS_JSON_ARRAY                            ? rs_json_len(value)
               : kind == RS_JSON_ABSENT || kind == RS_JSON_NULL ? 0
                                                                : 1;
    if (n == 0) return read_shown(p, r);
    if (r->shown.n && r->shown.n != n)
        RS_TRY(rs_parse_find(p, RS_F_PLACEHOLDERS, RS_STR("image"),
                             "the turns name %zu pictures, the record %zu", r->shown.n, n));
    rs_asset_ref *assets = rs_arena_calloc(&p->batch->arena, n, sizeof *assets);
    if (!assets) return rs_err_nomem(p->err, "assets");
    rs_json_iter it = rs_json_each(value);
    for (size_t i = 0; i < n && !*bad; i++) {
        const rs_json *one = kind == RS_JSON_ARRAY ? rs_json_next(&it, NULL) : value;
        RS_TRY(add_picture(p, one, i, id, &assets[i], bad));
    }
    read_sizes(root, assets, n);
    sample->assets = assets;
    sample->n_assets = (uint32_t)n;
    return RSIFT_OK;
}

/* ---- task -------------------------------------------------------------------------------- */

/* The user's words without the picture tags in front. */
static rs_str without_tags(rs_str text)
{
    for (;;) {
        text = rs_str_trim(text);
        if (!rs_str_starts(text, RS_STR("<image>"))) return text;
        text = rs_str_sub(text, 7, text.len);
    }
}

static size_t tag_of(const rs_words *tags, rs_str text)
{
    for (size_t i = 0; i < tags->n; i++)
        if (rs_str_starts(text, tags->from[i])) return i;
    return RS_NPOS;
}

/* One tag for all of the user's turns decides; several different ones are a conversation. */
static void find_task(const struct llava *state, rs_sample *sample)
{
    bool tagged = false, mixed = false;
    size_t n_user = 0;
    rs_task task = sample->task;
    rs_str first = {0};
    for (uint32_t i = 0; i < sample->n_turns; i++) {
        if (sample->turns[i].role != RS_TURN_USER) continue;
        rs_str text = without_tags(sample->turns[i].text);
        if (n_user++ == 0) first = text;
        size_t tag = tag_of(&state->tags, text);
        rs_task own;
        if (tag == RS_NPOS || !rs_model_task_parse(state->tags.to[tag], &own)) continue;
        if (tagged && own != task) mixed = true; /* "[vqa]" here, "[refer]" there */
        if (!tagged) sample->release_type = state->tags.from[tag];
        task = own;
        tagged = true;
    }
    if (mixed) task = RS_TASK_CONVERSATION;
    if (!tagged && n_user > 1) task = RS_TASK_CONVERSATION;
    /* one untagged question: its words may decide the task, else it is the source's */
    if (!tagged && n_user == 1) {
        size_t i = rs_words_contained(&state->task_by_text, first);
        if (i != RS_NPOS) rs_model_task_parse(state->task_by_text.to[i], &task);
    }
    sample->task = task;
}

/* ---- box text ---------------------------------------------------------------------------- */

/* Most turns are plain words: without a digit, a brace or a tag other than the picture's there is
 * no box text. */
static bool may_hold_boxes(rs_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if ((c >= '0' && c <= '9') || c == '{') return true;
        if (c != '<') continue;
        if (!rs_str_starts(rs_str_sub(text, i, text.len), RS_STR("<image>"))) return true;
        i += 6;
    }
    return false;
}

/* A finding for text that looks like coordinates; the text itself stays in the turn. */
static rsift_status unparsed(rs_parse *p, size_t turn, rs_str text, const rs_boxtext_span *span,
                             const char *why)
{
    char where[96], quote[RS_QUOTE_SIZE];
    int n = snprintf(where, sizeof where, "turn %zu > byte %zu", turn, span->begin);
    return rs_parse_find(p, RS_F_BOX_TEXT_UNPARSED, rs_str_make(where, n > 0 ? (size_t)n : 0),
                         "%s: \"%s\"", why,
                         rs_err_quote(quote, rs_str_sub(text, span->begin, span->end)));
}

/* Before and after are two pictures of one place: a box lies at the same place of both. */
static bool are_aligned(const rs_sample *sample)
{
    for (uint32_t a = 0; a < sample->n_assets; a++)
        if (sample->assets[a].role != RS_ASSET_BEFORE && sample->assets[a].role != RS_ASSET_AFTER)
            return false;
    return sample->n_assets == 2;
}

/* The picture of a box, -1 = not told, which is a finding where it matters. */
static rsift_status find_picture(rs_parse *p, const rs_sample *sample, size_t turn,
                                 const rs_boxtext_span *span, int32_t *out)
{
    *out = sample->n_assets ? rs_box_picture(sample, turn, span->begin, span->end) : 0;
    if (*out >= 0 || are_aligned(sample)) return RSIFT_OK;
    char where[96];
    int n = snprintf(where, sizeof where, "turn %zu > byte %zu", turn, span->begin);
    return rs_parse_find(p, RS_F_BOX_PICTURE_UNKNOWN, rs_str_make(where, n > 0 ? (size_t)n : 0),
                         "a box in a conversation about %" PRIu32 " pictures", sample->n_assets);
}

/* A label of JSON text without its escapes; as it is when that fails. */
static rs_str unescaped(rs_parse *p, rs_str label)
{
    const rs_json *value = NULL;
    if (rs_str_find_char(label, '\\') == RS_NPOS) return label;
    rs_str quoted = rs_arena_join(p->scratch, RS_STR("\""), label, RS_STR("\""));
    if (!quoted.ptr ||
        rs_json_parse(p->scratch, quoted, p->source->limits, &value, NULL) != RSIFT_OK)
        return label;
    rs_str plain = rs_json_str(value);
    plain = plain.ptr ? rs_arena_str(&p->batch->arena, plain) : plain;
    return plain.ptr ? plain : label;
}

/* The phrase that the boxes belong to becomes the label; where it stands in tags of its own
 * (`<p>ship</p>`), the bytes of phrase and tags are noted, so that they can be respelled. */
static void set_phrase(rs_parse *p, rs_region *region, rs_str text, const rs_boxtext_span *span)
{
    if (span->phrase == RS_BOXTEXT_NO_PHRASE) return;
    region->label = rs_str_sub(text, span->phrase_begin, span->phrase_end);
    if (span->style == RS_BOXTEXT_JSON) region->label = unescaped(p, region->label);
    if (span->phrase == RS_BOXTEXT_PHRASE_LABEL || span->phrase == RS_BOXTEXT_PHRASE_RUN) return;
    rs_str behind = rs_str_sub(text, span->phrase_end, text.len);
    size_t close = rs_str_find_char(behind, '>');
    if (close == RS_NPOS) return;
    region->phrase_begin = (uint32_t)span->phrase_outer_begin;
    region->phrase_end = (uint32_t)(span->phrase_end + close + 1);
}

/* The question before an answer; empty for any other turn. */
static rs_str question_of(const rs_sample *sample, size_t turn)
{
    const bool answer = turn > 0 && sample->turns[turn].role == RS_TURN_ASSISTANT;
    return answer ? sample->turns[turn - 1].text : RS_STR("");
}

/* A span of box text -> a region, when it is known what its numbers mean. */
static rsift_status add_region(rs_parse *p, const record *r, size_t turn,
                               const rs_boxtext_span *span, rs_region_list *list)
{
    const struct llava *state = r->state;
    const rs_sample *sample = r->sample;
    const rs_filled_box *filled = rs_forms_filled_at(&r->filled, turn, span->begin, span->end);
    rs_str text = sample->turns[turn].text;
    if (span->shape == RS_BOXTEXT_UNPARSED && filled) return RSIFT_OK; /* a point: add_points */
    if (span->shape == RS_BOXTEXT_UNPARSED)
        return unparsed(p, turn, text, span, "looks like coordinates and cannot be read");
    if (!filled && rs_lang_boxwords_other(text, span, question_of(sample, turn)))
        return unparsed(p, turn, text, span, "a list of numbers that may be no box");
    rs_str spelling = rs_str_of(rs_lang_boxtext_spelling(span));
    const rs_convention *convention = filled
                                          ? filled->convention
                                          : rs_box_meaning(p->source, &state->conventions, spelling,
                                                           span->numbers, span->n_numbers);
    if (!convention && state->conventions.n_plain)
        return unparsed(p, turn, text, span, "no convention is known for these numbers");
    if (convention && !filled && rs_box_is_unordered(convention, span))
        return unparsed(p, turn, text, span, "no box: its corners are out of order");
    int32_t picture = filled ? filled->asset : 0;
    if (!filled) RS_TRY(find_picture(p, sample, turn, span, &picture));
    if (!convention) {
        char where[96];
        int n = snprintf(where, sizeof where, "turn %zu > byte %zu", turn, span->begin);
        return rs_parse_open_box(p, spelling, span->numbers, span->n_numbers, picture,
                                 rs_str_make(where, n > 0 ? (size_t)n : 0));
    }
    rs_region *region = rs_parse_region(p, list);
    if (!region) return rs_err_nomem(p->err, "a region");
    double *coords = rs_arena_alloc(&p->batch->arena, span->n_numbers * sizeof *coords);
    if (!coords) return rs_err_nomem(p->err, "coordinates");
    memcpy(coords, span->numbers, span->n_numbers * sizeof *coords);
    region->kind = rs_parse_kind(convention);
    region->coords = coords;
    region->n_coords = (uint32_t)span->n_numbers;
    region->convention = convention;
    region->flags = RS_REGION_FROM_TEXT;
    /* a box in the question points at something; one in the answer is the answer */
    if (sample->turns[turn].role == RS_TURN_USER) region->flags |= RS_REGION_MARK;
    region->asset = picture;
    region->turn = (int32_t)turn;
    region->begin = (uint32_t)span->begin;
    region->end = (uint32_t)span->end;
    region->group = span->group;
    set_phrase(p, region, text, span);
    return RSIFT_OK;
}

/* Filled points, which are no box text in any spelling: those in front of byte `end` that no region
 * covers. */
static rsift_status add_points(rs_parse *p, const record *r, size_t turn, size_t *next, size_t end,
                               rs_region_list *list)
{
    for (; *next < r->filled.n; ++*next) {
        const rs_filled_box *box = &r->filled.items[*next];
        if (box->turn < turn || (box->turn == turn && box->n_numbers != 2)) continue;
        if (box->turn > turn || box->begin >= end) return RSIFT_OK;
        const rs_region *last = list->n ? &list->items[list->n - 1] : NULL;
        if (last && last->turn == (int32_t)turn && last->end > box->begin) continue;
        const rs_boxtext_span span = {.begin = box->begin,
                                      .end = box->end,
                                      .shape = RS_BOXTEXT_XY,
                                      .style = RS_BOXTEXT_BRACKET,
                                      .group = (uint32_t)(UINT32_MAX - *next),
                                      .n_numbers = 2,
                                      .numbers = box->numbers};
        RS_TRY(add_region(p, r, turn, &span, list));
    }
    return RSIFT_OK;
}

/* `<p>..</p>` of the user's turn before an answer: the phrase that its boxes show. */
static rs_str asked_phrase(const rs_sample *sample, size_t turn)
{
    if (turn == 0 || sample->turns[turn - 1].role != RS_TURN_USER) return (rs_str){0};
    rs_str text = sample->turns[turn - 1].text;
    size_t open = rs_str_find(text, RS_STR("<p>"));
    if (open == RS_NPOS) return (rs_str){0};
    rs_str inner = rs_str_sub(text, open + 3, text.len);
    size_t close = rs_str_find(inner, RS_STR("</p>"));
    return close == RS_NPOS ? (rs_str){0} : rs_str_trim(rs_str_sub(inner, 0, close));
}

/* Regions of all turns, in reading order. */
static rsift_status find_regions(rs_parse *p, const record *r)
{
    rs_sample *sample = r->sample;
    const unsigned styles = r->filled.n ? RS_BOXTEXT_ALL : r->state->styles;
    rs_region_list list = {0};
    for (size_t turn = 0; turn < sample->n_turns && styles; turn++) {
        rs_boxtext boxes;
        if (sample->turns[turn].text.len > UINT32_MAX || !may_hold_boxes(sample->turns[turn].text))
            continue;
        RS_TRY(rs_lang_boxtext_parse(p->scratch, sample->turns[turn].text, styles, &boxes, p->err));
        size_t first = list.n, next = 0;
        for (size_t i = 0; i < boxes.n; i++) {
            RS_TRY(add_points(p, r, turn, &next, boxes.spans[i].begin, &list));
            RS_TRY(add_region(p, r, turn, &boxes.spans[i], &list));
        }
        RS_TRY(add_points(p, r, turn, &next, sample->turns[turn].text.len, &list));
        if (sample->turns[turn].role != RS_TURN_ASSISTANT || first == list.n) continue;
        /* boxes without a phrase of their own show what the question asked for */
        rs_str phrase = asked_phrase(sample, turn);
        for (size_t i = first; i < list.n && phrase.ptr; i++)
            if (list.items[i].label.len == 0) list.items[i].label = phrase;
    }
    sample->regions = list.items;
    sample->n_regions = (uint32_t)list.n;
    return RSIFT_OK;
}

/* ---- one record -------------------------------------------------------------------------- */

/* The record's id, else its key; empty when the release writes one id on every record. */
static rsift_status read_id(rs_parse *p, const struct llava *state, const rs_json *root, rs_str *id)
{
    const rs_json *value = rs_json_path(root, state->id_field);
    if (!value) value = rs_json_get(root, "question_id");
    *id = RS_STR("");
    if (state->id_constant) return RSIFT_OK;
    if (!value || rs_json_kind(value) == RS_JSON_NULL)
        return p->raw->key.len ? rs_parse_copy(p, p->raw->key, id) : RSIFT_OK;
    bool bad = false;
    RS_TRY(rs_parse_text(p, value, state->id_field, id, &bad));
    if (!id->ptr) *id = RS_STR("");
    return RSIFT_OK;
}

/* One record -> one sample. */
static rsift_status parse_one(rs_parse *p, const void *opened, rs_outcome *outcome)
{
    const struct llava *state = opened;
    const rs_json *root;
    if (p->source->survey && !rs_lang_boxtext_possible(p->raw->content)) {
        *outcome = RS_OUTCOME_SKIPPED;
        return RSIFT_OK;
    }
    RS_TRY(rs_parse_object(p, &root));
    if (!root) return RSIFT_OK;
    record r = {.state = state, .root = root};
    bool bad = false;
    RS_TRY(rs_parse_sample(p, &r.sample));
    rs_sample *sample = r.sample;
    RS_TRY(read_id(p, state, root, &sample->original_id));
    RS_TRY(rs_forms_refuse_media(p, root, &bad));
    if (!bad) RS_TRY(rs_forms_refuse_rejected(p, root, &bad));
    if (!bad) RS_TRY(read_turns(p, &r, &bad));
    if (!bad) RS_TRY(read_pictures(p, &r, &bad));
    if (bad) return RSIFT_OK;
    RS_TRY(rs_forms_fill_slots(p, rs_json_get(root, "objects"), sample, r.turns, &r.filled));
    find_task(state, sample);
    /* the tag lives in the reader's state; the batch must not point there */
    if (sample->release_type.ptr)
        RS_TRY(rs_parse_copy(p, sample->release_type, &sample->release_type));
    if (sample->release_type.ptr) {
        rs_str skill = rs_source_skill(p->source, sample->release_type);
        RS_TRY(rs_parse_copy(p, skill, &sample->skill));
    }
    RS_TRY(find_regions(p, &r));
    *outcome = RS_OUTCOME_USED;
    return RSIFT_OK;
}

static rsift_status llava_parse(const void *opened, const rs_chunk *chunk, rs_batch *batch,
                                rsift_error *err)
{
    const struct llava *state = opened;
    return rs_parse_each(&(rs_parse_job){state->source, state, 0, parse_one}, chunk, batch, err);
}

static bool llava_is_open(const rs_source *source)
{
    return rs_source_is_open(source, "box_convention");
}

/* A list of turns and the names of their fields; the list alone is a weak hint. */
static int llava_probe(const rs_probe_input *input)
{
    bool turns = rs_probe_holds(input, "\"conversations\"") ||
                 rs_probe_holds(input, "\"messages\"") ||
                 (rs_probe_holds(input, "\"instruction\"") && rs_probe_holds(input, "\"output\""));
    if (!turns || !(rs_probe_begins(input, '[') || rs_probe_begins(input, '{'))) return 0;
    bool names = (rs_probe_holds(input, "\"from\"") && rs_probe_holds(input, "\"value\"")) ||
                 (rs_probe_holds(input, "\"role\"") && rs_probe_holds(input, "\"content\""));
    return names ? 95 : 40;
}

static const rs_reader_use uses[] = {
    {"records", "*.json *.jsonl", .required = true},
    {0},
};
static const char *const passes[] = {"records", NULL};
static const rs_param params[] = {
    {"box_convention", "convention", "auto",
     "what the numbers of box text mean: px, permille, bracket:fraction, ..."},
    {"box_style", "list", "auto",
     "how box text is written: geochat, box-list, bracket, ..., or none"},
    {"id_constant", "bool", "no", "the id is the same on every record and is not kept"},
    {"id_field", "text", "id", "field of the record's id"},
    {"image_field", "text", "image", "field of the picture's name or names"},
    {"path", "text", "", "where the records are: empty, {} or a dotted key"},
    {"tags", "map", "", "word at the start of a user turn -> task"},
    {"task_by_text", "map", "", "words in the first user turn -> task, when no tag matched"},
    {"turns_field", "text", "", "field of the turns; empty: conversations or messages"},
    {0},
};

const rs_reader rs_reader_llava = {
    .name = "llava",
    .version = 4,
    .summary = "LLaVA or ShareGPT conversations in JSON or JSON Lines, box text read into regions",
    .source = "haotian-liu/LLaVA docs/Finetune_Custom_Data.md; dossier geochat-instruct",
    .reads = "JSON records with conversations or messages",
    .takes = RS_TAKES_JSON,
    .gives = RS_HAS_TEXT | RS_HAS_HBB | RS_HAS_OBB,
    .task = RS_TASK_CONVERSATION,
    .uses = uses,
    .passes = passes,
    .params = params,
    .state_size = sizeof(struct llava),
    .probe = llava_probe,
    .is_open = llava_is_open,
    .open = llava_open,
    .cut = llava_cut,
    .parse = llava_parse,
    .at = llava_at,
    .close = llava_close,
};
