/* Which questions are similar to which parts of a goal. */
#ifndef RS_CHOOSE_AIM_SIMILAR_H
#define RS_CHOOSE_AIM_SIMILAR_H

#include "base/err.h"
#include "choose/aim_input.h"

typedef struct rs_aim_match {
    uint32_t part;
    float sim;
} rs_aim_match;

/* Per question of the input the parts that it is similar to, by part: at[first[q]] up to
 * at[first[q + 1]]. */
typedef struct rs_aim_matches {
    size_t *first; /* [n_questions + 1] */
    rs_aim_match *at;
} rs_aim_matches;

rsift_status rs_aim_match_questions(const rs_aim_input *in, rs_aim_matches *out, rsift_error *err);
void rs_aim_matches_fini(rs_aim_matches *matches);

/* |A and B| / sqrt(|A| |B|); 0 when either is empty. */
double rs_aim_similarity(const rs_aim_question *a, const rs_aim_question *b);

/* Parts for examples that come without: questions of one form are one part. By frequency, each
 * question joins the first part whose leading question is similar (RS_AIM_MEMBER), else leads a
 * new one. Parts of fewer than 1 % of the examples, and all but the largest `most` - 1 (2 or more),
 * become one part, the last.
 *   part   [n_examples] out     returns the number of parts; 0 = out of memory */
uint32_t rs_aim_split(const rs_aim_input *in, uint32_t most, uint32_t *part);

#endif
