/* Flat JSON records: one object is one item, and parameters name the field of each thing. Serves
 * the question and grounding files that follow no family (VRSBench's EVAL files, FloodNet's object
 * keyed by running number, whose counting answers are numbers and whose test part has none). */
#include "lang/boxtext.h"
#include "readers/feed_json.h"
#include "readers/feed_table.h"
#include "readers/preference.h"
#include "readers/records_boxes.h"
#include "readers/records_item.h"
#include "readers/records_lists.h"

struct records {
    const rs_source *source;
    rs_json_feed feed;
    rs_table_feed tables;
    bool has_json;
    rs_arena arena;
    rs_record_fields fields;
    rs_record_scopes scopes;
};

/* Reads which field is what, and where the records stand. */
static rsift_status records_open(void *opened, const rs_source *source, rs_chunk *first,
                                 rsift_error *err)
{
    (void)first;
    struct records *state = opened;
    rs_record_fields *to = &state->fields;
    /* parameters that name a field of the record (type_value: a word); empty = there is none */
    const struct {
        const char *name;
        rs_str *field;
    } fields[] = {
        {"id", &to->id},           {"image", &to->image},      {"question", &to->question},
        {"answer", &to->answer},   {"type", &to->type},        {"type_value", &to->type_value},
        {"caption", &to->caption}, {"class", &to->class_name}, {"phrase", &to->phrase},
        {"split", &to->split},     {"box", &to->box},          {"box_text", &to->box_text},
        {"each", &to->each},
    };
    state->source = source;
    rs_table_feed_open(&state->tables, source, "tables", 0);
    state->tables.wanted = to->named;
    to->images = rs_source_param_list(source, "image");
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        *fields[i].field = rs_source_param(source, fields[i].name, RS_STR(""));
        if (fields[i].field->len && fields[i].field != &to->type_value)
            to->named[to->n_named++] = *fields[i].field;
    }
    to->captions = rs_source_param_list(source, "captions");
    for (size_t i = 0; to->captions && i < to->captions->n; i++) {
        if (to->n_named == sizeof to->named / sizeof *to->named)
            return rs_err_set(err, RSIFT_E_ARG, "parameter captions: too many fields");
        to->named[to->n_named++] = to->captions->values[i];
    }
    state->tables.n_wanted = to->n_named;
    state->tables.image = to->image;
    if (to->n_named == 0)
        return rs_err_set(err, RSIFT_E_ARG,
                          "the reader records must be told the fields: --param image=FIELD --param "
                          "question=FIELD --param answer=FIELD, or caption, phrase, box, class");
    const rs_str rejected = rs_preference_is_rejected(to->answer)    ? to->answer
                            : rs_preference_is_rejected(to->caption) ? to->caption
                                                                     : RS_STR("");
    if (rejected.len)
        return rs_err_set(err, RSIFT_E_ARG, "the field \"%.*s\" holds answers that were rejected",
                          RS_STR_ARG(rs_str_sub(rejected, 0, 64)));
    to->drop_types = rs_source_param_list(source, "drop_types");
    to->options = rs_source_param_list(source, "options");
    to->phrase_pattern = rs_source_param_list(source, "phrase_pattern");
    RS_TRY(rs_words_of(&state->arena, source, "only", &to->only, err));
    RS_TRY(rs_words_of(&state->arena, source, "class_names", &to->class_names, err));
    RS_TRY(rs_named_meanings_of(&state->arena, source, "box_convention", &to->conventions, err));
    RS_TRY(rs_named_meanings_of(&state->arena, source, "box_text_convention", &to->text_conventions,
                                err));
    RS_TRY(rs_record_scopes_make(&state->scopes, to, source, &state->arena, err));
    RS_TRY(rs_record_name_kept(&state->scopes, to, &state->arena, err));
    rs_str shape = rs_source_param(source, "shape", RS_STR("array"));
    rs_str path = rs_source_param(source, "path", RS_STR(""));
    /* the cutter knows an array from lines by itself; an object of records has to be named */
    if (rs_str_eq(shape, RS_STR("keyed")) && path.len == 0) path = RS_STR("{}");
    state->has_json = rs_source_files_of(source, "records") != NULL;
    if (!state->has_json && state->tables.files) return RSIFT_OK;
    return rs_json_feed_open(&state->feed, source, "records", path, 0, err);
}

/* JSON files first, then tables. */
static rsift_status records_cut(void *opened, rs_chunk *chunk, rsift_error *err)
{
    struct records *state = opened;
    if (state->has_json) {
        rsift_status status = rs_json_feed_cut(&state->feed, chunk, err);
        if (status != RSIFT_END) return status;
        state->has_json = false;
        state->tables.ordinal = state->feed.ordinal;
    }
    return rs_table_feed_cut(&state->tables, chunk, err);
}

static rsift_status records_at(void *opened, const rs_record_ref *ref, rs_chunk *chunk,
                               rsift_error *err)
{
    struct records *state = opened;
    if (!state->has_json)
        return rs_err_set(err, RSIFT_E_UNSUPPORTED, "rows of tables are replayed");
    return rs_json_feed_at(&state->feed, ref, chunk, err);
}

static void records_close(void *opened)
{
    struct records *state = opened;
    rs_json_feed_close(&state->feed);
    rs_table_feed_close(&state->tables);
    rs_arena_fini(&state->arena);
}

/* The record itself, or the members of the lists that `each` names. */
static rsift_status parse_lists(rs_parse *p, const rs_record_scopes *scopes, const rs_json *root,
                                rs_outcome *outcome)
{
    const rs_record_item whole = {.own = root, .record = root};
    rs_outcome all = RS_OUTCOME_SKIPPED, one;
    for (size_t i = 0; i < scopes->n && all != RS_OUTCOME_SET_ASIDE; i++) {
        one = RS_OUTCOME_SET_ASIDE;
        if (!rs_str_eq(scopes->lists[i], RS_STR("."))) {
            RS_TRY(rs_record_parse_members(p, &scopes->fields[i], scopes->lists[i], root, &all));
            continue;
        }
        RS_TRY(rs_record_parse_item(p, &scopes->fields[i], &whole, &one));
        if (one != RS_OUTCOME_SKIPPED) all = one;
    }
    *outcome = all;
    return RSIFT_OK;
}

static rsift_status parse_one(rs_parse *p, const void *opened, rs_outcome *outcome)
{
    const struct records *state = opened;
    const rs_json *root;
    if (p->source->survey && !rs_lang_boxtext_possible(p->raw->content)) {
        *outcome = RS_OUTCOME_SKIPPED;
        return RSIFT_OK;
    }
    RS_TRY(rs_parse_object(p, &root));
    if (!root) return RSIFT_OK;
    const rs_record_item whole = {.own = root, .record = root};
    if (state->fields.captions) RS_TRY(rs_record_parse_captions(p, &state->fields, root, outcome));
    else if (state->scopes.n) RS_TRY(parse_lists(p, &state->scopes, root, outcome));
    else RS_TRY(rs_record_parse_item(p, &state->fields, &whole, outcome));
    return *outcome == RS_OUTCOME_USED ? rs_record_count_unkept(p, &state->scopes, root) : RSIFT_OK;
}

static rsift_status records_parse(const void *opened, const rs_chunk *chunk, rs_batch *batch,
                                  rsift_error *err)
{
    const struct records *state = opened;
    return rs_parse_each(&(rs_parse_job){state->source, state, 0, parse_one}, chunk, batch, err);
}

/* Any JSON could be meant, so this never wins against a family that knows its own. */
static int records_probe(const rs_probe_input *input)
{
    /* a header row of words that such data has */
    if (rs_str_ends_nocase(input->path, RS_STR(".csv")) ||
        rs_str_ends_nocase(input->path, RS_STR(".tsv")))
        return rs_probe_holds(input, "image") || rs_probe_holds(input, "file") ? 20 : 0;
    bool json = rs_probe_begins(input, '[') || rs_probe_begins(input, '{');
    return json && (rs_probe_holds(input, "\"question\"") ||
                    rs_probe_holds(input, "\"Question\"") || rs_probe_holds(input, "\"caption\""))
               ? 20
               : 0;
}

/* One's own records: what the named fields hold tells the task. */
static rs_task records_task(const rs_source *source)
{
    rs_record_fields named = {0};
    const struct {
        const char *name;
        rs_str *field;
    } fields[] = {{"phrase", &named.phrase},     {"class", &named.class_name},
                  {"question", &named.question}, {"caption", &named.caption},
                  {"box", &named.box},           {"box_text", &named.box_text}};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        *fields[i].field = rs_source_param(source, fields[i].name, RS_STR(""));
    const rs_param_value *captions = rs_source_param_list(source, "captions");
    if (captions && captions->n) named.caption = captions->values[0];
    return rs_record_task_of(&named, source);
}

static const rs_reader_use uses[] = {
    {"records", "*.json *.jsonl *.parquet", .required = true},
    {"tables", "*.csv *.tsv", .instead = true},
    {0},
};
static const char *const passes[] = {"records", NULL};
static const rs_param params[] = {
    {"answer", "text", "", "field of the answer"},
    {"box", "text", "", "field of box numbers"},
    {"box_convention", "convention", "",
     "what they mean; of a list, the first with as many numbers"},
    {"box_text", "text", "", "field of box text, used where box is not there"},
    {"box_text_convention", "convention", "", "what its numbers mean"},
    {"caption", "text", "", "field of the caption or captions"},
    {"captions", "list", "", "fields of a caption each: one sample for each of them"},
    {"class", "text", "", "field of the class or classes, or of those of the boxes"},
    {"class_names", "map", "", "value of the class field -> class"},
    {"columns", "list", "", "names of the columns of tables that have no header"},
    {"drop_types", "list", "", "question types that are skipped"},
    {"each", "text", "",
     "field of a list in the record, or of lists side by side: one sample for each member; a|b: of "
     "each list, . the record"},
    {"id", "text", "", "field of the record's id; a keyed record has its key"},
    {"image", "list", "", "field of the picture's name, or a field for each of several"},
    {"only", "map", "", "field = value: other records belong to another part and are skipped"},
    {"options", "list", "", "field of the choices (a list or an object), or a field for each"},
    {"path", "text", "", "dotted key of the list of records; |key: a list or under this key"},
    {"phrase", "text", "", "field of the referring expression"},
    {"phrase_pattern", "texts", "", "instructions with <phrase> in them that are taken off it"},
    {"question", "text", "", "field of the question"},
    {"shape", "array|lines|keyed", "array", "array, lines or keyed"},
    {"split", "text", "", "field of the split's name"},
    {"type", "text", "", "field of the question's type"},
    {"type_value", "text", "", "the type of all records, where the file says it and they do not"},
    {0},
};

const rs_reader rs_reader_records = {
    .name = "records",
    .many_records = true,
    .version = 14,
    .summary = "flat records of JSON, CSV or Parquet whose fields the parameters name",
    .source = "VRSBench_EVAL_*.json; FloodNet Questions/*.json",
    .reads = "JSON records or tables with the fields that --param names",
    .takes = RS_TAKES_JSON | RS_TAKES_TABLE,
    .gives = RS_HAS_TEXT | RS_HAS_HBB | RS_HAS_OBB | RS_HAS_CLASS,
    .task = RS_TASK_VQA,
    .task_of = records_task,
    .uses = uses,
    .passes = passes,
    .params = params,
    .state_size = sizeof(struct records),
    .probe = records_probe,
    .is_open = rs_record_is_open,
    .open = records_open,
    .cut = records_cut,
    .parse = records_parse,
    .at = records_at,
    .close = records_close,
};
