/* Words and n-grams as numbers. */
#include "lang/ngram.h"

#include "base/alloc.h"
#include "base/buf.h"
#include "base/utf8.h"

enum { max_words = 1 << 26 };

static bool same(rs_gram_key a, rs_gram_key b)
{
    return a.front == b.front && a.back == b.back;
}

/* ---- those of a group ---------------------------------------------------------------------- */

void rs_lang_ngrams_fini(rs_ngrams *t)
{
    rs_free(t->slots);
    rs_free(t->keys);
    rs_free(t->positions);
    rs_free(t->grams);
    rs_free(t->words);
    rs_free(t->begun);
    *t = (rs_ngrams){0};
}

rsift_status rs_lang_ngrams_start(rs_ngrams *t, size_t n_words, rsift_error *err)
{
    if (n_words > max_words)
        return rs_err_set(err, RSIFT_E_LIMIT, "more than %d words in the captions of one image",
                          max_words);
    const size_t most = RS_NGRAM_ORDERS * n_words + 1;
    size_t cap = t->cap ? t->cap : 512;
    while (cap < 2 * most) cap *= 2;
    /* slots of older groups count as free, so they need no clearing until the number wraps */
    if (cap > t->cap || t->group == UINT32_MAX) {
        struct rs_ngram_slot *slots = rs_calloc(cap, sizeof *slots);
        if (!slots) return rs_err_nomem(err, "n-grams");
        rs_free(t->slots);
        t->slots = slots;
        t->cap = cap;
        t->group = 0;
    }
    if (!RS_VEC_RESERVE(t->keys, t->cap_keys, most) ||
        !RS_VEC_RESERVE(t->positions, t->cap_positions, most) ||
        !RS_VEC_RESERVE(t->grams, t->cap_grams, most) ||
        !RS_VEC_RESERVE(t->words, t->cap_words, n_words + 1) ||
        !RS_VEC_RESERVE(t->begun, t->cap_begun, n_words + 1))
        return rs_err_nomem(err, "n-grams");
    t->group++;
    t->n = t->n_grams = t->n_words = 0;
    return RSIFT_OK;
}

static inline uint32_t number_of(rs_ngrams *t, uint32_t before, const uint32_t *words, int order)
{
    const uint64_t key = (uint64_t)before << 32 | words[order];
    size_t i = (size_t)((key * 0x9e3779b97f4a7c15u) >> 32) & (t->cap - 1);
    for (; t->slots[i].group == t->group; i = (i + 1) & (t->cap - 1))
        if (t->slots[i].key == key) return t->slots[i].id;
    t->slots[i] = (struct rs_ngram_slot){key, t->group, (uint32_t)t->n};
    t->keys[t->n] = rs_lang_gram_key(words, order + 1);
    t->positions[t->n] = UINT32_MAX;
    return (uint32_t)t->n++;
}

uint32_t rs_lang_ngrams_number(rs_ngrams *t, uint32_t before, const uint32_t *words, int order)
{
    return number_of(t, before, words, order);
}

void rs_lang_ngrams_add(rs_ngrams *t, const rs_sentence *s, int n_orders, uint32_t n_shared,
                        rs_gram_list *out)
{
    const size_t begin = t->n_grams;
    uint32_t *begun = t->begun;
    *out = (rs_gram_list){.grams = t->grams + begin, .words = t->words + t->n_words};
    for (int k = 0; k < RS_NGRAM_ORDERS; k++) {
        const size_t first = t->n_grams - begin;
        const size_t n = k < n_orders && s->n_words > (uint32_t)k ? s->n_words - (size_t)k : 0;
        bool shared = n_shared == 0;
        for (size_t i = 0; i < n; i++) {
            const uint32_t id = number_of(t, k ? begun[i] + 1 : 0, s->words + i, k);
            /* where a sentence has it, perhaps an earlier one */
            const size_t position = t->positions[id];
            begun[i] = id;
            shared |= id < n_shared;
            if (position >= begin + first && position < t->n_grams) {
                t->grams[position].count++;
                continue;
            }
            t->positions[id] = (uint32_t)t->n_grams;
            t->grams[t->n_grams++] = (rs_gram){id, 1};
        }
        if (k == 0) memcpy(t->words + t->n_words, begun, n * sizeof *begun);
        if (k == 0) t->n_words += n;
        out->first[k + 1] = (uint32_t)(t->n_grams - begin);
        /* no n-gram of this order is shared: none of a higher one can be */
        if (!shared) n_orders = 0;
    }
}

/* ---- those kept ---------------------------------------------------------------------------- */

/* Slots hold no keys: the table that is probed at random stays small, and a key is read only where
 * its tag agrees. */

void rs_lang_gram_index_fini(rs_gram_index *index)
{
    rs_free(index->slots);
    rs_free(index->keys);
    *index = (rs_gram_index){0};
}

/* Both halves of the key times odd constants, folded: keys differ in few bits. The lower bits are
 * the slot, the upper ones the tag. */
static uint64_t hash_of(rs_gram_key key)
{
    uint64_t mixed = (key.front ^ key.front >> 29) * 0x9e3779b97f4a7c15u;
    mixed ^= (key.back ^ key.back >> 31) * 0xc2b2ae3d27d4eb4fu;
    return mixed ^ mixed >> 32;
}

static struct rs_gram_slot *find(const rs_gram_index *index, rs_gram_key key, uint64_t hash)
{
    const uint32_t tag = (uint32_t)(hash >> 32);
    size_t i = (size_t)hash & (index->cap - 1);
    while (index->slots[i].number) {
        const struct rs_gram_slot *slot = &index->slots[i];
        if (slot->tag == tag && same(index->keys[slot->number - 1], key)) break;
        i = (i + 1) & (index->cap - 1);
    }
    return &index->slots[i];
}

static bool grow(rs_gram_index *index)
{
    const size_t cap = index->cap ? 2 * index->cap : 1024;
    struct rs_gram_slot *slots = rs_calloc(cap, sizeof *slots);
    if (!slots) return false;
    for (size_t k = 0; k < index->n; k++) {
        const uint64_t hash = hash_of(index->keys[k]);
        size_t i = (size_t)hash & (cap - 1);
        while (slots[i].number) i = (i + 1) & (cap - 1);
        slots[i] = (struct rs_gram_slot){(uint32_t)k + 1, (uint32_t)(hash >> 32)};
    }
    rs_free(index->slots);
    index->slots = slots;
    index->cap = cap;
    return true;
}

rsift_status rs_lang_gram_index_put(rs_gram_index *index, rs_gram_key key, rsift_error *err)
{
    if (index->n >= UINT32_MAX - 1) return rs_err_set(err, RSIFT_E_LIMIT, "more than 2^32 n-grams");
    if ((index->n + 1) * 3 > index->cap * 2 && !grow(index)) return rs_err_nomem(err, "n-grams");
    const uint64_t hash = hash_of(key);
    struct rs_gram_slot *slot = find(index, key, hash);
    if (slot->number) return RSIFT_OK;
    if (!RS_VEC_RESERVE(index->keys, index->cap_keys, index->n + 1))
        return rs_err_nomem(err, "n-grams");
    index->keys[index->n++] = key;
    *slot = (struct rs_gram_slot){(uint32_t)index->n, (uint32_t)(hash >> 32)};
    return RSIFT_OK;
}

size_t rs_lang_gram_index_get(const rs_gram_index *index, rs_gram_key key)
{
    if (!index->n) return RS_NPOS;
    const struct rs_gram_slot *slot = find(index, key, hash_of(key));
    return slot->number ? slot->number - 1 : RS_NPOS;
}

void rs_lang_gram_index_fetch(const rs_gram_index *index, rs_gram_key key)
{
    if (index->cap) __builtin_prefetch(&index->slots[(size_t)hash_of(key) & (index->cap - 1)]);
}

/* ---- words ----------------------------------------------------------------------------------- */

/* Bytes of the white space at the start of s, 0 = none. */
static size_t space_at(rs_str s)
{
    unsigned char c = (unsigned char)s.ptr[0];
    if (c < 0x80) return c == ' ' || (c >= '\t' && c <= '\r') || (c >= 0x1c && c <= 0x1f);
    const char *p = s.ptr;
    uint32_t code = rs_utf8_next(&p, s.ptr + s.len);
    bool space = code == 0x85 || code == 0xa0 || code == 0x1680 ||
                 (code >= 0x2000 && code <= 0x200a) || code == 0x2028 || code == 0x2029 ||
                 code == 0x202f || code == 0x205f || code == 0x3000;
    return space ? (size_t)(p - s.ptr) : 0;
}

bool rs_lang_next_word(rs_str *rest, rs_str *word)
{
    size_t n;
    while (rest->len && (n = space_at(*rest)) > 0) *rest = rs_str_sub(*rest, n, rest->len);
    if (rest->len == 0) return false;
    size_t i = 0;
    while (i < rest->len && ((unsigned char)(rest->ptr[i] - '!') < 0x5e || /* plain ASCII */
                             space_at(rs_str_sub(*rest, i, rest->len)) == 0))
        i++;
    *word = rs_str_make(rest->ptr, i);
    *rest = rs_str_sub(*rest, i, rest->len);
    return true;
}
