/* Words and n-grams as numbers, exactly: an n-gram is known by its words' numbers, no hash stands
 * for one. rs_ngrams numbers those of a few sentences (one image's captions) and forgets them
 * again; a rs_gram_index numbers chosen ones for good. */
#ifndef RS_LANG_NGRAM_H
#define RS_LANG_NGRAM_H

#include "base/err.h"
#include "base/str.h"

#include <stdbool.h>

enum { RS_NGRAM_ORDERS = 4 };

/* Words as numbers (any numbering below 2^32 - 1, equal words have equal numbers). */
typedef struct rs_sentence {
    const uint32_t *words;
    uint32_t n_words;
} rs_sentence;

/* Up to four words, each + 1 and 0 for none: {first, second}, {third, fourth}. */
typedef struct rs_gram_key {
    uint64_t front, back;
} rs_gram_key;

typedef struct rs_gram {
    uint32_t id, count;
} rs_gram;

/* Different n-grams of one sentence. Those of order k + 1 are grams[first[k] .. first[k + 1]). */
typedef struct rs_gram_list {
    const rs_gram *grams;
    const uint32_t *words; /* number of the unigram at each word */
    uint32_t first[RS_NGRAM_ORDERS + 1];
} rs_gram_list;

/* The n-grams of one group of sentences, numbered from 0 in order of appearance. {0} is valid; its
 * memory is used again and again; one per thread. */
typedef struct rs_ngrams {
    struct rs_ngram_slot {
        uint64_t key;       /* number of the n-gram without its last word, + 1; that word */
        uint32_t group, id; /* of another group: free */
    } *slots;
    rs_gram_key *keys;   /* [n] by number */
    uint32_t *positions; /* [n] where the present sentence's list has it */
    rs_gram *grams;      /* of all sentences of the group */
    uint32_t *words;
    uint32_t *begun; /* numbers of a sentence's n-grams, by their first word */
    size_t n, n_grams, n_words, cap, cap_keys, cap_positions, cap_grams, cap_words, cap_begun;
    uint32_t group;
} rs_ngrams;

void rs_lang_ngrams_fini(rs_ngrams *table);

/* Begins a group of sentences with n_words words in all: room is made here, and nothing moves until
 * the next group. Errors: RSIFT_E_NOMEM, RSIFT_E_LIMIT above 2^26 words. */
rsift_status rs_lang_ngrams_start(rs_ngrams *table, size_t n_words, rsift_error *err);

/* n-grams of one sentence of the group, of orders 1..n_orders; higher ones come out empty.
 *   n_shared   orders end with the first in which no number is below this one (a sentence that
 *              shares no pair of words with the first of the group shares no longer n-gram);
 *              0 = all */
void rs_lang_ngrams_add(rs_ngrams *table, const rs_sentence *sentence, int n_orders,
                        uint32_t n_shared, rs_gram_list *out);

/* Number of one n-gram of the group; a new one gets the next number, table->n before the call.
 *   before  number of its words without the last one, + 1; 0 = it is a single word
 *   words   of the n-gram, of `order` + 1 words */
uint32_t rs_lang_ngrams_number(rs_ngrams *table, uint32_t before, const uint32_t *words, int order);

/* n-gram -> running number. {0} is empty; shared and immutable once filled. */
typedef struct rs_gram_index {
    struct rs_gram_slot {
        uint32_t number, tag; /* number + 1, 0 = free; bits of the key's hash */
    } *slots;
    rs_gram_key *keys; /* [n] by number */
    size_t cap, n, cap_keys;
} rs_gram_index;

void rs_lang_gram_index_fini(rs_gram_index *index);
/* Errors: RSIFT_E_NOMEM, RSIFT_E_LIMIT at 2^32 - 1 n-grams. */
rsift_status rs_lang_gram_index_put(rs_gram_index *index, rs_gram_key key, rsift_error *err);
size_t rs_lang_gram_index_get(const rs_gram_index *index, rs_gram_key key); /* RS_NPOS = absent */
/* Prefetches the memory of a key: for many keys, first prefetch all, then get all. */
void rs_lang_gram_index_fetch(const rs_gram_index *index, rs_gram_key key);

/* The key of `n` words (1..4). */
static inline rs_gram_key rs_lang_gram_key(const uint32_t *words, int n)
{
    rs_gram_key key = {(uint64_t)(words[0] + 1) << 32, 0};
    if (n > 1) key.front |= words[1] + 1;
    if (n > 2) key.back = (uint64_t)(words[2] + 1) << 32;
    if (n > 3) key.back |= words[3] + 1;
    return key;
}

/* Next piece of text between white space (Python's str.isspace); false at the end. */
bool rs_lang_next_word(rs_str *rest, rs_str *word);

#endif
