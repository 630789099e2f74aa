/* One item of flat records: see records_item.h. */
#include "readers/records_item.h"

#include "base/ascii.h"
#include "readers/content.h"
#include "readers/options.h"
#include "readers/preference.h"
#include "readers/records_boxes.h"

/* The text of a field; ptr NULL when the parameter is not set or the record has none. */
static rsift_status text_of(rs_parse *p, const rs_record_item *it, rs_str field, rs_str *out,
                            bool *bad)
{
    *out = (rs_str){0};
    if (field.len == 0) return RSIFT_OK;
    return rs_parse_text(p, rs_record_value(it, field), field, out, bad);
}

static void add_turn(rs_sample *sample, rs_turn *turns, rs_turn_role role, rs_str text)
{
    turns[sample->n_turns++] = (rs_turn){.role = role, .text = text};
}

/* A caption field may be one text or a list of them. Behind a question it is the answer. */
static rsift_status add_captions(rs_parse *p, const rs_record_fields *fields,
                                 const rs_record_item *root, rs_sample *sample, rs_turn *turns,
                                 bool *bad)
{
    const rs_json *value = rs_record_value(root, fields->caption);
    rs_turn_role role = sample->n_turns ? RS_TURN_ASSISTANT : RS_TURN_REFERENCE;
    rs_str text;
    /* one text */
    if (rs_json_kind(value) != RS_JSON_ARRAY) {
        RS_TRY(rs_parse_text(p, value, fields->caption, &text, bad));
        if (text.ptr) add_turn(sample, turns, role, text);
        else sample->truth = false;
        return RSIFT_OK;
    }
    /* several: all are references; as an answer only the first one can stand */
    rs_json_iter it = rs_json_each(value);
    for (const rs_json *one; !*bad && (one = rs_json_next(&it, NULL));) {
        RS_TRY(rs_parse_text(p, one, fields->caption, &text, bad));
        if (text.ptr) add_turn(sample, turns, role, text);
        if (role == RS_TURN_ASSISTANT) break;
    }
    return RSIFT_OK;
}

/* The question with its choices. A question of choices without any cannot be answered as meant. */
static rsift_status read_question(rs_parse *p, const rs_record_fields *fields,
                                  const rs_record_item *root, rs_sample *sample, rs_turn *turns,
                                  bool *bad)
{
    rs_str text, *options;
    size_t n;
    RS_TRY(text_of(p, root, fields->question, &text, bad));
    if (*bad || !fields->question.len) return RSIFT_OK;
    /* the field of the picture names it: a name in the text is left there, and found */
    rs_named_pictures shown = {0};
    const rs_str plain = text;
    if (text.ptr) RS_TRY(rs_content_take_picture_tags(p, &shown, 0, &text, bad));
    if (shown.n) text = plain;
    *bad = *bad || !text.ptr;
    if (*bad)
        return rs_parse_find(p, RS_F_FIELD_MISSING, fields->question, "the record has no question");
    RS_TRY(rs_read_options(p, root->own, fields->options, &options, &n, bad));
    if (*bad) return RSIFT_OK;
    *bad = fields->options && n == 0 && sample->task == RS_TASK_CHOICE_VQA;
    if (*bad)
        return rs_parse_find(p, RS_F_FIELD_MISSING, fields->options->values[0],
                             "the record has no choices");
    if (n) text = rs_put_options(&p->batch->arena, text, options, n);
    if (!text.ptr) return rs_err_nomem(p->err, "a question");
    sample->options = options;
    sample->n_options = (uint32_t)n;
    add_turn(sample, turns, RS_TURN_USER, text);
    return RSIFT_OK;
}

/* Is the answer the letter or number of the option "(B) plane", or its words? */
static bool names_option(rs_str option, rs_str answer)
{
    option = rs_str_trim(option);
    if (rs_str_eq_nocase(option, answer)) return true;
    if (option.len && option.ptr[0] == '(') option = rs_str_sub(option, 1, option.len);
    const rs_str head = rs_str_sub(option, 0, answer.len);
    if (option.len > answer.len && rs_str_eq_nocase(head, answer) &&
        memchr(").: ", option.ptr[answer.len], 4))
        return true;
    const size_t blank = rs_str_find_char(option, ' ');
    return blank != RS_NPOS &&
           rs_str_eq_nocase(rs_str_trim(rs_str_sub(option, blank, option.len)), answer);
}

/* A letter or number that stands for none of the choices: an index that counts otherwise, or an
 * answer of another question. */
static rsift_status check_choice(rs_parse *p, const rs_record_fields *fields,
                                 const rs_sample *sample, rs_str text)
{
    rs_str answer = rs_str_trim(text);
    char quote[RS_QUOTE_SIZE];
    if (answer.len == 2 && answer.ptr[1] == '.') answer.len = 1; /* "C." */
    const bool letter = answer.len == 1 && rs_ascii_is_alnum(answer.ptr[0]),
               number = answer.len == 2 && rs_ascii_is_digit(answer.ptr[0]) &&
                        rs_ascii_is_digit(answer.ptr[1]);
    if (!sample->n_options || (!letter && !number)) return RSIFT_OK;
    for (uint32_t i = 0; i < sample->n_options; i++)
        if (names_option(sample->options[i], answer)) return RSIFT_OK;
    return rs_parse_find(p, RS_F_LABEL_NAMELESS, fields->answer,
                         "the answer \"%s\" names none of the %u choices",
                         rs_err_quote(quote, answer), (unsigned)sample->n_options);
}

/* Question, phrase, captions and answer, in this order. *bad when one has the wrong type. */
static rsift_status read_turns(rs_parse *p, const rs_record_fields *fields,
                               const rs_record_item *root, rs_sample *sample, rs_str phrase,
                               bool *bad)
{
    rs_turn *turns;
    rs_str text;
    RS_TRY(rs_parse_turns(p, 3 + rs_json_len(rs_record_value(root, fields->caption)), &turns));
    sample->turns = turns;
    RS_TRY(read_question(p, fields, root, sample, turns, bad));
    if (*bad) return RSIFT_OK;
    if (phrase.ptr) add_turn(sample, turns, RS_TURN_PHRASE, phrase);
    if (fields->caption.len && !*bad) RS_TRY(add_captions(p, fields, root, sample, turns, bad));
    RS_TRY(text_of(p, root, fields->answer, &text, bad));
    if (text.ptr) RS_TRY(check_choice(p, fields, sample, text));
    if (text.ptr) add_turn(sample, turns, RS_TURN_ASSISTANT, text);
    else if (fields->answer.len) sample->truth = false; /* FloodNet's test part */
    return RSIFT_OK;
}

static bool is_dropped(const rs_record_fields *fields, rs_str type)
{
    for (size_t i = 0; fields->drop_types && i < fields->drop_types->n; i++)
        if (rs_str_eq(fields->drop_types->values[i], type)) return true;
    return false;
}

/* Is the record one of another part of the file? */
static bool is_elsewhere(const rs_record_fields *fields, const rs_record_item *root)
{
    for (size_t i = 0; i < fields->only.n; i++)
        if (!rs_str_eq(rs_json_str(rs_record_value(root, fields->only.from[i])),
                       fields->only.to[i]))
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
static rsift_status read_phrase(rs_parse *p, const rs_record_fields *fields,
                                const rs_record_item *root, rs_str *phrase, rs_str *label,
                                bool *bad)
{
    RS_TRY(text_of(p, root, fields->phrase, phrase, bad));
    *label = *phrase;
    if (*bad || !phrase->ptr || !fields->phrase_pattern) return RSIFT_OK;
    rs_str found = {0};
    for (size_t i = 0; i < fields->phrase_pattern->n && !found.ptr; i++)
        found = phrase_in(fields->phrase_pattern->values[i], rs_str_trim(*phrase));
    char quote[RS_QUOTE_SIZE];
    *bad = !found.len;
    if (*bad)
        return rs_parse_find(p, RS_F_FORMAT, fields->phrase, "no phrase_pattern fits \"%s\"",
                             rs_err_quote(quote, *phrase));
    *phrase = found;
    *label = without_article(found);
    return RSIFT_OK;
}

/* One of the fields that name pictures. */
typedef struct picture_field {
    size_t i; /* in the parameter's list */
    const rs_json *value;
    rs_str class_name; /* of the record, for templates */
} picture_field;

/* Appends the pictures of one field: a name, or a list of them; null is none. `assets`: the
 * sample's, while they are made. */
static rsift_status add_pictures(rs_parse *p, rs_sample *sample, rs_asset_ref *assets,
                                 const picture_field *field, bool *bad)
{
    rs_str name;
    const size_t i = field->i;
    rs_json_iter it = rs_json_each(field->value);
    const bool list = rs_json_kind(field->value) == RS_JSON_ARRAY;
    for (size_t k = list ? rs_json_len(field->value) : 1; k > 0 && !*bad; k--) {
        const rs_json *one = list ? rs_json_next(&it, NULL) : field->value;
        RS_TRY(rs_parse_text(p, one, RS_STR("image"), &name, bad));
        if (!name.len) continue;
        if (rs_content_is_bytes(name)) {
            *bad = true;
            return rs_content_find_bytes(p, RS_STR("image"));
        }
        rs_asset_ref *asset = &assets[sample->n_assets++];
        asset->role = i < p->source->n_media ? p->source->media[i].role : RS_ASSET_IMAGE;
        const rs_str path = rs_source_media_path(p->scratch, p->source, i, name,
                                                 sample->original_id, field->class_name);
        if (!path.ptr) return rs_err_nomem(p->err, "a picture's path");
        RS_TRY(rs_parse_copy(p, path, &asset->path));
    }
    return RSIFT_OK;
}

/* Pictures of several fields, or a list of them: the role of field i is that of the source's i-th
 * media entry. A record with fewer (a question of one view) has fewer. */
static rsift_status read_pictures(rs_parse *p, const rs_record_fields *fields,
                                  const rs_record_item *it, rs_sample *sample, rs_str class_name,
                                  bool *bad)
{
    size_t n = 0;
    for (size_t i = 0; i < fields->images->n; i++) {
        const rs_json *value = rs_record_value(it, fields->images->values[i]);
        n += rs_json_kind(value) == RS_JSON_ARRAY ? rs_json_len(value) : 1;
    }
    rs_asset_ref *assets = rs_arena_calloc(&p->batch->arena, n + 1, sizeof *assets);
    if (!assets) return rs_err_nomem(p->err, "assets");
    sample->assets = assets;
    for (size_t i = 0; i < fields->images->n && !*bad; i++) {
        const picture_field field = {i, rs_record_value(it, fields->images->values[i]), class_name};
        RS_TRY(add_pictures(p, sample, assets, &field, bad));
    }
    if (sample->n_assets || *bad) return RSIFT_OK;
    *bad = true;
    return rs_parse_find(p, RS_F_FIELD_MISSING, fields->image, "the record names no picture");
}

/* The record's id, split and picture. */
static rsift_status read_names(rs_parse *p, const rs_record_fields *fields,
                               const rs_record_item *root, rs_sample *sample, rs_str class_name,
                               bool *bad)
{
    rs_str name, text;
    RS_TRY(text_of(p, root, fields->id, &text, bad));
    sample->original_id = text.ptr ? text : RS_STR("");
    if (!text.ptr && p->raw->key.len) RS_TRY(rs_parse_copy(p, p->raw->key, &sample->original_id));
    RS_TRY(text_of(p, root, fields->split, &text, bad));
    if (text.ptr) RS_TRY(rs_parse_split(p, sample, text));
    if (*bad || !fields->image.len) return RSIFT_OK;
    const rs_json *image = rs_record_value(root, fields->image);
    if (fields->images->n > 1 || rs_json_kind(image) == RS_JSON_ARRAY)
        return read_pictures(p, fields, root, sample, class_name, bad);
    RS_TRY(text_of(p, root, fields->image, &name, bad));
    if (*bad) return RSIFT_OK;
    *bad = rs_content_is_bytes(name) || !name.len;
    if (!*bad) return rs_parse_media(p, sample, name, sample->original_id, class_name);
    if (name.len) return rs_content_find_bytes(p, fields->image);
    return rs_parse_find(p, RS_F_FIELD_MISSING, fields->image, "the record names no picture");
}

/* Of several lists each has its own task, and where the source names no skill, its own skill. */
static rsift_status set_list_task(rs_parse *p, const rs_record_fields *fields, rs_sample *sample)
{
    const char *skill = fields->task == RS_TASK_VQA ? ""
                        : fields->phrase.len        ? "localization"
                        : fields->caption.len       ? "description"
                                                    : "";
    sample->task = fields->task;
    return sample->skill.len ? RSIFT_OK : rs_parse_copy(p, rs_str_of(skill), &sample->skill);
}

/* One class, by its number or text in the record. */
static rsift_status read_class(rs_parse *p, const rs_record_fields *fields, const rs_json *value,
                               rs_str *out, bool *bad)
{
    rs_str mapped = {NULL, 0};
    if (fields->class_names.n && rs_json_kind(value) != RS_JSON_NULL) {
        const rs_str text = rs_json_text(p->scratch, value);
        if (text.ptr) mapped = rs_words_get(&fields->class_names, text);
    }
    if (mapped.ptr) return rs_parse_copy(p, mapped, out);
    return rs_parse_text(p, value, fields->class_name, out, bad);
}

/* The class, or a list of them: of the picture, or of the boxes in their order. */
static rsift_status read_classes(rs_parse *p, const rs_record_fields *fields,
                                 const rs_record_item *it, rs_str **out, size_t *n, bool *bad)
{
    const rs_json *value = rs_record_value(it, fields->class_name);
    const bool list = rs_json_kind(value) == RS_JSON_ARRAY;
    rs_json_iter each = rs_json_each(value);
    *n = 0;
    *out = rs_arena_calloc(&p->batch->arena, list ? rs_json_len(value) + 1 : 1, sizeof **out);
    if (!*out) return rs_err_nomem(p->err, "classes");
    for (size_t k = list ? rs_json_len(value) : 1; k > 0 && !*bad; k--) {
        rs_str text;
        RS_TRY(read_class(p, fields, list ? rs_json_next(&each, NULL) : value, &text, bad));
        if (text.ptr) (*out)[(*n)++] = text;
        else if (list && !*bad) (*out)[(*n)++] = RS_STR(""); /* keeps its position */
    }
    return RSIFT_OK;
}

/* The classes of the picture itself. A list of several is no single class: each of them is there,
 * and nothing says that no other is. */
static void put_picture_classes(rs_sample *sample, const rs_str *labels, size_t n, bool is_list)
{
    sample->labels = labels;
    sample->n_labels = (uint32_t)n;
    if (n > 1 && sample->task == RS_TASK_CLASSIFICATION) sample->task = RS_TASK_MULTILABEL;
    /* null, or no such field: the class is withheld. An empty list may be meant. */
    if (!n && !is_list && !sample->n_turns) sample->truth = false;
}

rsift_status rs_record_parse_item(rs_parse *p, const rs_record_fields *fields,
                                  const rs_record_item *it, rs_outcome *outcome)
{
    bool bad = false;
    rs_str type, class_name, phrase, label;
    RS_TRY(text_of(p, it, fields->type, &type, &bad));
    if (!type.ptr && fields->type_value.len) RS_TRY(rs_parse_copy(p, fields->type_value, &type));
    if (is_elsewhere(fields, it) || (type.ptr && is_dropped(fields, type))) {
        *outcome = RS_OUTCOME_SKIPPED;
        return RSIFT_OK;
    }
    RS_TRY(rs_preference_refuse_marked(p, it->record, fields->named, fields->n_named, &bad));
    if (!bad && it->own != it->record)
        RS_TRY(rs_preference_refuse_marked(p, it->own, fields->named, fields->n_named, &bad));
    if (bad) return RSIFT_OK;
    rs_sample *sample;
    RS_TRY(rs_parse_sample(p, &sample));
    if (it->own != it->record && sample->sub == 0) sample->sub = 1; /* 0 is the record itself */
    if (fields->has_task) RS_TRY(set_list_task(p, fields, sample));
    if (type.ptr) {
        sample->release_type = type;
        RS_TRY(rs_parse_copy(p, rs_source_skill(p->source, type), &sample->skill));
    }
    rs_str *labels;
    size_t n_labels;
    RS_TRY(read_classes(p, fields, it, &labels, &n_labels, &bad));
    class_name = n_labels == 1 ? labels[0] : (rs_str){0};
    RS_TRY(read_phrase(p, fields, it, &phrase, &label, &bad));
    for (size_t i = 0; i < n_labels && !bad; i++)
        RS_TRY(rs_parse_check_class(p, labels[i], fields->class_name));
    if (!bad) RS_TRY(read_names(p, fields, it, sample, class_name, &bad));
    if (!bad) RS_TRY(read_turns(p, fields, it, sample, phrase, &bad));
    if (bad) return RSIFT_OK;
    /* the class names the boxes; without one the phrase does */
    if (n_labels || !label.ptr) label = class_name.ptr ? class_name : RS_STR("");
    const bool is_list = rs_json_kind(rs_record_value(it, fields->class_name)) == RS_JSON_ARRAY;
    const rs_record_labels names = {
        .of_all = label, .items = labels, .n = n_labels, .is_list = is_list};
    RS_TRY(rs_record_read_boxes(p, fields, it, sample, &names, &bad));
    if (bad) return RSIFT_OK;
    /* no boxes: the classes are of the picture */
    const bool of_picture = fields->class_name.len && !fields->box.len && !fields->box_text.len;
    if (of_picture) put_picture_classes(sample, labels, n_labels, names.is_list);
    *outcome = RS_OUTCOME_USED;
    return RSIFT_OK;
}
