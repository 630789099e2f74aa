/* The choices of a question: a list, an object or a field each in the record, lines of text in the
 * question, and items for scoring. */
#ifndef RS_READERS_OPTIONS_H
#define RS_READERS_OPTIONS_H

#include "readers/parse.h"

/* Reads the choices that the parameter's fields hold: one field with a list, an object of letters
 * or a text, or several fields with a choice each. Items without a letter of their own get the one
 * of their place, "(A) ..", so that an answer can name them. In the batch; *n == 0: there are none.
 * *bad when one is no text, after a finding. */
rsift_status rs_read_options(rs_parse *p, const rs_json *root, const rs_param_value *fields,
                             rs_str **out, size_t *n, bool *bad);

/* The question with the choices below it, one a line; ptr NULL = out of memory. */
rs_str rs_put_options(rs_arena *arena, rs_str question, const rs_str *options, size_t n);

#endif
