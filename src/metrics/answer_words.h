/* What the words of an answer say, whatever their spelling: for the keys by which samples that
 * contradict are found. */
#ifndef RS_METRICS_ANSWER_WORDS_H
#define RS_METRICS_ANSWER_WORDS_H

#include "base/arena.h"
#include "base/str.h"

/* Lower case, without punctuation and articles, number words as digits (the VQA normaliser), and
 * each number in one form. ptr NULL = out of memory. */
rs_str rs_metrics_answer_normal(rs_arena *arena, rs_str text);

/* "yes" of "yes there is": how it goes on can be said in many ways. */
rs_str rs_metrics_answer_yes_or_no(rs_str normal);

/* Sentences that answer as one word does: "there are 3 ships" to "how many", "there is no water" to
 * "is there water". Others come back as they are. `question` is folded. */
rs_str rs_metrics_answer_word(rs_str question, rs_str normal);

#endif
