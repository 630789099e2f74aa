/* WebDataset: tars of samples, each a run of members that share a key ("000.jpg", "000.txt",
 * "000.json"; RS5M has "000.img_content", "000.img_name", "000.caption"). The texts of a group are
 * read as one record whose fields are the extensions, a dot in them written as '_'; a JSON member
 * stands under "json". Which field is what is told by parameters, as for flat records, or found by
 * the names that writers of such tars use. A JSON member with `conversations` or `messages` is one
 * conversation about the group's picture.
 *   source  webdataset/webdataset; rom1504/img2dataset (jpg, txt, json)
 * Quirks met: keys that restart in every tar, ids of either type in the JSON (RSTeller), texts that
 * end with a line end. */
#include "readers/feed_groups.h"
#include "readers/llava_record.h"
#include "readers/records_boxes.h"
#include "readers/records_lists.h"

#include "base/ascii.h"
#include "base/num.h"

struct webdataset {
    const rs_source *source;
    rs_llava_fields talk; /* of conversations in the JSON member */
    rs_group_feed feed;
    rs_arena arena;
    rs_record_fields fields;
    bool guess, keep_task;
    const rs_param_value *classes;
};

static rsift_status webdataset_open(void *opened, const rs_source *source, rs_chunk *first,
                                    rsift_error *err)
{
    (void)first;
    struct webdataset *state = opened;
    rs_record_fields *to = &state->fields;
    const struct {
        const char *name;
        rs_str *field;
    } fields[] = {
        {"question", &to->question}, {"answer", &to->answer}, {"caption", &to->caption},
        {"class", &to->class_name},  {"phrase", &to->phrase}, {"box", &to->box},
        {"box_text", &to->box_text}, {"each", &to->each},     {"id", &to->id},
        {"type", &to->type},         {"split", &to->split},
    };
    enum { N_WHAT = 8 }; /* the first ones say what a sample is about */
    state->source = source;
    state->guess = true;
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        *fields[i].field = rs_source_param(source, fields[i].name, RS_STR(""));
        if (!fields[i].field->len) continue;
        to->named[to->n_named++] = *fields[i].field;
        if (i < N_WHAT) state->guess = false;
    }
    to->captions = rs_source_param_list(source, "captions");
    if (to->captions) state->guess = false;
    state->classes = rs_source_param_list(source, "class_names");
    state->keep_task = rs_source_param(source, "task", RS_STR("")).len != 0;
    RS_TRY(rs_named_meanings_of(&state->arena, source, "box_convention", &to->conventions, err));
    RS_TRY(rs_named_meanings_of(&state->arena, source, "box_text_convention", &to->text_conventions,
                                err));
    state->talk = (rs_llava_fields){.image = RS_STR("image"),
                                    .id = RS_STR("id"),
                                    .styles = RS_BOXTEXT_ALL,
                                    .conventions = to->text_conventions};
    RS_TRY(rs_llava_name_kept(&state->talk, &state->arena, err));
    return rs_group_feed_open(&state->feed, source, "texts",
                              rs_source_param(source, "image_extension", RS_STR("")), 0, err);
}

static rsift_status webdataset_cut(void *opened, rs_chunk *chunk, rsift_error *err)
{
    return rs_group_feed_cut(&((struct webdataset *)opened)->feed, chunk, err);
}

static rsift_status webdataset_at(void *opened, const rs_record_ref *ref, rs_chunk *chunk,
                                  rsift_error *err)
{
    return rs_group_feed_at(&((struct webdataset *)opened)->feed, ref, chunk, err);
}

static void webdataset_close(void *opened)
{
    struct webdataset *state = opened;
    rs_group_feed_close(&state->feed);
    rs_arena_fini(&state->arena);
}

/* ---- the record of a group ------------------------------------------------------------------- */

/* The record of a group while it is written. */
typedef struct record_writer {
    rs_buf *out;
    rs_str json; /* the JSON member; ptr NULL = none yet */
    const rs_param_value *classes;
} record_writer;

/* "3" -> the fourth of the names that the parameter gives. */
static rs_str class_name(const rs_param_value *classes, rs_str text)
{
    int64_t number;
    if (!classes || !rs_num_i64(text, &number)) return text;
    return number >= 0 && (uint64_t)number < classes->n ? classes->values[number] : text;
}

static void put_field(record_writer *w, rs_str extension, rs_str text)
{
    char name[64];
    size_t n = extension.len < sizeof name ? extension.len : sizeof name;
    for (size_t i = 0; i < n; i++)
        name[i] = extension.ptr[i] == '.' ? '_' : rs_ascii_lower(extension.ptr[i]);
    rs_buf_char(w->out, w->out->len > 1 ? ',' : ' ');
    rs_json_put_str(w->out, rs_str_make(name, n));
    rs_buf_char(w->out, ':');
    text = rs_str_trim(text);
    if (rs_str_eq_nocase(extension, RS_STR("cls"))) text = class_name(w->classes, text);
    rs_json_put_str(w->out, text);
}

static void put_text(record_writer *w, rs_str extension, rs_str text)
{
    if (rs_str_starts(text, RS_STR("\xEF\xBB\xBF"))) text = rs_str_sub(text, 3, text.len);
    if (!w->json.ptr && rs_str_eq_nocase(extension, RS_STR("json"))) w->json = text;
    else put_field(w, extension, text);
}

/* The group's texts as one object; *root NULL = unusable, a finding has been made. */
static rsift_status join_texts(rs_parse *p, const struct webdataset *state, rs_buf *out,
                               const rs_json **root)
{
    record_writer w = {.out = out, .classes = state->classes};
    const rs_str logical = state->feed.files->logical[p->raw->file];
    *root = NULL;
    rs_buf_char(out, '{');
    rs_str first;
    RS_TRY(rs_parse_utf8(p, p->raw->content, &first));
    put_text(&w, rs_group_extension(logical), first);
    if (p->raw->extra.len) {
        const rs_json *others;
        RS_TRY(rs_parse_json(p, p->raw->extra, &others));
        if (!others) return RSIFT_OK;
        rs_json_iter it = rs_json_each(others);
        rs_str extension;
        for (const rs_json *text; (text = rs_json_next(&it, &extension));)
            put_text(&w, extension, rs_json_str(text));
    }
    if (w.json.ptr) { /* by itself first: what stands in it must not reach the fields around it */
        const rs_json *inner;
        RS_TRY(rs_parse_json(p, w.json, &inner));
        if (!inner) return RSIFT_OK;
        rs_buf_cstr(out, out->len > 1 ? ",\"json\":" : "\"json\":");
        rs_buf_str(out, w.json);
    }
    rs_buf_char(out, '}');
    if (out->failed) return rs_err_nomem(p->err, "a record");
    const rs_str text = rs_arena_str(p->scratch, rs_buf_view(out));
    if (!text.ptr) return rs_err_nomem(p->err, "a record");
    return rs_parse_json(p, text, root);
}

/* ---- fields that nobody named ---------------------------------------------------------------- */

/* The first of the names, parted by blanks, that the record has. */
static rs_str field_of(const rs_json *root, const char *names)
{
    rs_str rest = rs_str_of(names), name;
    while (rs_str_split(&rest, ' ', &name)) {
        const rs_json_type kind = rs_json_kind(rs_json_path(root, name));
        if (kind != RS_JSON_ABSENT && kind != RS_JSON_NULL && kind != RS_JSON_OBJECT) return name;
    }
    return RS_STR("");
}

/* What a sample of the group is about, by the names of its fields. */
static void guess_fields(const rs_json *root, rs_record_fields *fields, rs_task *task)
{
    const rs_str question = field_of(root, "question json.question"),
                 answer = field_of(root, "answer json.answer");
    if (question.len && answer.len) {
        fields->question = question;
        fields->answer = answer;
        *task = RS_TASK_VQA;
        return;
    }
    fields->caption = field_of(root, "caption txt text input_caption json.caption json.captions "
                                     "json.text json.title json.description");
    fields->class_name = field_of(root, "cls class label json.label json.class json.cls");
    *task = fields->caption.len ? RS_TASK_CAPTION : RS_TASK_CLASSIFICATION;
}

/* Names what the group has, as nothing of it is known. */
static rsift_status find_no_field(rs_parse *p, const rs_json *root)
{
    enum { ROOM = 150 }; /* of one name, escaped */
    char text[400] = "", quoted[RS_QUOTE_SIZE];
    size_t n = 0;
    const rs_json *inner = rs_json_get(root, "json");
    for (int round = 0; round < 2; round++) {
        rs_json_iter it = rs_json_each(round ? inner : root);
        rs_str key;
        if (round && rs_json_kind(inner) != RS_JSON_OBJECT) break;
        while (rs_json_next(&it, &key) && n + ROOM < sizeof text)
            n += (size_t)snprintf(text + n, sizeof text - n, "%s%s%s", n ? ", " : "",
                                  round ? "json." : "",
                                  rs_err_quote(quoted, rs_str_sub(key, 0, 32)));
    }
    return rs_parse_find(p, RS_F_FIELD_MISSING, RS_STR(""),
                         "expected a caption, a question with its answer or a class, found %s; "
                         "--param caption=FIELD names one",
                         text);
}

/* ---- conversations --------------------------------------------------------------------------- */

/* The turns of the JSON member, as LLaVA and its kin write them; NULL = it has none. */
static const rs_json *turns_in(const struct webdataset *state, const rs_json *inner)
{
    const char *name;
    const rs_llava_record r = {.fields = &state->talk, .root = inner};
    return rs_json_kind(inner) == RS_JSON_OBJECT ? rs_llava_turns_of(&r, &name) : NULL;
}

/* The JSON member as one conversation about the group's picture. */
static rsift_status parse_talk(rs_parse *p, const struct webdataset *state, const rs_json *inner,
                               rs_outcome *outcome)
{
    bool bad = false;
    rs_llava_record r = {.fields = &state->talk, .root = inner};
    RS_TRY(rs_parse_sample(p, &r.sample));
    rs_sample *sample = r.sample;
    RS_TRY(rs_parse_text(p, rs_json_get(inner, "id"), RS_STR("id"), &sample->original_id, &bad));
    if (!sample->original_id.ptr) sample->original_id = RS_STR("");
    RS_TRY(rs_content_refuse_media(p, inner, RS_STR(""), &bad));
    if (!bad) RS_TRY(rs_preference_refuse_marked(p, inner, NULL, 0, &bad));
    if (!bad) RS_TRY(rs_llava_read_turns(p, &r, &bad));
    if (bad) return RSIFT_OK;
    const rs_str logical = rs_str_basename(state->feed.files->logical[p->raw->file]);
    if (!sample->original_id.len)
        RS_TRY(rs_parse_copy(p, rs_str_sub(logical, 0, rs_str_find_char(logical, '.')),
                             &sample->original_id));
    RS_TRY(rs_parse_media(p, sample, p->raw->key, sample->original_id, (rs_str){0}));
    if (!state->keep_task) sample->task = RS_TASK_CONVERSATION;
    RS_TRY(rs_llava_find_regions(p, &r));
    RS_TRY(rs_llava_count_unkept(p, &r));
    *outcome = RS_OUTCOME_USED;
    return RSIFT_OK;
}

/* ---- parse ----------------------------------------------------------------------------------- */

/* Key, picture and task of the samples from `first` on. */
static rsift_status complete_samples(rs_parse *p, const struct webdataset *state, size_t first,
                                     rs_task task)
{
    const rs_str logical = rs_str_basename(state->feed.files->logical[p->raw->file]);
    const size_t dot = rs_str_find_char(logical, '.');
    for (size_t i = first; i < p->batch->n_samples; i++) {
        rs_sample *sample = &p->batch->samples[i];
        if (!sample->original_id.len || rs_str_eq(sample->original_id, p->raw->key))
            RS_TRY(rs_parse_copy(p, rs_str_sub(logical, 0, dot), &sample->original_id));
        const bool several = sample->task == RS_TASK_MULTILABEL; /* found by its list of classes */
        if (state->guess && !state->keep_task && !several) sample->task = task;
        RS_TRY(rs_parse_media(p, sample, p->raw->key, sample->original_id, (rs_str){0}));
    }
    return RSIFT_OK;
}

/* The samples of the record. */
static rsift_status parse_record(rs_parse *p, const struct webdataset *state, const rs_json *root,
                                 rs_outcome *outcome)
{
    rs_record_fields fields = state->fields;
    rs_task task = p->source->task;
    const size_t first = p->batch->n_samples;
    const rs_record_item whole = {.own = root, .record = root};
    const rs_json *inner = rs_json_get(root, "json");
    if (state->guess && turns_in(state, inner)) return parse_talk(p, state, inner, outcome);
    if (state->guess) guess_fields(root, &fields, &task);
    if (state->guess && !fields.caption.len && !fields.question.len && !fields.class_name.len)
        return find_no_field(p, root);
    if (fields.caption.len && !fields.each.len && !rs_record_value(&whole, fields.caption))
        return rs_parse_find(p, RS_F_FIELD_MISSING, fields.caption, "the group has no caption");
    if (fields.each.len) {
        rs_outcome all = RS_OUTCOME_SKIPPED;
        RS_TRY(rs_record_parse_members(p, &fields, fields.each, root, &all));
        *outcome = all;
    } else if (fields.captions) {
        RS_TRY(rs_record_parse_captions(p, &fields, root, outcome));
    } else {
        RS_TRY(rs_record_parse_item(p, &fields, &whole, outcome));
    }
    if (*outcome != RS_OUTCOME_USED) return RSIFT_OK;
    return complete_samples(p, state, first, task);
}

static rsift_status parse_one(rs_parse *p, const void *opened, rs_outcome *outcome)
{
    const rs_json *root;
    rs_buf text = {0};
    if (rs_str_eq(p->raw->key, RS_GROUP_VIDEO))
        return rs_parse_find(p, RS_F_MEDIA_UNSUPPORTED, RS_STR(""), "the group is of a video");
    if (rs_str_eq(p->raw->key, RS_GROUP_SEVERAL))
        return rs_parse_find(p, RS_F_FORMAT, RS_STR(""),
                             "expected one picture of a key, found several");
    rsift_status status = join_texts(p, opened, &text, &root);
    rs_buf_fini(&text);
    if (status != RSIFT_OK || !root) return status;
    return parse_record(p, opened, root, outcome);
}

static rsift_status webdataset_parse(const void *opened, const rs_chunk *chunk, rs_batch *batch,
                                     rsift_error *err)
{
    const struct webdataset *state = opened;
    return rs_parse_each(&(rs_parse_job){state->source, state, 0, parse_one}, chunk, batch, err);
}

/* Boxes in conversations mean what the survey finds, too. */
static bool webdataset_is_open(const rs_source *source)
{
    return rs_record_is_open(source) || rs_source_is_open(source, "box_text_convention");
}

/* Extensions that only such tars have; text and JSON beside pictures may be anything. */
static int webdataset_probe(const rs_probe_input *input)
{
    static const char *const own[] = {".caption", ".img_name", ".input.caption", ".cls"};
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        if (rs_str_ends_nocase(input->path, rs_str_of(own[i]))) return 80;
    return 0;
}

static const rs_reader_use uses[] = {
    {"texts", "*.txt *.text *.caption *.json *.cls *.img_name *.input.caption *.input.name",
     .required = true},
    {0},
};
static const char *const passes[] = {"groups", NULL};
static const rs_param params[] = {
    {"answer", "text", "", "field of the answer"},
    {"box", "text", "", "field of box numbers"},
    {"box_convention", "convention", "",
     "what they mean; of a list, the first with as many numbers"},
    {"box_text", "text", "", "field of box text, used where box is not there"},
    {"box_text_convention", "convention", "", "what its numbers mean"},
    {"caption", "text", "", "field of the caption: txt, caption, json.text"},
    {"captions", "list", "", "fields of a caption each: one sample for each of them"},
    {"class", "text", "", "field of the class"},
    {"class_names", "texts", "", "names of classes that are numbers, from 0 on"},
    {"each", "text", "", "field of a list in the record: one sample for each of its members"},
    {"id", "text", "", "field of the record's id; else it is the key"},
    {"image_extension", "text", "jpg", "extension of a picture that is not here"},
    {"phrase", "text", "", "field of the referring expression"},
    {"question", "text", "", "field of the question"},
    {"split", "text", "", "field of the split's name"},
    {"type", "text", "", "field of the question's type"},
    {0},
};

const rs_reader rs_reader_webdataset = {
    .name = "webdataset",
    .version = 4,
    .summary = "tars (or folders) of pictures with texts of the same name: WebDataset",
    .source = "webdataset/webdataset; om-ai-lab/RS5M dataloader.py",
    .reads = "texts that lie beside a picture of the same name",
    .takes = RS_TAKES_JSON | RS_TAKES_TEXT | RS_TAKES_TABLE,
    .gives = RS_HAS_TEXT | RS_HAS_HBB | RS_HAS_OBB | RS_HAS_CLASS,
    .task = RS_TASK_CAPTION,
    .uses = uses,
    .passes = passes,
    .params = params,
    .state_size = sizeof(struct webdataset),
    .probe = webdataset_probe,
    .is_open = webdataset_is_open,
    .open = webdataset_open,
    .cut = webdataset_cut,
    .parse = webdataset_parse,
    .at = webdataset_at,
    .close = webdataset_close,
};
