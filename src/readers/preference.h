/* Preference data: answers that are marked as bad, and pairs of a chosen and a rejected answer. A
 * rejected answer is never an answer; a chosen one is only where a parameter says so. */
#ifndef RS_READERS_PREFERENCE_H
#define RS_READERS_PREFERENCE_H

#include "readers/parse.h"

/* A record or turn whose answer is not to be learnt, by ms-swift's `label`, LLaMA-Factory's
 * `kto_tag`, `loss` or `weight`: *bad, after a finding. Of those `named` are fields of something
 * else. */
rsift_status rs_preference_refuse_marked(rs_parse *p, const rs_json *item, const rs_str *named,
                                         size_t n_named, bool *bad);

/* Has the record an answer that was rejected (`rejected`, `rejected_response`, ..)? */
bool rs_preference_is_pair(const rs_json *record);

/* Does the field hold rejected answers, by its name? */
bool rs_preference_is_rejected(rs_str field);

#endif
