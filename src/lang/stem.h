/* English stemmers. Two, because metrics are defined with different ones: Snowball's English
 * ("Porter2") for METEOR 1.5, and NLTK's variant of the first Porter algorithm for rouge_score and
 * NLTK's METEOR. Words are expected in lower case; letters outside ASCII count as consonants.
 * Source: snowballstem.org/algorithms/english/stemmer.html; M. F. Porter, Program 14 (1980);
 * nltk/stem/porter.py, mode NLTK_EXTENSIONS (behaviour). */
#ifndef RS_LANG_STEM_H
#define RS_LANG_STEM_H

#include "base/str.h"

/* Longest word that is stemmed; longer ones come back unchanged. */
enum { RS_STEM_MAX = 120 };

/* Writes the stem into out and returns it as text; a word that is too long is returned itself. */
rs_str rs_lang_stem_snowball(rs_str word, char out[RS_STEM_MAX + 8]);
rs_str rs_lang_stem_porter_nltk(rs_str word, char out[RS_STEM_MAX + 8]);

/* For the two stemmers: stems a word with letters outside ASCII through `stem`, which then sees one
 * byte (0x80) in place of each. */
rs_str rs_lang_stem_wide(rs_str word, char out[RS_STEM_MAX + 8], rs_str (*stem)(rs_str, char *));
bool rs_lang_stem_is_wide(rs_str word);

#endif
