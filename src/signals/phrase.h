/* Phrases that are looked for in a question, as data: "how many|much", "^is|are there",
 * "which .. larger|bigger". All phrases of a set are found in one walk over the question's words: a
 * phrase is tried only where its first word stands. No regular expressions.
 *
 *   word      a word as rs_lang_each_word parts them (of Chinese: a character)
 *   a|b       one of several words
 *   _         any one word
 *   ..        up to RS_PHRASE_GAP words
 *   ...       up to RS_PHRASE_LONG_GAP words
 *   ^ and $   in front and behind: the phrase begins, ends the question */
#ifndef RS_SIGNALS_PHRASE_H
#define RS_SIGNALS_PHRASE_H

#include "base/arena.h"
#include "base/err.h"
#include "base/map.h"

enum {
    RS_PHRASE_GAP = 6,
    RS_PHRASE_LONG_GAP = 30,
    RS_PHRASE_MOST_WORDS = 400 /* of a question; later ones are not read */
};

typedef struct rs_phrase rs_phrase;

/* Zero-initialised it is empty. Compile, then share: it does not change while it is matched. */
typedef struct rs_phrase_set {
    rs_arena arena;
    rs_strmap words; /* every word of a phrase */
    rs_phrase *phrases;
    size_t n, cap;
    uint32_t *first; /* [words.n + 1]: the phrases that word w begins are tries[first[w]..) */
    uint32_t *tries;
} rs_phrase_set;

/* Adds a phrase; whoever finds it is told `group`. RSIFT_E_FORMAT says what is wrong with it. */
rsift_status rs_phrase_add(rs_phrase_set *set, rs_str text, uint32_t group, rsift_error *err);
/* After the last phrase and before the first match. */
rsift_status rs_phrase_compile(rs_phrase_set *set, rsift_error *err);
/* Sets found[group] of each phrase that `folded` holds. false = out of memory. */
bool rs_phrase_match(const rs_phrase_set *set, rs_arena *scratch, rs_str folded, bool *found);
void rs_phrase_fini(rs_phrase_set *set);

#endif
