/* Empty questions, answers and captions; captions that one image repeats; characters that stand for
 * bytes which could not be decoded. */
#include "checks/table.h"

#include "lang/boxtext.h"

/* Adds a finding about one turn. */
static rsift_status add_finding(const rs_check_input *input, rs_batch *batch, rs_finding_code code,
                                uint32_t turn, rsift_error *err, const char *what)
{
    char where[32];
    int n = snprintf(where, sizeof where, "turn %u", turn);
    return rs_batch_find(batch,
                         &(rs_finding){.code = code,
                                       .ordinal = input->sample->ordinal,
                                       .sample = input->index,
                                       .asset = -1,
                                       .where = rs_str_make(where, (size_t)n)},
                         err, "%s", what);
}

/* The text without the <image> tags that it begins with; a user turn that holds nothing else asks
 * nothing. */
static rs_str without_tags(rs_str text)
{
    text = rs_str_trim(text);
    /* A question about several pictures may begin with several tags; a tag has 7 bytes. */
    while (rs_str_starts(text, RS_STR("<image>")))
        text = rs_str_trim(rs_str_sub(text, 7, text.len));
    return text;
}

/* Is turn `at` a caption with the text of an earlier one? */
static bool repeats(const rs_sample *sample, uint32_t at)
{
    for (uint32_t i = 0; i < at; i++)
        if (sample->turns[i].role == RS_TURN_REFERENCE &&
            rs_str_eq(rs_str_trim(sample->turns[i].text), rs_str_trim(sample->turns[at].text)))
            return true;
    return false;
}

/* The word that a program wrote for a missing value. "None" may be a true answer, as in "Which
 * ships are moored?", and no caption. */
static bool stands_for_nothing(rs_str text, bool is_caption)
{
    static const char *const words[] = {"NaN", "nan", "NULL", "null", "<NA>", "N/A", "n/a"};
    enum { LONGEST = 4 }; /* bytes */
    text = rs_str_trim(text);
    if (text.len > LONGEST) return false;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (rs_str_eq(text, rs_str_of(words[i]))) return true;
    return is_caption && rs_str_eq(text, RS_STR("None"));
}

/* One turn by its role. An answer may be empty where the release withholds it. */
static rsift_status check_turn(const rs_check_input *input, rs_batch *batch, uint32_t i,
                               rsift_error *err)
{
    const rs_turn *turn = &input->sample->turns[i];
    bool empty = rs_str_trim(turn->text).len == 0;
    switch (turn->role) {
    case RS_TURN_USER:
    case RS_TURN_PHRASE:
        if (without_tags(turn->text).len == 0)
            return add_finding(input, batch, RS_F_QUESTION_EMPTY, i, err, "nothing is asked");
        return RSIFT_OK;
    case RS_TURN_ASSISTANT:
        /* Without truth the release withholds its answers: an empty one is as released. */
        if (empty && input->sample->truth)
            return add_finding(input, batch, RS_F_ANSWER_EMPTY, i, err, "the answer has no text");
        if (stands_for_nothing(turn->text, false))
            return add_finding(input, batch, RS_F_ANSWER_EMPTY, i, err,
                               "the answer is the word for a missing value");
        return RSIFT_OK;
    case RS_TURN_REFERENCE:
        if (empty)
            return add_finding(input, batch, RS_F_CAPTION_EMPTY, i, err, "the caption has no text");
        if (stands_for_nothing(turn->text, true))
            return add_finding(input, batch, RS_F_ANSWER_EMPTY, i, err,
                               "the caption is the word for a missing value");
        if (repeats(input->sample, i))
            return add_finding(input, batch, RS_F_CAPTION_REPEATED, i, err,
                               "same text as an earlier one");
        return RSIFT_OK;
    case RS_TURN_SYSTEM: return RSIFT_OK;
    }
    return RSIFT_OK;
}

/* U+FFFD: put there for bytes that are no UTF-8, by the reader or by whoever made the release. What
 * stood there is not known, so the text must not be taught. */
static bool holds_replacement(rs_str text)
{
    return rs_str_find(text, RS_STR("\xef\xbf\xbd")) != RS_NPOS;
}

/* One finding a sample: it is left out whatever the number of broken characters. */
static rsift_status check_replacements(const rs_check_input *input, rs_batch *batch,
                                       rsift_error *err)
{
    static const char what[] = "U+FFFD stands for a character that is lost";
    const rs_sample *s = input->sample;
    for (uint32_t i = 0; i < s->n_turns; i++) {
        const rs_turn *turn = &s->turns[i];
        if (turn->signs && !(turn->signs & RS_BOXTEXT_SIGN_WIDE)) continue; /* known as ASCII */
        if (holds_replacement(turn->text))
            return add_finding(input, batch, RS_F_ENCODING, i, err, what);
    }
    bool lost = false;
    for (uint32_t i = 0; i < s->n_labels && !lost; i++) lost = holds_replacement(s->labels[i]);
    for (uint32_t i = 0; i < s->n_regions && !lost; i++)
        lost = holds_replacement(s->regions[i].label);
    return lost ? rs_batch_find(batch,
                                &(rs_finding){.code = RS_F_ENCODING,
                                              .ordinal = s->ordinal,
                                              .sample = input->index,
                                              .asset = -1,
                                              .where = RS_STR("labels")},
                                err, "%s", what)
                : RSIFT_OK;
}

static rsift_status check_text(const rs_check_input *input, rs_batch *batch, rsift_error *err)
{
    for (uint32_t i = 0; i < input->sample->n_turns; i++) RS_TRY(check_turn(input, batch, i, err));
    return check_replacements(input, batch, err);
}

const rs_check rs_check_text = {
    .name = "text", .summary = "empty questions, answers and captions", .run = check_text};
