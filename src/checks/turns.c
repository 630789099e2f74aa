/* Conversations: roles alternate, and there are as many <image> tags as pictures (a released
 * conversation without any tag is read as "pictures first", which every trainer does). */
#include "checks/table.h"

#include "lang/boxtext.h"
#include "lang/picture_tag.h"

#include <stdio.h>

static unsigned signs_of(const rs_turn *turn)
{
    return rs_lang_boxtext_signs_of(turn->text, turn->signs);
}

/* How often <image> stands in the turn. */
static size_t n_tags(const rs_turn *turn)
{
    size_t n = 0;
    rs_str text = turn->text;
    if (!(signs_of(turn) & RS_BOXTEXT_SIGN_ANGLE)) return 0;
    for (size_t at; (at = rs_str_find(text, RS_STR("<image>"))) != RS_NPOS; n++)
        text = rs_str_sub(text, at + 7, text.len);
    return n;
}

/* Captions and referred phrases are lists of texts, not a conversation. */
static bool is_dialogue(const rs_sample *sample)
{
    for (uint32_t i = 0; i < sample->n_turns; i++)
        if (sample->turns[i].role == RS_TURN_REFERENCE || sample->turns[i].role == RS_TURN_PHRASE)
            return false;
    return sample->n_turns > 0;
}

/* After an optional system turn, user and assistant alternate, the user first; the last question
 * has an answer unless the release withholds it. */
static rsift_status check_roles(const rs_check_input *input, rs_batch *batch, rsift_error *err)
{
    const rs_sample *s = input->sample;
    /* 1 when a system turn opens the conversation, else 0. */
    uint32_t first = s->turns[0].role == RS_TURN_SYSTEM;
    for (uint32_t i = first; i < s->n_turns; i++) {
        rs_turn_role due = (i - first) % 2 == 0 ? RS_TURN_USER : RS_TURN_ASSISTANT;
        if (s->turns[i].role == due) continue;
        return rs_batch_find(batch,
                             &(rs_finding){.code = RS_F_ROLES,
                                           .ordinal = s->ordinal,
                                           .sample = input->index,
                                           .asset = -1,
                                           .where = RS_STR("turns")},
                             err, "turn %u is %s, expected %s", i,
                             rs_model_turn_role_name(s->turns[i].role),
                             rs_model_turn_role_name(due));
    }
    if (s->truth && (s->n_turns - first) % 2 != 0)
        return rs_batch_find(batch,
                             &(rs_finding){.code = RS_F_ROLES,
                                           .ordinal = s->ordinal,
                                           .sample = input->index,
                                           .asset = -1,
                                           .where = RS_STR("turns")},
                             err, "the last question has no answer");
    return RSIFT_OK;
}

/* Words for a picture that no trainer of ours knows: they would be taught as text. One finding a
 * sample. */
static rsift_status check_foreign_tags(const rs_check_input *input, rs_batch *batch,
                                       rsift_error *err)
{
    const rs_sample *s = input->sample;
    const unsigned brackets = RS_BOXTEXT_SIGN_BRACE | RS_BOXTEXT_SIGN_BRACKET | RS_BOXTEXT_SIGN_TAG;
    char where[64], quote[RS_QUOTE_SIZE];
    for (uint32_t i = 0; i < s->n_turns; i++) {
        rs_picture_tag tag;
        const rs_str text = s->turns[i].text;
        if (!(signs_of(&s->turns[i]) & brackets)) continue; /* most turns are plain words */
        if (!rs_lang_foreign_picture_tag(text, &tag)) continue;
        int n = snprintf(where, sizeof where, "turn %u > byte %zu", i, tag.begin);
        return rs_batch_find(batch,
                             &(rs_finding){.code = RS_F_PLACEHOLDERS,
                                           .ordinal = s->ordinal,
                                           .sample = input->index,
                                           .asset = -1,
                                           .where = rs_str_make(where, (size_t)n)},
                             err, "no place of a picture is told by \"%s\"",
                             rs_err_quote(quote, rs_str_sub(text, tag.begin, tag.end)));
    }
    return RSIFT_OK;
}

static rsift_status check_turns(const rs_check_input *input, rs_batch *batch, rsift_error *err)
{
    const rs_sample *s = input->sample;
    RS_TRY(check_foreign_tags(input, batch, err));
    if (!is_dialogue(s)) return RSIFT_OK;
    RS_TRY(check_roles(input, batch, err));
    size_t n = 0, n_pictures = 0;
    for (uint32_t i = 0; i < s->n_turns; i++) n += n_tags(&s->turns[i]);
    /* Masks belong to regions: no tag stands for them. */
    for (uint32_t i = 0; i < s->n_assets; i++) n_pictures += s->assets[i].role != RS_ASSET_MASK;
    if (n == 0 || n == n_pictures) return RSIFT_OK;
    return rs_batch_find(batch,
                         &(rs_finding){.code = RS_F_PLACEHOLDERS,
                                       .ordinal = s->ordinal,
                                       .sample = input->index,
                                       .asset = -1,
                                       .where = RS_STR("turns")},
                         err, "%zu <image> tags, %zu pictures", n, n_pictures);
}

const rs_check rs_check_turns = {.name = "turns",
                                 .summary = "roles out of turn, image tags that do not match",
                                 .run = check_turns};
