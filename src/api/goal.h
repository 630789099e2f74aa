/* What `recommend` is asked for, as it is typed: --goal, --for, --like, and files of these. */
#ifndef RS_API_GOAL_H
#define RS_API_GOAL_H

#include "api/call.h"

typedef enum rs_goal_form { RS_GOAL_WORD, RS_GOAL_BENCHMARK, RS_GOAL_LIKE } rs_goal_form;

/* One of them, the share taken off. */
typedef struct rs_typed_goal {
    rs_goal_form form;
    rs_str text;
    rs_str folder; /* of the file of goals, where relative paths start; "" = it was typed */
    double share;
} rs_typed_goal;

typedef struct rs_typed_goals {
    rs_typed_goal *items; /* in the call's arena */
    size_t n, cap;
} rs_typed_goals;

/* Reads the call's goals in the order of their options. A --goal that ends in .yaml or .yml is a
 * file: a list of words and of maps {word: | for: | like:, share:}, whose relative paths start at
 * the file's folder.
 * Errors: RSIFT_E_ARG for a share that is no number above 0; RSIFT_E_IO, RSIFT_E_FORMAT with
 * "file:line:column" for the file. */
rsift_status rs_goals_typed(rs_call *call, rs_typed_goals *out, rsift_error *err);
/* Takes ":0.5" off the end of the text; 1 where there is none. False for a share that is none. */
bool rs_goal_take_share(rs_str *text, double *share);

#endif
