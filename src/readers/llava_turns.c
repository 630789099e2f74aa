/* Turns of a conversation, in the spellings of several trainers: see llava_record.h. */
#include "lang/boxtext.h"
#include "readers/llava_record.h"

#include <stdio.h>

/* The speaker's word as a role; ASCII case ignored. false = unknown. */
static bool role_of(rs_str word, rs_turn_role *out)
{
    static const struct {
        rs_str word;
        rs_turn_role role;
    } words[] = {
        {{"human", 5}, RS_TURN_USER},     {{"gpt", 3}, RS_TURN_ASSISTANT},
        {{"user", 4}, RS_TURN_USER},      {{"assistant", 9}, RS_TURN_ASSISTANT},
        {{"system", 6}, RS_TURN_SYSTEM},  {{"model", 5}, RS_TURN_ASSISTANT},
        {{"bot", 3}, RS_TURN_ASSISTANT},  {{"chatgpt", 7}, RS_TURN_ASSISTANT},
        {{"bing", 4}, RS_TURN_ASSISTANT},
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (!rs_str_eq_nocase(word, words[i].word)) continue;
        *out = words[i].role;
        return true;
    }
    return false;
}

/* A turn of the record; *out is good until the next. */
static rsift_status add_turn(rs_parse *p, rs_llava_record *r, rs_turn_role role, rs_turn **out)
{
    if (!rs_arena_grow(&p->batch->arena, (void **)&r->turns, &r->cap_turns, r->n_turns + 1,
                       sizeof *r->turns))
        return rs_err_nomem(p->err, "turns");
    *out = &r->turns[r->n_turns++];
    **out = (rs_turn){.role = role, .text = RS_STR("")};
    return RSIFT_OK;
}

/* What the turn's text holds; in what the user says, words for pictures are taken. */
static rsift_status look_at_text(rs_parse *p, rs_llava_record *r, rs_turn *turn, bool *bad)
{
    if (turn->role == RS_TURN_USER && r->n_series)
        RS_TRY(rs_content_take_series(p, r->n_series, &turn->text));
    const rs_str text = turn->text;
    turn->signs = rs_lang_boxtext_signs(text);
    if (turn->role != RS_TURN_USER) return RSIFT_OK;
    RS_TRY(rs_content_take_picture_tags(p, &r->shown, turn->signs, &turn->text, bad));
    if (turn->text.ptr != text.ptr) turn->signs = rs_lang_boxtext_signs(turn->text);
    return RSIFT_OK;
}

/* A turn whose text is a member of the record or of a turn; an absent one is none. */
static rsift_status add_text_turn(rs_parse *p, rs_llava_record *r, rs_turn_role role,
                                  const rs_json *value, bool *bad)
{
    rs_turn *turn;
    if (!value || rs_json_kind(value) == RS_JSON_NULL) return RSIFT_OK;
    RS_TRY(add_turn(p, r, role, &turn));
    RS_TRY(rs_parse_text(p, value, RS_STR("turn"), &turn->text, bad));
    if (!turn->text.ptr) turn->text = RS_STR("");
    return *bad ? RSIFT_OK : look_at_text(p, r, turn, bad);
}

/* "conversations[3].value": where a turn's field stands; spelled for findings only. */
static rs_str where_of(char buf[64], const char *list, size_t i, const char *field)
{
    int n = snprintf(buf, 64, "%s[%zu].%s", list, i, field);
    return rs_str_make(buf, n > 0 && n < 64 ? (size_t)n : 0);
}

/* The fields of a turn in either spelling, found in one walk over its members. */
typedef struct turn_fields {
    const rs_json *from, *role, *value, *content, *input, *output, *system, *question, *answer;
    bool odd; /* it has another one */
} turn_fields;

static turn_fields fields_of(const rs_json *item)
{
    turn_fields out = {0};
    if (rs_json_kind(item) != RS_JSON_OBJECT) return out;
    rs_json_iter it = rs_json_each(item);
    rs_str key;
    for (const rs_json *v; (v = rs_json_next(&it, &key));) {
        if (rs_str_eq(key, RS_STR("from"))) out.from = v;
        else if (rs_str_eq(key, RS_STR("role"))) out.role = v;
        else if (rs_str_eq(key, RS_STR("value"))) out.value = v;
        else if (rs_str_eq(key, RS_STR("content"))) out.content = v;
        else if (rs_str_eq(key, RS_STR("input"))) out.input = v;
        else if (rs_str_eq(key, RS_STR("output"))) out.output = v;
        else if (rs_str_eq(key, RS_STR("system"))) out.system = v;
        else if (rs_str_eq_nocase(key, RS_STR("question"))) out.question = v;
        else if (rs_str_eq_nocase(key, RS_STR("answer"))) out.answer = v;
        else out.odd = true;
    }
    return out;
}

/* Question and answer in one, as LHRS-Bot's files have them (`value` for the answer in some). */
static rsift_status read_question_answer(rs_parse *p, rs_llava_record *r, const turn_fields *f,
                                         const char *list, size_t i, bool *bad)
{
    const rs_json *answer = f->answer ? f->answer : f->value;
    char where[64];
    if (rs_json_kind(f->question) == RS_JSON_NULL || rs_json_kind(answer) <= RS_JSON_NULL) {
        *bad = true;
        return rs_parse_find(p, RS_F_FIELD_MISSING, where_of(where, list, i, "Answer"),
                             "the pair lacks its question or its answer");
    }
    RS_TRY(add_text_turn(p, r, RS_TURN_USER, f->question, bad));
    return *bad ? RSIFT_OK : add_text_turn(p, r, RS_TURN_ASSISTANT, answer, bad);
}

/* A speaker's word that is not known. */
static rsift_status find_speaker(rs_parse *p, rs_str speaker, const char *list, size_t i, bool *bad)
{
    char where[64], quote[RS_QUOTE_SIZE];
    *bad = true;
    return rs_parse_find(p, RS_F_FIELD_TYPE, where_of(where, list, i, "from"),
                         "expected human or gpt, found \"%s\"", rs_err_quote(quote, speaker));
}

/* One turn; *bad when it cannot be used, after a finding. */
static rsift_status read_turn(rs_parse *p, rs_llava_record *r, const rs_json *item,
                              const char *list, size_t i, bool *bad)
{
    char where[64];
    turn_fields f = fields_of(item);
    rs_str speaker = rs_json_str(f.from ? f.from : f.role);
    r->odd_turns = r->odd_turns || f.odd;
    if (f.odd) RS_TRY(rs_preference_refuse_marked(p, item, NULL, 0, bad)); /* a field of its own */
    if (*bad) return RSIFT_OK;
    const rs_json *value = f.value ? f.value : f.content;
    if (!speaker.ptr && f.input && f.output) { /* XTuner: question and answer in one */
        RS_TRY(add_text_turn(p, r, RS_TURN_SYSTEM, f.system, bad));
        RS_TRY(add_text_turn(p, r, RS_TURN_USER, f.input, bad));
        return add_text_turn(p, r, RS_TURN_ASSISTANT, f.output, bad);
    }
    if (!speaker.ptr && f.question && (f.answer || f.value))
        return read_question_answer(p, r, &f, list, i, bad);
    const bool spoken = speaker.ptr || (r->fields->alternate && !f.from && !f.role);
    if (!spoken || !value) {
        *bad = true;
        const rs_str keys = rs_parse_keys(p, item);
        return rs_parse_find(
            p, RS_F_FIELD_MISSING, where_of(where, list, i, spoken ? "value" : "from"),
            "the turn has no %s; its keys: %.*s", spoken ? "text" : "speaker", RS_STR_ARG(keys));
    }
    rs_turn_role role = i % 2 ? RS_TURN_ASSISTANT : RS_TURN_USER; /* of turns without a word */
    if (speaker.ptr && !role_of(speaker, &role)) return find_speaker(p, speaker, list, i, bad);
    rs_turn *turn;
    RS_TRY(add_turn(p, r, role, &turn));
    rs_str text = rs_json_str(value);
    /* a text, a list of parts, or a number that stands where a text is due (FloodNet) */
    if (text.ptr) {
        RS_TRY(rs_parse_copy(p, text, &turn->text));
        return look_at_text(p, r, turn, bad);
    }
    if (rs_json_kind(value) == RS_JSON_ARRAY)
        return rs_content_join_parts(p, value, &r->shown, &turn->text, bad);
    RS_TRY(rs_parse_text(p, value, where_of(where, list, i, f.value ? "value" : "content"),
                         &turn->text, bad));
    if (!turn->text.ptr) turn->text = RS_STR("");
    return RSIFT_OK;
}

/* A text outside of the list of turns: ShareGPT's `system`, XTuner's `system_prompt`. */
static rsift_status read_system(rs_parse *p, rs_llava_record *r)
{
    rs_str system = {0};
    if (r->rare_keys) system = rs_json_str(rs_json_get(r->root, "system"));
    if (r->rare_keys && !system.len) system = rs_json_str(rs_json_get(r->root, "system_prompt"));
    rs_turn *turn;
    if (!system.len) return RSIFT_OK;
    RS_TRY(add_turn(p, r, RS_TURN_SYSTEM, &turn));
    return rs_parse_copy(p, system, &turn->text);
}

/* Alpaca's record, and ms-swift's older one: a question and an answer behind earlier pairs. */
static rsift_status read_alpaca(rs_parse *p, rs_llava_record *r, bool *bad)
{
    const bool swift = rs_json_get(r->root, "query") != NULL;
    const rs_json *input = swift ? NULL : rs_json_get(r->root, "input");
    const rs_json *answer = rs_json_get(r->root, swift ? "response" : "output");
    RS_TRY(read_system(p, r));
    if (input && rs_json_kind(input) != RS_JSON_STR && rs_json_kind(input) != RS_JSON_NULL) {
        *bad = true;
        return rs_parse_find(p, RS_F_FIELD_TYPE, RS_STR("input"), "expected a text, found %s",
                             rs_json_kind_name(rs_json_kind(input)));
    }
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
        turn->signs = 0; /* of the new text nobody knows them yet */
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

const rs_json *rs_llava_turns_of(const rs_llava_record *r, const char **name)
{
    static const char *const names[] = {"conversations", "messages", "conversation"};
    *name = names[0];
    if (r->fields->turns.len) return rs_json_path(r->root, r->fields->turns);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const rs_json *items = rs_json_get(r->root, names[i]);
        if (items) *name = names[i];
        if (items) return items;
    }
    return NULL;
}

/* Adds the turns of a list. */
static rsift_status read_list(rs_parse *p, rs_llava_record *r, const rs_json *items,
                              const char *list, bool *bad)
{
    const size_t n = rs_json_len(items);
    rs_json_iter it = rs_json_each(items);
    for (size_t i = 0; i < n && !*bad; i++)
        RS_TRY(read_turn(p, r, rs_json_next(&it, NULL), list, i, bad));
    return RSIFT_OK;
}

/* A part of a preference record: a text, a turn, or a list of turns. */
static rsift_status read_part(rs_parse *p, rs_llava_record *r, const char *name, rs_turn_role role,
                              bool *bad)
{
    const rs_json *part = rs_json_get(r->root, name);
    if (rs_json_kind(part) == RS_JSON_ARRAY) return read_list(p, r, part, name, bad);
    if (rs_json_kind(part) == RS_JSON_OBJECT) return read_turn(p, r, part, name, 0, bad);
    return add_text_turn(p, r, role, part, bad);
}

/* Is the chosen answer a conversation of its own, question and all (TRL's implicit prompt)? */
static bool holds_question(const rs_json *chosen)
{
    rs_json_iter it = rs_json_each(chosen);
    for (const rs_json *turn;
         rs_json_kind(chosen) == RS_JSON_ARRAY && (turn = rs_json_next(&it, NULL));) {
        const turn_fields f = fields_of(turn);
        rs_turn_role role;
        if (role_of(rs_json_str(f.from ? f.from : f.role), &role) && role == RS_TURN_USER)
            return true;
    }
    return false;
}

/* A pair of a chosen and a rejected answer, of which the chosen one is read: TRL's `prompt` and
 * `chosen`, LLaMA-Factory's conversation or `instruction` before `chosen`. */
static rsift_status read_chosen(rs_parse *p, rs_llava_record *r, const rs_json *turns,
                                const char *list, bool *bad)
{
    RS_TRY(read_system(p, r));
    if (holds_question(rs_json_get(r->root, "chosen")))
        return read_part(p, r, "chosen", RS_TURN_ASSISTANT, bad);
    if (rs_json_kind(turns) == RS_JSON_ARRAY) {
        RS_TRY(read_list(p, r, turns, list, bad));
    } else {
        static const char *const prompts[] = {"prompt", "instruction", "query", "question", NULL};
        size_t i = 0;
        while (prompts[i] && !rs_json_get(r->root, prompts[i])) i++;
        if (prompts[i]) RS_TRY(read_part(p, r, prompts[i], RS_TURN_USER, bad));
    }
    if (!*bad) RS_TRY(read_part(p, r, "chosen", RS_TURN_ASSISTANT, bad));
    return RSIFT_OK;
}

/* A pair is no conversation unless a parameter says that its chosen answer is one. */
static rsift_status check_pair(rs_parse *p, const rs_llava_record *r, bool *bad)
{
    if (r->fields->chosen || !r->rare_keys || !rs_preference_is_pair(r->root)) return RSIFT_OK;
    *bad = true;
    return rs_parse_find(p, RS_F_ANSWER_REJECTED, RS_STR("rejected"),
                         "a pair of a chosen and a rejected answer (--param preference=chosen "
                         "reads the chosen one)");
}

rsift_status rs_llava_read_turns(rs_parse *p, rs_llava_record *r, bool *bad)
{
    const char *list;
    const rs_json *items = rs_llava_turns_of(r, &list);
    RS_TRY(check_pair(p, r, bad));
    if (*bad) return RSIFT_OK;
    if (r->rare_keys && rs_json_get(r->root, "chosen") && rs_preference_is_pair(r->root)) {
        RS_TRY(read_chosen(p, r, items, list, bad));
    } else if (!items && (rs_json_get(r->root, "instruction") || rs_json_get(r->root, "query"))) {
        RS_TRY(read_alpaca(p, r, bad));
    } else if (rs_json_kind(items) == RS_JSON_OBJECT) { /* one pair: LHRS-Bot's `conv` */
        RS_TRY(read_system(p, r));
        RS_TRY(read_turn(p, r, items, list, 0, bad));
    } else if (rs_json_kind(items) != RS_JSON_ARRAY) {
        *bad = true;
        const rs_str keys = rs_parse_keys(p, r->root);
        return rs_parse_find(p, items ? RS_F_FIELD_TYPE : RS_F_FIELD_MISSING,
                             RS_STR("conversations"),
                             "expected an array of turns, found %s; the record's keys: %.*s",
                             rs_json_kind_name(rs_json_kind(items)), RS_STR_ARG(keys));
    } else {
        RS_TRY(read_system(p, r));
        RS_TRY(read_list(p, r, items, list, bad));
    }
    if (!*bad && r->n_turns == 0) {
        *bad = true;
        return rs_parse_find(p, RS_F_FIELD_MISSING, RS_STR("conversations"), "there are no turns");
    }
    r->sample->turns = r->turns;
    r->sample->n_turns = (uint32_t)r->n_turns;
    return RSIFT_OK;
}
