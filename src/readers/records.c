/* Flat JSON records: one object is one item, and parameters name the field of each thing. Serves
 * the question and grounding files that follow no family (VRSBench's EVAL files, FloodNet's object
 * keyed by running number, whose counting answers are numbers and whose test part has none). */
#include "lang/boxtext.h"
#include "readers/feed_json.h"
#include "readers/feed_table.h"
#include "lang/boxwords.h"
#include "readers/content.h"
#include "readers/meaning.h"
#include "readers/options.h"
#include "readers/preference.h"

struct records {
    const rs_source *source;
    rs_json_feed feed;
    rs_table_feed tables;
    rs_str fields[16]; /* those that are named, for tables: each is a column */
    bool has_json;
    rs_arena arena;
    rs_str id, image, question, answer, type, type_value, caption, class_name, phrase, split, box,
        box_text, each;
    const rs_param_value *drop_types, *options, *phrase_pattern;
    rs_words only; /* field -> the value that its records have */
    rs_named_meanings conventions, text_conventions;
};

/* Reads which field is what, and where the records stand. */
static rsift_status records_open(void *opened, const rs_source *source, rs_chunk *first,
                                 rsift_error *err)
{
    (void)first;
    struct records *state = opened;
    /* parameters that name a field of the record (type_value: a word); empty = there is none */
    const struct {
        const char *name;
        rs_str *field;
    } fields[] = {
        {"id", &state->id},
        {"image", &state->image},
        {"question", &state->question},
        {"answer", &state->answer},
        {"type", &state->type},
        {"type_value", &state->type_value},
        {"caption", &state->caption},
        {"class", &state->class_name},
        {"phrase", &state->phrase},
        {"split", &state->split},
        {"box", &state->box},
        {"box_text", &state->box_text},
        {"each", &state->each},
    };
    state->source = source;
    rs_table_feed_open(&state->tables, source, "tables", 0);
    state->tables.wanted = state->fields;
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        *fields[i].field = rs_source_param(source, fields[i].name, RS_STR(""));
        if (fields[i].field->len) state->fields[state->tables.n_wanted++] = *fields[i].field;
    }
    if (state->tables.n_wanted == 0)
        return rs_err_set(err, RSIFT_E_ARG,
                          "the reader records must be told the fields: --param image=FIELD --param "
                          "question=FIELD --param answer=FIELD, or caption, phrase, box, class");
    const rs_str rejected = rs_preference_is_rejected(state->answer)    ? state->answer
                            : rs_preference_is_rejected(state->caption) ? state->caption
                                                                        : RS_STR("");
    if (rejected.len)
        return rs_err_set(err, RSIFT_E_ARG, "the field \"%.*s\" holds answers that were rejected",
                          RS_STR_ARG(rs_str_sub(rejected, 0, 64)));
    state->drop_types = rs_source_param_list(source, "drop_types");
    state->options = rs_source_param_list(source, "options");
    state->phrase_pattern = rs_source_param_list(source, "phrase_pattern");
    RS_TRY(rs_words_of(&state->arena, source, "only", &state->only, err));
    RS_TRY(rs_named_meanings_of(&state->arena, source, "box_convention", &state->conventions, err));
    RS_TRY(rs_named_meanings_of(&state->arena, source, "box_text_convention",
                                &state->text_conventions, err));
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

/* What a sample is made of: the record, or a member of its list with the record around it. */
typedef struct item {
    const rs_json *own, *record;
} item;

/* The value of a field: the item's own, else the record's. */
static const rs_json *value_of(const item *it, rs_str field)
{
    if (field.len == 0) return NULL;
    const rs_json *own = rs_json_path(it->own, field);
    return own ? own : rs_json_path(it->record, field);
}

/* The text of a field; ptr NULL when the parameter is not set or the record has none. */
static rsift_status text_of(rs_parse *p, const item *it, rs_str field, rs_str *out, bool *bad)
{
    *out = (rs_str){0};
    if (field.len == 0) return RSIFT_OK;
    return rs_parse_text(p, value_of(it, field), field, out, bad);
}

static void add_turn(rs_sample *sample, rs_turn *turns, rs_turn_role role, rs_str text)
{
    turns[sample->n_turns++] = (rs_turn){.role = role, .text = text};
}

/* A caption field may be one text or a list of them. Behind a question it is the answer. */
static rsift_status add_captions(rs_parse *p, const struct records *state, const item *root,
                                 rs_sample *sample, rs_turn *turns, bool *bad)
{
    const rs_json *value = value_of(root, state->caption);
    rs_turn_role role = sample->n_turns ? RS_TURN_ASSISTANT : RS_TURN_REFERENCE;
    rs_str text;
    /* one text */
    if (rs_json_kind(value) != RS_JSON_ARRAY) {
        RS_TRY(rs_parse_text(p, value, state->caption, &text, bad));
        if (text.ptr) add_turn(sample, turns, role, text);
        else sample->truth = false;
        return RSIFT_OK;
    }
    /* several: all are references; as an answer only the first one can stand */
    rs_json_iter it = rs_json_each(value);
    for (const rs_json *one; !*bad && (one = rs_json_next(&it, NULL));) {
        RS_TRY(rs_parse_text(p, one, state->caption, &text, bad));
        if (text.ptr) add_turn(sample, turns, role, text);
        if (role == RS_TURN_ASSISTANT) break;
    }
    return RSIFT_OK;
}

/* The question with its choices. A question of choices without any cannot be answered as meant. */
static rsift_status read_question(rs_parse *p, const struct records *state, const item *root,
                                  rs_sample *sample, rs_turn *turns, bool *bad)
{
    rs_str text, *options;
    size_t n;
    RS_TRY(text_of(p, root, state->question, &text, bad));
    if (*bad || !state->question.len) return RSIFT_OK;
    /* the field of the picture names it: a name in the text is left there, and found */
    rs_named_pictures shown = {0};
    const rs_str plain = text;
    if (text.ptr) RS_TRY(rs_content_take_picture_tags(p, &shown, &text, bad));
    if (shown.n) text = plain;
    *bad = *bad || !text.ptr;
    if (*bad)
        return rs_parse_find(p, RS_F_FIELD_MISSING, state->question, "the record has no question");
    RS_TRY(rs_read_options(p, root->own, state->options, &options, &n, bad));
    if (*bad) return RSIFT_OK;
    *bad = state->options && n == 0 && sample->task == RS_TASK_CHOICE_VQA;
    if (*bad)
        return rs_parse_find(p, RS_F_FIELD_MISSING, state->options->values[0],
                             "the record has no choices");
    if (n) text = rs_put_options(&p->batch->arena, text, options, n);
    if (!text.ptr) return rs_err_nomem(p->err, "a question");
    sample->options = options;
    sample->n_options = (uint32_t)n;
    add_turn(sample, turns, RS_TURN_USER, text);
    return RSIFT_OK;
}

/* Question, phrase, captions and answer, in this order. *bad when one has the wrong type. */
static rsift_status read_turns(rs_parse *p, const struct records *state, const item *root,
                               rs_sample *sample, rs_str phrase, bool *bad)
{
    rs_turn *turns;
    rs_str text;
    RS_TRY(rs_parse_turns(p, 3 + rs_json_len(value_of(root, state->caption)), &turns));
    sample->turns = turns;
    RS_TRY(read_question(p, state, root, sample, turns, bad));
    if (*bad) return RSIFT_OK;
    if (phrase.ptr) add_turn(sample, turns, RS_TURN_PHRASE, phrase);
    if (state->caption.len && !*bad) RS_TRY(add_captions(p, state, root, sample, turns, bad));
    RS_TRY(text_of(p, root, state->answer, &text, bad));
    if (text.ptr) add_turn(sample, turns, RS_TURN_ASSISTANT, text);
    else if (state->answer.len) sample->truth = false; /* FloodNet's test part */
    return RSIFT_OK;
}

/* ---- boxes ---------------------------------------------------------------------------------- */

/* A region of n numbers, which are copied into the batch. */
static rsift_status add_region(rs_parse *p, rs_region_list *list, const rs_convention *convention,
                               const double *numbers, size_t n, rs_str label)
{
    double *coords = rs_arena_alloc(&p->batch->arena, n * sizeof *coords);
    rs_region *region = coords ? rs_parse_region(p, list) : NULL;
    if (!region) return rs_err_nomem(p->err, "a region");
    memcpy(coords, numbers, n * sizeof *coords);
    region->kind = rs_parse_kind(convention);
    region->label = label;
    region->coords = coords;
    region->n_coords = (uint32_t)n;
    region->convention = convention;
    return RSIFT_OK;
}

/* One box, or a list of boxes. */
static rsift_status add_numbers(rs_parse *p, const struct records *state, const rs_json *value,
                                rs_str label, rs_region_list *list)
{
    rs_json_iter it = rs_json_each(value);
    /* [x,y,..] or [[x,y],..] is one box, [[x,y,x,y],..] a list of them: a point has 2 numbers */
    bool nested = it.left && rs_json_kind(it.at) == RS_JSON_ARRAY && rs_json_len(it.at) > 2;
    for (size_t k = nested ? it.left : 1; k > 0; k--) {
        double *numbers;
        size_t n;
        const rs_json *one = nested ? rs_json_next(&it, NULL) : value;
        RS_TRY(rs_parse_numbers(p, one, state->box, 1 << 16, &numbers, &n));
        if (n == 0) continue;
        const rs_str spelling = RS_STR("numbers");
        const rs_convention *convention =
            rs_box_meaning(p->source, &state->conventions, spelling, numbers, n);
        if (convention) RS_TRY(add_region(p, list, convention, numbers, n, label));
        else if (!state->conventions.n_plain)
            RS_TRY(rs_parse_open_box(p, spelling, numbers, n, 0, state->box));
        else
            RS_TRY(rs_parse_find(p, RS_F_NUMBER, state->box,
                                 "no convention is known for %zu numbers", n));
    }
    return RSIFT_OK;
}

/* The turn that holds the text of the field; -1 = none. */
static int32_t turn_of(const rs_sample *sample, rs_str text)
{
    for (uint32_t i = 0; i < sample->n_turns; i++)
        if (rs_str_starts(sample->turns[i].text, text)) return (int32_t)i; /* choices may follow */
    return -1;
}

/* Where the region stands in its turn. A box in the question points at something. */
static void tie_region(rs_region *region, const rs_sample *sample, int32_t turn,
                       const rs_boxtext_span *span)
{
    region->turn = turn;
    region->flags = RS_REGION_FROM_TEXT;
    if (sample->turns[turn].role == RS_TURN_USER) region->flags |= RS_REGION_MARK;
    region->begin = (uint32_t)span->begin;
    region->end = (uint32_t)span->end;
    region->group = span->group;
}

/* Boxes written as text, in any style. */
static rsift_status add_text(rs_parse *p, const struct records *state, const rs_sample *sample,
                             rs_str text, rs_str label, rs_region_list *list)
{
    rs_boxtext boxes;
    const int32_t turn = turn_of(sample, text);
    RS_TRY(rs_lang_boxtext_parse(p->scratch, text, RS_BOXTEXT_ALL, &boxes, p->err));
    for (size_t i = 0; i < boxes.n; i++) {
        const rs_boxtext_span *span = &boxes.spans[i];
        rs_str spelling = rs_str_of(rs_lang_boxtext_spelling(span));
        const bool box = span->shape && !rs_lang_boxwords_other(text, span, RS_STR(""));
        const rs_convention *convention =
            box ? rs_box_meaning(p->source, &state->text_conventions, spelling, span->numbers,
                                 span->n_numbers)
                : NULL;
        if (convention && !rs_box_is_unordered(convention, span)) {
            RS_TRY(add_region(p, list, convention, span->numbers, span->n_numbers, label));
            if (turn >= 0) tie_region(&list->items[list->n - 1], sample, turn, span);
            const bool names = turn >= 0 && (span->phrase == RS_BOXTEXT_PHRASE_LABEL ||
                                             span->phrase == RS_BOXTEXT_PHRASE_RUN);
            if (names) /* a list's labels are words of the text */
                list->items[list->n - 1].label =
                    rs_str_sub(sample->turns[turn].text, span->phrase_begin, span->phrase_end);
            continue;
        }
        if (box && !convention && !state->text_conventions.n_plain) {
            RS_TRY(
                rs_parse_open_box(p, spelling, span->numbers, span->n_numbers, 0, state->box_text));
            continue;
        }
        char quote[RS_QUOTE_SIZE];
        RS_TRY(rs_parse_find(p, RS_F_BOX_TEXT_UNPARSED, state->box_text, "cannot be read: \"%s\"",
                             rs_err_quote(quote, rs_str_sub(text, span->begin, span->end))));
    }
    return RSIFT_OK;
}

/* Is the answer a text, so that boxes are not all there is to compare with? */
static bool answers_in_words(const rs_sample *sample)
{
    for (uint32_t i = 0; i < sample->n_turns; i++)
        if (sample->turns[i].role == RS_TURN_ASSISTANT ||
            sample->turns[i].role == RS_TURN_REFERENCE)
            return true;
    return false;
}

/* Does the release say where the boxes are? Not by null, "" or [], as test parts have them. */
static bool tells_boxes(const rs_json *value)
{
    const rs_json_type kind = rs_json_kind(value);
    if (kind == RS_JSON_STR) return rs_str_trim(rs_json_str(value)).len > 0;
    if (kind == RS_JSON_ARRAY) return rs_json_len(value) > 0;
    return kind != RS_JSON_ABSENT && kind != RS_JSON_NULL;
}

/* No box was read although the sample is about boxes. Those that the release keeps to itself are an
 * answer withheld; those that stand there and cannot be read are a loss, which a finding tells. */
static rsift_status note_no_boxes(rs_parse *p, const struct records *state, rs_sample *sample,
                                  bool told, bool *bad)
{
    const rs_str field = state->box.len ? state->box : state->box_text;
    if (told)
        return rs_parse_find(p, RS_F_BOX_TEXT_UNPARSED, field, "no box can be read from the field");
    if (!answers_in_words(sample)) {
        sample->truth = false;
        return RSIFT_OK;
    }
    *bad = true;
    return rs_parse_find(p, RS_F_FIELD_MISSING, field, "the record has no box to ask about");
}

/* Numbers are preferred to text: they are what the text was made of. */
static rsift_status read_boxes(rs_parse *p, const struct records *state, const item *root,
                               rs_sample *sample, rs_str label, bool *bad)
{
    rs_region_list list = {0};
    const rs_json *box = value_of(root, state->box);
    const rs_json *text = value_of(root, state->box_text);
    const size_t n_found = p->batch->n_findings;
    if (rs_json_kind(box) == RS_JSON_STR) { /* the box field itself may hold text */
        text = box;
        box = NULL;
    }
    const bool told = tells_boxes(box) || tells_boxes(text);
    if (tells_boxes(box)) RS_TRY(add_numbers(p, state, box, label, &list));
    if (list.n == 0 && rs_json_str(text).len)
        RS_TRY(add_text(p, state, sample, rs_json_str(text), label, &list));
    sample->regions = list.items;
    sample->n_regions = (uint32_t)list.n;
    /* a box text beside an answer in words may hold none */
    const bool asked = state->box.len || (state->box_text.len && !answers_in_words(sample));
    const bool found = p->batch->n_findings > n_found || p->source->survey;
    if (list.n || !asked || (told && found)) return RSIFT_OK;
    return note_no_boxes(p, state, sample, told, bad);
}

/* ---- one record ------------------------------------------------------------------------------ */

static bool is_dropped(const struct records *state, rs_str type)
{
    for (size_t i = 0; state->drop_types && i < state->drop_types->n; i++)
        if (rs_str_eq(state->drop_types->values[i], type)) return true;
    return false;
}

/* Is the record one of another part of the file? */
static bool is_elsewhere(const struct records *state, const item *root)
{
    for (size_t i = 0; i < state->only.n; i++)
        if (!rs_str_eq(rs_json_str(value_of(root, state->only.from[i])), state->only.to[i]))
            return true;
    return false;
}

/* "Give me the mask of <phrase>." -> the words that stand for <phrase> in the text; ptr NULL = the
 * text is not of the pattern. */
static rs_str phrase_in(rs_str pattern, rs_str text)
{
    static const rs_str hole = {"<phrase>", 8};
    const size_t at = rs_str_find(pattern, hole);
    if (at == RS_NPOS) return (rs_str){0};
    const rs_str before = rs_str_sub(pattern, 0, at),
                 after = rs_str_sub(pattern, at + hole.len, pattern.len);
    if (text.len <= before.len + after.len || !rs_str_starts(text, before) ||
        !rs_str_ends(text, after))
        return (rs_str){0};
    return rs_str_trim(rs_str_sub(text, before.len, text.len - after.len));
}

/* "the bridge" -> "bridge" */
static rs_str without_article(rs_str phrase)
{
    static const rs_str articles[] = {{"the ", 4}, {"a ", 2}, {"an ", 3}};
    for (size_t i = 0; i < 3; i++)
        if (rs_str_starts(phrase, articles[i]))
            return rs_str_trim(rs_str_sub(phrase, articles[i].len, phrase.len));
    return phrase;
}

/* The referring expression and what to call its boxes. A release that wraps it in an instruction
 * has a pattern; a text of none of them would be asked for as a whole, so it is set aside. */
static rsift_status read_phrase(rs_parse *p, const struct records *state, const item *root,
                                rs_str *phrase, rs_str *label, bool *bad)
{
    RS_TRY(text_of(p, root, state->phrase, phrase, bad));
    *label = *phrase;
    if (*bad || !phrase->ptr || !state->phrase_pattern) return RSIFT_OK;
    rs_str found = {0};
    for (size_t i = 0; i < state->phrase_pattern->n && !found.ptr; i++)
        found = phrase_in(state->phrase_pattern->values[i], rs_str_trim(*phrase));
    char quote[RS_QUOTE_SIZE];
    *bad = !found.len;
    if (*bad)
        return rs_parse_find(p, RS_F_FORMAT, state->phrase, "no phrase_pattern fits \"%s\"",
                             rs_err_quote(quote, *phrase));
    *phrase = found;
    *label = without_article(found);
    return RSIFT_OK;
}

/* The record's id, split and picture. */
static rsift_status read_names(rs_parse *p, const struct records *state, const item *root,
                               rs_sample *sample, rs_str class_name, bool *bad)
{
    rs_str name, text;
    RS_TRY(text_of(p, root, state->id, &text, bad));
    sample->original_id = text.ptr ? text : RS_STR("");
    if (!text.ptr && p->raw->key.len) RS_TRY(rs_parse_copy(p, p->raw->key, &sample->original_id));
    RS_TRY(text_of(p, root, state->split, &text, bad));
    if (text.ptr) RS_TRY(rs_parse_split(p, sample, text));
    RS_TRY(text_of(p, root, state->image, &name, bad));
    if (*bad || !state->image.len) return RSIFT_OK;
    if (name.len) return rs_parse_media(p, sample, name, sample->original_id, class_name);
    *bad = true;
    return rs_parse_find(p, RS_F_FIELD_MISSING, state->image, "the record names no picture");
}

/* One item -> one sample; what belongs to another part is skipped before it is read. */
static rsift_status parse_item(rs_parse *p, const struct records *state, const item *it,
                               rs_outcome *outcome)
{
    bool bad = false;
    rs_str type, class_name, phrase, label;
    RS_TRY(text_of(p, it, state->type, &type, &bad));
    if (!type.ptr && state->type_value.len) RS_TRY(rs_parse_copy(p, state->type_value, &type));
    if (is_elsewhere(state, it) || (type.ptr && is_dropped(state, type))) {
        *outcome = RS_OUTCOME_SKIPPED;
        return RSIFT_OK;
    }
    const size_t n_fields = state->tables.n_wanted;
    RS_TRY(rs_preference_refuse_marked(p, it->record, state->fields, n_fields, &bad));
    if (!bad && it->own != it->record)
        RS_TRY(rs_preference_refuse_marked(p, it->own, state->fields, n_fields, &bad));
    if (bad) return RSIFT_OK;
    rs_sample *sample;
    RS_TRY(rs_parse_sample(p, &sample));
    if (it->own != it->record && sample->sub == 0) sample->sub = 1; /* 0 is the record itself */
    if (type.ptr) {
        sample->release_type = type;
        RS_TRY(rs_parse_copy(p, rs_source_skill(p->source, type), &sample->skill));
    }
    RS_TRY(text_of(p, it, state->class_name, &class_name, &bad));
    RS_TRY(read_phrase(p, state, it, &phrase, &label, &bad));
    if (class_name.ptr) RS_TRY(rs_parse_check_class(p, class_name, state->class_name));
    if (!bad) RS_TRY(read_names(p, state, it, sample, class_name, &bad));
    if (!bad) RS_TRY(read_turns(p, state, it, sample, phrase, &bad));
    if (bad) return RSIFT_OK;
    /* the class names the boxes; without one the phrase does */
    if (class_name.ptr || !label.ptr) label = class_name.ptr ? class_name : RS_STR("");
    RS_TRY(read_boxes(p, state, it, sample, label, &bad));
    if (bad) return RSIFT_OK;
    /* no boxes: the class is of the picture */
    if (class_name.ptr && !state->box.len && !state->box_text.len)
        RS_TRY(rs_parse_label(p, sample, class_name));
    *outcome = RS_OUTCOME_USED;
    return RSIFT_OK;
}

/* A sample for each member of the record's list; a member that cannot be read sets the record
 * aside, and one without members gives nothing. */
static rsift_status parse_members(rs_parse *p, const struct records *state, const rs_json *record,
                                  rs_outcome *outcome)
{
    const rs_json *list = rs_json_path(record, state->each);
    if (rs_json_kind(list) != RS_JSON_ARRAY)
        return rs_parse_find(p, list ? RS_F_FIELD_TYPE : RS_F_FIELD_MISSING, state->each,
                             "expected an array, found %s", rs_json_kind_name(rs_json_kind(list)));
    rs_json_iter members = rs_json_each(list);
    rs_outcome all = RS_OUTCOME_SKIPPED;
    for (const rs_json *own; (own = rs_json_next(&members, NULL));) {
        rs_outcome one = RS_OUTCOME_SET_ASIDE;
        const item it = {own, record};
        RS_TRY(parse_item(p, state, &it, &one));
        if (one == RS_OUTCOME_SET_ASIDE) return RSIFT_OK;
        if (one == RS_OUTCOME_USED) all = one;
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
    const item whole = {root, root};
    return state->each.len ? parse_members(p, state, root, outcome)
                           : parse_item(p, state, &whole, outcome);
}

static rsift_status records_parse(const void *opened, const rs_chunk *chunk, rs_batch *batch,
                                  rsift_error *err)
{
    const struct records *state = opened;
    return rs_parse_each(&(rs_parse_job){state->source, state, 0, parse_one}, chunk, batch, err);
}

static bool records_is_open(const rs_source *source)
{
    const rs_str none = RS_STR("");
    bool box = rs_source_param(source, "box", none).len > 0;
    bool text = rs_source_param(source, "box_text", none).len > 0;
    return (box && rs_source_is_open(source, "box_convention")) ||
           (text && rs_source_is_open(source, "box_text_convention"));
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
    static const char *const names[] = {"phrase", "class", "question", "caption"};
    enum { PHRASE, CLASS, QUESTION, CAPTION, N };
    bool named[N];
    for (int i = 0; i < N; i++) named[i] = rs_source_param(source, names[i], RS_STR("")).len != 0;
    const bool box = rs_source_param(source, "box", RS_STR("")).len != 0;
    const bool text = rs_source_param(source, "box_text", RS_STR("")).len != 0;
    /* upright unless the numbers are said to be corners or to have an angle */
    const rs_convention *convention = rs_geom_convention(
        rs_source_param(source, box ? "box_convention" : "box_text_convention", RS_STR("")));
    const bool oriented = convention && rs_parse_kind(convention) == RS_REGION_OBB;
    if (named[QUESTION]) return RS_TASK_VQA;
    if (named[PHRASE] && (box || text))
        return oriented ? RS_TASK_GROUNDING_OBB : RS_TASK_GROUNDING_HBB;
    if (named[CAPTION]) return box || text ? RS_TASK_REGION_CAPTION : RS_TASK_CAPTION;
    if (named[CLASS] && (box || text))
        return oriented ? RS_TASK_DETECTION_OBB : RS_TASK_DETECTION_HBB;
    return named[CLASS] ? RS_TASK_CLASSIFICATION : RS_TASK_VQA;
}

static const rs_reader_use uses[] = {
    {"records", "*.json *.jsonl", .required = true},
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
    {"class", "text", "", "field of the class"},
    {"drop_types", "list", "", "question types that are skipped"},
    {"each", "text", "", "field of a list in the record: one sample for each of its members"},
    {"id", "text", "", "field of the record's id; a keyed record has its key"},
    {"image", "text", "", "field of the picture's name"},
    {"only", "map", "", "field = value: other records belong to another part and are skipped"},
    {"options", "list", "", "field of the choices (a list or an object), or a field for each"},
    {"path", "text", "", "dotted key of the list of records"},
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
    .version = 6,
    .summary = "flat JSON records whose fields the parameters name",
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
    .is_open = records_is_open,
    .open = records_open,
    .cut = records_cut,
    .parse = records_parse,
    .at = records_at,
    .close = records_close,
};
