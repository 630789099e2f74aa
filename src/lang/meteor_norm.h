/* METEOR 1.5's own normaliser (option -norm, English, punctuation kept), then lower case and split:
 * separates symbols, joins runs of dots, evens out quotes and dashes, splits hyphens and
 * contractions, and cuts final dots off words that are not abbreviations.
 * Source: behaviour of cmu-mtlab/meteor util/Normalizer.java and the jar of METEOR 1.5. */
#ifndef RS_LANG_METEOR_NORM_H
#define RS_LANG_METEOR_NORM_H

#include "base/arena.h"
#include "base/err.h"
#include "base/map.h"

/* Words before whose dot no sentence ends (english.prefixes). {0} is an empty list. */
typedef struct rs_prefixes {
    rs_strmap words;
    unsigned char *numeric_only; /* [words.n] */
    size_t cap;
} rs_prefixes;

/* Reads the list's text: one prefix a line, '#' comments, "#NUMERIC_ONLY#" behind a word.
 * Errors: RSIFT_E_NOMEM. */
rsift_status rs_lang_prefixes_read(rs_prefixes *list, rs_str text, rsift_error *err);
void rs_lang_prefixes_fini(rs_prefixes *list);

/* Words of `line`, in the arena or pieces of the line itself. Errors: RSIFT_E_NOMEM. */
rsift_status rs_lang_meteor_words(rs_arena *arena, const rs_prefixes *list, rs_str line,
                                  rs_str **words, size_t *n_words, rsift_error *err);

#endif
