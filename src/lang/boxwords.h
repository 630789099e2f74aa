/* Four numbers in brackets that are no box: months, years, scores, colours, bands. Told by the
 * words around them, by the words of the question, or by the numbers themselves. */
#ifndef RS_LANG_BOXWORDS_H
#define RS_LANG_BOXWORDS_H

#include "base/str.h"
#include "lang/boxtext_span.h"

/* What the list is called when it is no box; NULL = nothing speaks against a box. Asked of plain
 * lists (bracket, paren): every other style says itself that it is a box.
 *   question   the turn before, empty = none */
const char *rs_lang_boxwords_other(rs_str text, const rs_boxtext_span *span, rs_str question);

#endif
