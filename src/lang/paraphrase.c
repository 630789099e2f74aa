/* A tree of phrases with their paraphrases in lists. */
#include "lang/paraphrase.h"

#include "base/alloc.h"
#include "base/buf.h"

enum { most_words = 64 };

void rs_lang_paraphrases_fini(rs_paraphrases *t)
{
    rs_strmap_fini(&t->words);
    rs_map64_fini(&t->edges);
    rs_free(t->firsts);
    rs_free(t->lasts);
    rs_free(t->items);
    rs_free(t->texts);
    *t = (rs_paraphrases){0};
}

/* Numbers of the words; 0 = there is none, one of them is unknown, or they are too many. */
static size_t numbers_of(const rs_paraphrases *t, rs_str text, uint32_t out[most_words])
{
    size_t n = 0;
    for (rs_str word; rs_str_split(&text, ' ', &word);) {
        if (!word.len) continue;
        const size_t id = n < most_words ? rs_strmap_get(&t->words, word) : RS_NPOS;
        if (id == RS_NPOS) return 0;
        out[n++] = (uint32_t)id;
    }
    return n;
}

static uint64_t edge(size_t phrase, uint32_t word)
{
    return (uint64_t)phrase << 32 | word;
}

static bool node(rs_paraphrases *t, size_t number)
{
    if (number < t->n_phrases) return true;
    if (!RS_VEC_RESERVE(t->firsts, t->cap_firsts, number + 1) ||
        !RS_VEC_RESERVE(t->lasts, t->cap_lasts, number + 1))
        return false;
    t->firsts[number] = t->lasts[number] = 0;
    t->n_phrases = number + 1;
    return true;
}

rsift_status rs_lang_paraphrases_add(rs_paraphrases *t, rs_str phrase, rs_str paraphrase,
                                     rsift_error *err)
{
    uint32_t from[most_words], to[most_words];
    const size_t n_from = numbers_of(t, phrase, from),
                 n_to = n_from ? numbers_of(t, paraphrase, to) : 0;
    if (!n_to) return RSIFT_OK;
    if (t->n_phrases > UINT32_MAX - most_words || t->n_texts > UINT32_MAX - most_words)
        return rs_err_set(err, RSIFT_E_LIMIT, "more than 2^32 paraphrases");
    if (!node(t, 0)) return rs_err_nomem(err, "paraphrases");
    /* down the tree by words, making what is missing */
    size_t at = 0;
    for (size_t k = 0; k < n_from; k++) {
        const uint64_t *next = rs_map64_put(&t->edges, edge(at, from[k]), t->n_phrases, NULL);
        if (!next || !node(t, (size_t)*next)) return rs_err_nomem(err, "paraphrases");
        at = (size_t)*next;
    }
    if (!RS_VEC_RESERVE(t->items, t->cap_items, t->n_items + 1) ||
        !RS_VEC_RESERVE(t->texts, t->cap_texts, t->n_texts + n_to))
        return rs_err_nomem(err, "paraphrases");
    memcpy(t->texts + t->n_texts, to, n_to * sizeof *to);
    t->items[t->n_items++] = (rs_paraphrase){0, (uint32_t)t->n_texts, (uint32_t)n_to, to[0]};
    t->n_texts += n_to;
    /* a phrase's paraphrases are a list in the order they were added */
    if (t->lasts[at]) t->items[t->lasts[at] - 1].next = (uint32_t)t->n_items;
    else t->firsts[at] = (uint32_t)t->n_items;
    t->lasts[at] = (uint32_t)t->n_items;
    return RSIFT_OK;
}

size_t rs_lang_paraphrases_longer(const rs_paraphrases *t, size_t phrase, uint32_t word)
{
    const uint64_t *next = rs_map64_get(&t->edges, edge(phrase, word));
    return next ? (size_t)*next : RS_NPOS;
}
