/* LLaVA / ShareGPT conversations: a JSON array, JSON Lines or an object of records, each with
 * `conversations` [{from, value}] or `messages` [{role, content}] and `image` (text, list or
 * absent). Box text in the turns becomes regions tied to their bytes of the turn; coordinate-like
 * text whose meaning is not known is a finding, never a guess. Quirks met: ids and values that are
 * numbers (GeoChat, FloodNet's answers), one constant id for all records (VRSBench), speakers named
 * human/user/USER, several [refer] pairs in one record, phrases in the user's turn and the box in
 * the answer, boxes outside 0..100. The parts of a record: llava_turns, llava_pictures,
 * llava_boxes. */
#include "lang/boxtext.h"
#include "readers/feed_json.h"
#include "readers/llava_record.h"

struct llava {
    const rs_source *source;
    rs_json_feed feed;
    rs_arena arena;
    rs_words tags, task_by_text;
    bool id_constant;
    rs_llava_fields fields;
};

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
    state->fields.styles = RS_BOXTEXT_ALL;
    if (!value || value->n == 0 || rs_str_eq(value->values[0], RS_STR("auto"))) return RSIFT_OK;
    state->fields.styles = 0;
    for (size_t i = 0; i < value->n; i++) {
        unsigned found = 0;
        for (unsigned bit = 1; bit <= RS_BOXTEXT_SEG; bit <<= 1)
            if (rs_str_eq(rs_str_of(rs_lang_boxtext_style_name((rs_boxtext_style)bit)),
                          value->values[i]))
                found = bit;
        if (!found && !rs_str_eq(value->values[i], RS_STR("none")))
            return rs_err_set(err, RSIFT_E_ARG, "parameter box_style: \"%.*s\" is no known style",
                              RS_STR_ARG(rs_str_sub(value->values[i], 0, 64)));
        state->fields.styles |= found;
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
    state->fields.image = rs_source_param(source, "image_field", RS_STR("image"));
    state->fields.id = rs_source_param(source, "id_field", RS_STR("id"));
    state->fields.turns = rs_source_param(source, "turns_field", RS_STR(""));
    state->fields.crop = rs_source_param(source, "crop_field", RS_STR(""));
    state->fields.alternate =
        rs_str_eq(rs_source_param(source, "speakers", RS_STR("named")), RS_STR("alternate"));
    rs_str constant = rs_source_param(source, "id_constant", RS_STR("no"));
    state->fields.chosen =
        rs_str_eq(rs_source_param(source, "preference", RS_STR("stop")), RS_STR("chosen"));
    state->id_constant = rs_str_eq(constant, RS_STR("yes")) || rs_str_eq(constant, RS_STR("true"));
    RS_TRY(rs_words_of(&state->arena, source, "tags", &state->tags, err));
    RS_TRY(check_tasks(&state->tags, "tags", err));
    RS_TRY(rs_words_of(&state->arena, source, "task_by_text", &state->task_by_text, err));
    RS_TRY(check_tasks(&state->task_by_text, "task_by_text", err));
    RS_TRY(read_styles(state, err));
    RS_TRY(rs_named_meanings_of(&state->arena, source, "box_convention", &state->fields.conventions,
                                err));
    RS_TRY(rs_llava_name_kept(&state->fields, &state->arena, err));
    /* "" = an array or lines at the top, "{}" = an object whose values are the records, "|data" =
     * an array, or the list under this key of an object */
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

/* The record's id, else its key; empty when the release writes one id on every record. */
static rsift_status read_id(rs_parse *p, const struct llava *state, const rs_json *root, rs_str *id)
{
    const rs_json *value = rs_parse_field(root, state->fields.id);
    if (!value) value = rs_json_get(root, "question_id");
    *id = RS_STR("");
    if (state->id_constant) return RSIFT_OK;
    if (!value || rs_json_kind(value) == RS_JSON_NULL)
        return p->raw->key.len ? rs_parse_copy(p, p->raw->key, id) : RSIFT_OK;
    bool bad = false;
    RS_TRY(rs_parse_text(p, value, state->fields.id, id, &bad));
    if (!id->ptr) *id = RS_STR("");
    return RSIFT_OK;
}

/* A record about a part of its picture: no file shows that part alone, and its box numbers are the
 * part's. An empty list is the whole picture. */
static rsift_status refuse_crop(rs_parse *p, const struct llava *state, const rs_json *root,
                                bool *bad)
{
    const rs_json *crop = state->fields.crop.len ? rs_json_path(root, state->fields.crop) : NULL;
    const rs_json_type kind = rs_json_kind(crop);
    if (kind == RS_JSON_ABSENT || kind == RS_JSON_NULL) return RSIFT_OK;
    if (kind == RS_JSON_ARRAY && rs_json_len(crop) == 0) return RSIFT_OK;
    *bad = true;
    return rs_parse_find(p, RS_F_MEDIA_UNSUPPORTED, state->fields.crop,
                         "the record is about a part of its picture, which no file shows");
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
    rs_llava_record r = {.fields = &state->fields, .root = root};
    bool bad = false;
    rs_llava_note_keys(&r);
    RS_TRY(rs_parse_sample(p, &r.sample));
    rs_sample *sample = r.sample;
    RS_TRY(read_id(p, state, root, &sample->original_id));
    if (r.rare_keys) RS_TRY(rs_content_refuse_media(p, root, state->fields.image, &bad));
    if (r.rare_keys && rs_str_eq(state->fields.image, RS_STR("video")))
        r.n_series = rs_json_len(rs_json_get(root, "video"));
    if (!bad) RS_TRY(refuse_crop(p, state, root, &bad));
    if (!bad && r.rare_keys) RS_TRY(rs_preference_refuse_marked(p, root, NULL, 0, &bad));
    if (!bad) RS_TRY(rs_llava_read_turns(p, &r, &bad));
    if (!bad) RS_TRY(rs_llava_read_pictures(p, &r, &bad));
    if (bad) return RSIFT_OK;
    const rs_json *objects = r.rare_keys ? rs_json_get(root, "objects") : NULL;
    RS_TRY(rs_slots_fill(p, objects, sample, r.turns, &r.filled));
    find_task(state, sample);
    /* the tag lives in the reader's state; the batch must not point there */
    if (sample->release_type.ptr)
        RS_TRY(rs_parse_copy(p, sample->release_type, &sample->release_type));
    if (sample->release_type.ptr) {
        rs_str skill = rs_source_skill(p->source, sample->release_type);
        RS_TRY(rs_parse_copy(p, skill, &sample->skill));
    }
    RS_TRY(rs_llava_find_regions(p, &r));
    RS_TRY(rs_llava_count_unkept(p, &r));
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

/* A list of turns and the names of their fields, or the two fields of a record that is one exchange
 * (Alpaca's, ms-swift's older one, a pair of answers); the list alone is a weak hint. */
static int llava_probe(const rs_probe_input *input)
{
    static const char *const lists[] = {"\"conversations\"", "\"messages\"", NULL};
    static const char *const exchanges[][2] = {{"\"instruction\"", "\"output\""},
                                               {"\"query\"", "\"response\""},
                                               {"\"chosen\"", "\"rejected\""}};
    if (!rs_probe_begins(input, '[') && !rs_probe_begins(input, '{')) return 0;
    bool turns = false, names = false, exchange = false;
    for (size_t i = 0; lists[i]; i++) turns = turns || rs_probe_holds(input, lists[i]);
    for (size_t i = 0; i < sizeof exchanges / sizeof *exchanges; i++)
        exchange = exchange || (rs_probe_holds(input, exchanges[i][0]) &&
                                rs_probe_holds(input, exchanges[i][1]));
    names = (rs_probe_holds(input, "\"from\"") && rs_probe_holds(input, "\"value\"")) ||
            (rs_probe_holds(input, "\"role\"") && rs_probe_holds(input, "\"content\""));
    if (turns || exchange) return turns && names ? 95 : exchange ? 80 : 40;
    return 0;
}

static const rs_reader_use uses[] = {
    {"records", "*.json *.jsonl *.parquet", .required = true},
    {0},
};
static const char *const passes[] = {"records", NULL};
static const rs_param params[] = {
    {"box_convention", "convention", "auto",
     "what the numbers of box text mean: px, permille, bracket:fraction, ..."},
    {"box_style", "list", "auto",
     "how box text is written: geochat, box-list, bracket, ..., or none"},
    {"crop_field", "text", "", "field of a part of the picture: such records are set aside"},
    {"id_constant", "bool", "no", "the id is the same on every record and is not kept"},
    {"id_field", "text", "id", "field of the record's id"},
    {"image_field", "text", "image",
     "field of the picture's name or names; a|b: the first that is there"},
    {"path", "text", "",
     "where the records are: empty, {}, a dotted key, or |key: a list or under this key"},
    {"preference", "stop|chosen", "stop",
     "pairs of a chosen and a rejected answer: set aside, or the chosen one is the answer"},
    {"speakers", "named|alternate", "named",
     "turns without a speaker are set aside, or are the user's and the model's by turns"},
    {"tags", "map", "", "word at the start of a user turn -> task"},
    {"task_by_text", "map", "", "words in the first user turn -> task, when no tag matched"},
    {"turns_field", "text", "", "field of the turns; empty: conversations or messages"},
    {0},
};

const rs_reader rs_reader_llava = {
    .name = "llava",
    .many_records = true,
    .version = 9,
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
