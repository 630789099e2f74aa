/* The groups in which questions are guessed, from narrow to wide: the question, its template, its
 * first three, two and one words, everything. */
#ifndef RS_DECIDE_VALUE_LEVELS_H
#define RS_DECIDE_VALUE_LEVELS_H

#include "choose/value.h"
#include "decide/asked.h"

enum { RS_VALUE_QUESTION, RS_VALUE_TEMPLATE, RS_VALUE_FIRST_3, RS_VALUE_N_LEVELS = 6 };

typedef struct rs_value_levels {
    uint32_t *group[RS_VALUE_N_LEVELS]; /* [n_questions] */
    uint32_t n_groups[RS_VALUE_N_LEVELS];
} rs_value_levels;

/* "question", "template", "first 3 words", .., "everything". */
const char *rs_value_level_name(size_t level);
/* Call rs_value_levels_fini also after a failure. */
rsift_status rs_value_levels_make(const rs_asked *asked, rs_value_levels *out, rsift_error *err);
void rs_value_levels_fini(rs_value_levels *levels);

#endif
