/* A question, its answer and its regions -> task, skill, form of the answer, and the rule that says
 * so. Pure: no pictures, no workspace. */
#ifndef RS_SIGNALS_TAG_H
#define RS_SIGNALS_TAG_H

#include "signals/rules.h"

typedef struct rs_tag {
    const rs_tag_rule *rule; /* NULL = no rule holds, or the turn asks nothing */
    rs_task task;            /* of the rule, made to fit what is given; only with a rule */
    rs_answer_form form;     /* also without a rule */
} rs_tag;

/* Tags the turns of one sample.
 *   tags   [sample->n_turns]; those of other turns than the user's are empty
 *   false  out of memory */
bool rs_signals_tag(const rs_tag_rules *rules, rs_arena *scratch, const rs_sample *sample,
                    rs_tag *tags);

#endif
