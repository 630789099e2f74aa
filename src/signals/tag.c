/* The first rule that holds decides; see tag.h and taxonomy/questions.yaml. */
#include "signals/tag.h"

#include "base/ascii.h"
#include "base/utf8.h"
#include "lang/question.h"

/* ---- what is given --------------------------------------------------------------------------- */

/* Pictures in their roles say whether two dates or a film are asked about. */
static uint32_t given_by_pictures(const rs_sample *sample)
{
    uint32_t n_dates = 0, n_frames = 0;
    for (uint32_t i = 0; i < sample->n_assets; i++) {
        const rs_asset_role role = sample->assets[i].role;
        n_dates += role == RS_ASSET_BEFORE || role == RS_ASSET_AFTER;
        n_frames += role == RS_ASSET_FRAME;
    }
    return (n_dates >= 2 ? RS_GIVEN_PAIR : 0u) | (n_frames >= 2 ? RS_GIVEN_FRAMES : 0u);
}

static bool has_mark(const rs_sample *sample)
{
    for (uint32_t i = 0; i < sample->n_regions; i++)
        if (sample->regions[i].flags & RS_REGION_MARK) return true;
    return false;
}

/* "A." "A)" "A:" "(A)" of either case at byte `i`: which of these kinds, and which letter from 0;
 * -1 = no marker of an option. */
static int option_kind(rs_str text, size_t i, int *letter)
{
    const bool bracket = text.ptr[i] == '(';
    const size_t at = i + bracket;
    if (at + 1 >= text.len || !rs_ascii_is_letter(text.ptr[at])) return -1;
    if (!bracket && i > 0 && !rs_ascii_is_space(text.ptr[i - 1])) return -1;
    const char *closing = memchr(").:", text.ptr[at + 1], 3);
    if (!closing || (bracket && *closing != ')')) return -1;
    *letter = rs_ascii_lower(text.ptr[at]) - 'a';
    const int kind = bracket ? 3 : *closing == ')' ? 0 : *closing == '.' ? 1 : 2;
    return 2 * kind + rs_ascii_is_upper(text.ptr[at]);
}

/* Where the list of options begins: at an "A." that a "B." of the same kind follows; text.len =
 * there is none. */
static size_t find_options(rs_str text)
{
    enum { KINDS = 8 };
    size_t first[KINDS] = {0}; /* behind the last "A" of each kind, 0 = none */
    for (size_t i = 0; i < text.len; i++) {
        int letter = 0;
        const int kind = option_kind(text, i, &letter);
        if (kind < 0) continue;
        if (letter == 1 && first[kind]) return first[kind] - 1;
        if (letter == 0) first[kind] = i + 1;
    }
    return text.len;
}

/* The turn that answers: the next one, if it is the assistant's or a reference. */
static bool find_answer(const rs_sample *sample, uint32_t turn, uint32_t *out)
{
    *out = turn + 1;
    if (!sample->truth || *out >= sample->n_turns) return false;
    const rs_turn_role role = sample->turns[*out].role;
    return role == RS_TURN_ASSISTANT || role == RS_TURN_REFERENCE;
}

/* ---- rules ----------------------------------------------------------------------------------- */

typedef struct asked {
    const bool *found, *said; /* by group of phrases; said NULL = the answer is not short */
    uint32_t given, n_words;
    rs_answer_form form;
} asked;

static bool rule_holds(const rs_tag_rule *rule, const asked *q)
{
    if (rule->ask && !q->found[rule->ask]) return false;
    if (rule->also && !q->found[rule->also]) return false;
    if (rule->but && q->found[rule->but]) return false;
    if (rule->said && !(q->said && q->said[rule->said])) return false;
    if (rule->answer && !(rule->answer & UINT32_C(1) << q->form)) return false;
    if (rule->most_words && q->n_words > rule->most_words) return false;
    return (rule->given & q->given) == rule->given && !(rule->absent & q->given);
}

/* Rules name a task as it is for one picture: two dates, boxes and options make others of it. */
static rs_task task_given(rs_task task, const asked *q)
{
    if (task == RS_TASK_CAPTION) {
        if (q->given & RS_GIVEN_BOXES) return RS_TASK_GROUNDED_CAPTION;
        if (q->given & RS_GIVEN_BOX) return RS_TASK_REGION_CAPTION;
        if (q->given & RS_GIVEN_FRAMES) return RS_TASK_VIDEO_CAPTION;
        return q->given & RS_GIVEN_PAIR ? RS_TASK_CHANGE_CAPTION : task;
    }
    if (q->form == RS_ANSWER_CHOICE) return RS_TASK_CHOICE_VQA;
    if (task == RS_TASK_CLASSIFICATION && q->given & RS_GIVEN_BOX)
        return RS_TASK_REGION_CLASSIFICATION;
    if (task == RS_TASK_DETECTION_HBB && q->form == RS_ANSWER_BOX_OBB) return RS_TASK_DETECTION_OBB;
    if (task == RS_TASK_VQA || task == RS_TASK_GROUNDING_HBB) {
        if (q->form == RS_ANSWER_BOX_HBB) return RS_TASK_GROUNDING_HBB;
        if (q->form == RS_ANSWER_BOX_OBB) return RS_TASK_GROUNDING_OBB;
        if (q->form == RS_ANSWER_POINT) return RS_TASK_GROUNDING_POINT;
        if (q->form == RS_ANSWER_POLYGON) return RS_TASK_REFERRING_SEG;
    }
    return task == RS_TASK_VQA && q->given & RS_GIVEN_PAIR ? RS_TASK_CHANGE_VQA : task;
}

/* A phrase is a label where a class is asked for, and a sentence a number where one is counted. */
static rs_answer_form form_given(rs_arena *scratch, const rs_tag *tag, rs_str answer)
{
    const bool phrase = tag->form == RS_ANSWER_PHRASE, sentence = tag->form == RS_ANSWER_SENTENCE;
    if (phrase && (tag->task == RS_TASK_CLASSIFICATION ||
                   tag->task == RS_TASK_REGION_CLASSIFICATION || tag->task == RS_TASK_MULTILABEL))
        return RS_ANSWER_LABEL;
    if ((phrase || sentence) && rs_str_eq(tag->rule->skill, RS_STR("counting")) &&
        rs_signals_has_number(scratch, answer))
        return RS_ANSWER_NUMBER;
    return tag->form;
}

/* Which phrases of answers are in a short one. Forms that are known by their numbers, and long
 * texts, which may say anything, are not looked at. */
static bool match_said(const rs_tag_rules *rules, rs_arena *scratch, rs_str answer, asked *q)
{
    enum { LONGEST = 80 }; /* bytes */
    const uint32_t short_forms = 1u << RS_ANSWER_PHRASE | 1u << RS_ANSWER_LIST;
    if (!(short_forms >> q->form & 1) || answer.len > LONGEST) return true;
    const rs_str folded = rs_utf8_fold(scratch, answer);
    bool *said = rs_arena_calloc(scratch, rules->said.n_groups, sizeof *said);
    q->said = said;
    return folded.ptr && said && rs_phrase_match(&rules->said.set, scratch, folded, said);
}

static bool tag_turn(const rs_tag_rules *rules, rs_arena *scratch, const rs_sample *sample,
                     const rs_turn_regions *regions, uint32_t turn, rs_tag *out)
{
    const rs_str text = sample->turns[turn].text;
    const size_t end = find_options(text);
    const rs_str asking = rs_lang_asking(scratch, rs_str_sub(text, 0, end));
    bool *found = rs_arena_calloc(scratch, rules->asked.n_groups, sizeof *found), failed = false;
    if (!asking.ptr || !found || !rs_phrase_match(&rules->asked.set, scratch, asking, found))
        return false;
    asked q = {.found = found,
               .n_words = (uint32_t)rs_lang_count_pieces(asking),
               .given = given_by_pictures(sample)};
    uint32_t answer;
    const bool options = end < text.len || sample->n_options > 0;
    if (options) q.given |= RS_GIVEN_OPTIONS;
    if (regions->first[turn] != RS_NO_REGION || has_mark(sample)) q.given |= RS_GIVEN_BOX;
    if (find_answer(sample, turn, &answer)) {
        q.form = rs_signals_answer_form(scratch, sample, regions, answer, options, &failed);
        if (regions->first[answer] != RS_NO_REGION) q.given |= RS_GIVEN_BOXES;
        if (!match_said(rules, scratch, sample->turns[answer].text, &q)) return false;
    }
    *out = (rs_tag){.form = q.form};
    for (size_t i = 0; i < rules->n && !out->rule; i++)
        if (rule_holds(&rules->rules[i], &q)) out->rule = &rules->rules[i];
    if (!out->rule) return !failed;
    out->task = task_given(out->rule->task, &q);
    if (q.form != RS_ANSWER_UNKNOWN)
        out->form = form_given(scratch, out, sample->turns[answer].text);
    return !failed;
}

bool rs_signals_tag(const rs_tag_rules *rules, rs_arena *scratch, const rs_sample *sample,
                    rs_tag *tags)
{
    rs_turn_regions regions;
    if (!rs_signals_turn_regions(scratch, sample, &regions)) return false;
    if (sample->n_turns) memset(tags, 0, sample->n_turns * sizeof *tags);
    for (uint32_t i = 0; i < sample->n_turns; i++)
        if (sample->turns[i].role == RS_TURN_USER &&
            !tag_turn(rules, scratch, sample, &regions, i, &tags[i]))
            return false;
    return true;
}
