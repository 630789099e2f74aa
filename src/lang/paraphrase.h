/* Phrase pairs of METEOR's paraphrase table, as far as a set of captions can use them: phrases all
 * of whose words occur there. A phrase is found word by word from its first one; its paraphrases
 * keep the order of the table. */
#ifndef RS_LANG_PARAPHRASE_H
#define RS_LANG_PARAPHRASE_H

#include "base/err.h"
#include "base/map.h"

typedef struct rs_paraphrase {
    uint32_t next;  /* of the same phrase, + 1; 0 = last */
    uint32_t begin; /* its words: texts[begin .. begin + n) */
    uint32_t n, first;
} rs_paraphrase;

typedef struct rs_paraphrases {
    rs_strmap words;          /* to be filled before phrases are added */
    rs_map64 edges;           /* phrase so far, next word -> phrase */
    uint32_t *firsts, *lasts; /* by phrase: its paraphrases, + 1 */
    rs_paraphrase *items;
    uint32_t *texts;
    size_t n_phrases, n_items, n_texts, cap_firsts, cap_lasts, cap_items, cap_texts;
} rs_paraphrases; /* {0} is valid; shared, immutable once read */

void rs_lang_paraphrases_fini(rs_paraphrases *table);

/* Adds a pair unless one of its words is unknown. Errors: RSIFT_E_NOMEM, RSIFT_E_LIMIT. */
rsift_status rs_lang_paraphrases_add(rs_paraphrases *table, rs_str phrase, rs_str paraphrase,
                                     rsift_error *err);

/* The phrase one word longer; 0 begins. RS_NPOS = no phrase begins like this. */
size_t rs_lang_paraphrases_longer(const rs_paraphrases *table, size_t phrase, uint32_t word);

#endif
