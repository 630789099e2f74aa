/* Tags of any question and answer: forms and tasks in range, the same each time, no form where the
 * answer is withheld, and no tag at all for a turn that asks nothing.
 * Input: a byte of flags, a byte for the region, then question, 0, answer. */
#include "signals/tag.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static rs_tag_rules *rules;

static void check_tag(const rs_tag *tag, const rs_sample *sample)
{
    RS_ASSERT(tag->form < RS_N_ANSWER_FORMS);
    RS_ASSERT(sample->truth || tag->form == RS_ANSWER_UNKNOWN);
    if (!tag->rule) return;
    RS_ASSERT(tag->rule >= rules->rules && tag->rule < rules->rules + rules->n);
    RS_ASSERT(tag->task < RS_N_TASKS);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    if (n < 2) return 0;
    if (!rules) RS_ASSERT(rs_tag_rules_load(&rules, NULL) == RSIFT_OK);
    const rs_str text = {(const char *)bytes + 2, n - 2};
    const size_t zero = rs_str_find_char(text, '\0'), cut = zero == RS_NPOS ? text.len : zero;
    const rs_turn turns[] = {{RS_TURN_USER, rs_str_sub(text, 0, cut)},
                             {bytes[0] & 1 ? RS_TURN_REFERENCE : RS_TURN_ASSISTANT,
                              rs_str_sub(text, cut + 1, text.len)}};
    /* box text where a reader could have found it, and beyond the end of the turn */
    const rs_region region = {.kind = (rs_region_kind)(bytes[1] % 5),
                              .flags = bytes[0] & 2 ? RS_REGION_FROM_TEXT : 0,
                              .turn = bytes[1] >> 6,
                              .begin = bytes[1] & 31,
                              .end = (bytes[1] & 31u) + (bytes[0] >> 4)};
    static const rs_asset_ref pair[] = {{.role = RS_ASSET_BEFORE}, {.role = RS_ASSET_AFTER}};
    const rs_sample sample = {.turns = turns,
                              .n_turns = 2,
                              .regions = &region,
                              .n_regions = bytes[0] >> 2 & 1,
                              .assets = pair,
                              .n_assets = bytes[0] & 8 ? 2 : 0,
                              .truth = bytes[0] != 255};
    rs_arena scratch = {0};
    rs_tag tags[2], again[2];
    RS_ASSERT(rs_signals_tag(rules, &scratch, &sample, tags));
    RS_ASSERT(rs_signals_tag(rules, &scratch, &sample, again));
    check_tag(&tags[0], &sample);
    RS_ASSERT(!tags[1].rule && tags[1].form == RS_ANSWER_UNKNOWN);
    RS_ASSERT(tags[0].rule == again[0].rule && tags[0].form == again[0].form);
    rs_arena_fini(&scratch);
    return 0;
}
