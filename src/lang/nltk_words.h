/* Words as NLTK's word_tokenize gives them, for captions: sentences first (so that each one's last
 * dot is a word of its own), then the Treebank rules. Sentence ends are found by rule (a '.', '?'
 * or
 * '!' before a blank, unless the word is an initial or a known abbreviation) instead of NLTK's
 * trained model, which is not needed for the plain sentences of captions.
 * Source: behaviour of nltk.tokenize.NLTKWordTokenizer 3.9.1; 3.10 treats single opening quotes and
 * long dashes in another way. */
#ifndef RS_LANG_NLTK_WORDS_H
#define RS_LANG_NLTK_WORDS_H

#include "base/arena.h"
#include "base/err.h"

/* Words in the arena, case kept. Errors: RSIFT_E_NOMEM. */
rsift_status rs_lang_nltk_words(rs_arena *arena, rs_str text, rs_str **words, size_t *n_words,
                                rsift_error *err);

#endif
