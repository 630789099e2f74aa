/* What a question teaches: how far its answer can be guessed without the picture. */
#ifndef RS_CHOOSE_AIM_VALUE_H
#define RS_CHOOSE_AIM_VALUE_H

#include "base/err.h"
#include "choose/aim_input.h"

/* Templates of the questions, as hashes: questions that differ in words that fewer than 20 turns
 * share have one. Looks at the questions, the words and the turns of the input; false = out of
 * memory.
 *   templates   [n_questions], the upper bit is set */
bool rs_aim_templates(const rs_aim_input *in, uint64_t *templates);

/* Fills `value` of every sample: v of aim.h, mean over its turns. */
rsift_status rs_aim_values(const rs_aim_input *in, rs_aim_sample *samples, size_t n,
                           rsift_error *err);

#endif
