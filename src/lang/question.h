/* What a question asks, apart from how it is spelled: for comparing questions of different
 * releases, which add picture tags and sentences on how to answer. */
#ifndef RS_LANG_QUESTION_H
#define RS_LANG_QUESTION_H

#include "base/arena.h"
#include "base/buf.h"

/* Appends the sentences of `text` (no picture tags) but those that only say how to answer ("Answer
 * the question using a single word or phrase."), which trainers add to some sets and not to others.
 * Format phrases alone stay. false = out of memory. */
bool rs_lang_put_asking(rs_buf *out, rs_arena *scratch, rs_str text);

/* The question for comparing: without tags in angle or square brackets ("<image>", "[vqa]"),
 * without format sentences, folded. ptr NULL = out of memory. */
rs_str rs_lang_asking(rs_arena *arena, rs_str text);

/* Calls `fn` with each word of a folded text: runs of letters, digits and '-'; of scripts without
 * blanks (Chinese, Japanese, Korean, Thai) each character. A false of `fn` ends it and is
 * returned. */
typedef bool rs_lang_word_fn(void *ctx, rs_str word);
bool rs_lang_each_word(rs_str folded, rs_lang_word_fn *fn, void *ctx);
/* Pieces between blanks of a folded text. */
size_t rs_lang_count_pieces(rs_str folded);

#endif
