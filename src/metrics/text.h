/* Small text steps that published scorers are made of. All results lie in the arena; a NULL pointer
 * in a result means out of memory. */
#ifndef RS_METRICS_TEXT_H
#define RS_METRICS_TEXT_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

rs_str rs_metrics_lower(rs_arena *arena, rs_str s);
/* Without white space of every script at both ends (Python's strip); a view. */
rs_str rs_metrics_trim(rs_str s);
/* Every occurrence of `what` replaced, left to right, as Python's str.replace does it. */
rs_str rs_metrics_replace(rs_arena *arena, rs_str s, rs_str what, rs_str with);
/* Bytes that occur in `set` are dropped. */
rs_str rs_metrics_drop(rs_arena *arena, rs_str s, const char *set);
/* Words between white space joined with one blank: " ".join(s.split()). */
rs_str rs_metrics_join_words(rs_arena *arena, rs_str s);
size_t rs_metrics_n_words(rs_str s);
/* `needle` stands in `s`; the empty text stands in every text. */
bool rs_metrics_contains(rs_str s, rs_str needle);
bool rs_metrics_contains_nocase(rs_arena *arena, rs_str s, rs_str needle);
/* Where `needle` stands last, -1 = nowhere (Python's rfind). */
ptrdiff_t rs_metrics_rfind(rs_str s, rs_str needle);
/* Without characters of `set` at both ends; a view. */
rs_str rs_metrics_strip(rs_str s, const char *set);
bool rs_metrics_is_number_text(rs_str s); /* digits, at least one, nothing else */

/* ASCII punctuation as Python's string.punctuation has it. */
#define RS_METRICS_PUNCTUATION "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"

/* Normalisers of answers.
 *   evalai   VQA's and LHRS-Bot's EvalAIAnswerProcessor: punctuation, digits, articles,
 *            contractions
 *   lhrs     LHRS-Bench: lower, punctuation dropped, articles to blanks, blanks joined
 *   nospace  strip, lower, blanks dropped (EarthDial, RSEvalKit) */
rs_str rs_metrics_norm_evalai(rs_arena *arena, rs_str text);
rs_str rs_metrics_norm_lhrs(rs_arena *arena, rs_str text);
rs_str rs_metrics_norm_nospace(rs_arena *arena, rs_str text);

#endif
