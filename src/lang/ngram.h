/* Words and n-grams as numbers, exactly (no hashing into a fixed range): a word gets a running
 * number, an n-gram the running number of (number of its first n-1 words, last word). Caption
 * metrics count and compare these instead of strings. */
#ifndef RS_LANG_NGRAM_H
#define RS_LANG_NGRAM_H

#include "base/arena.h"
#include "base/err.h"
#include "base/map.h"

enum { RS_NGRAM_ORDERS = 4 };

/* (number of the first n-1 words, last word) -> number. One cache line per look-up, and places are
 * fetched ahead for a whole sentence: with millions of n-grams, memory is what costs. */
typedef struct rs_gram_table {
    struct rs_gram_slot {
        uint64_t key;
        uint32_t id, used;
    } * slots;
    size_t cap, n;
} rs_gram_table;

typedef struct rs_ngrams {
    rs_strmap words;
    rs_gram_table longer[RS_NGRAM_ORDERS - 1]; /* orders 2, 3, 4 */
} rs_ngrams;                                   /* {0} is valid; one per thread */

typedef struct rs_gram {
    uint32_t id, count;
} rs_gram;

/* One sentence. Grams of order k+1 are grams[first[k] .. first[k + 1]), ascending by id. */
typedef struct rs_sentence {
    const uint32_t *words;
    const rs_gram *grams;
    uint32_t n_words;
    uint32_t first[RS_NGRAM_ORDERS + 1];
} rs_sentence;

void rs_lang_ngrams_fini(rs_ngrams *table);

/* Number of distinct grams of `order` (1..4) seen so far. */
size_t rs_lang_ngrams_count(const rs_ngrams *table, int order);

/* Splits at white space as Python's str.split() does and counts all n-grams.
 * `out` lies in the arena. Errors: RSIFT_E_NOMEM, RSIFT_E_LIMIT above 2^24 words. */
rsift_status rs_lang_ngrams_sentence(rs_ngrams *table, rs_arena *arena, rs_str text,
                                     rs_sentence *out, rsift_error *err);

/* Next piece of text between white space (Python's str.isspace); false at the end. */
bool rs_lang_next_word(rs_str *rest, rs_str *word);

#endif
