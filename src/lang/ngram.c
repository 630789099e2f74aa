/* Words and n-grams as numbers. */
#include "lang/ngram.h"

#include "base/alloc.h"
#include "base/utf8.h"

enum { max_words = 1 << 24 };

void rs_lang_ngrams_fini(rs_ngrams *table)
{
    rs_strmap_fini(&table->words);
    for (int k = 0; k < RS_NGRAM_ORDERS - 1; k++) rs_free(table->longer[k].slots);
    *table = (rs_ngrams){0};
}

size_t rs_lang_ngrams_count(const rs_ngrams *table, int order)
{
    return order == 1 ? table->words.n : table->longer[order - 2].n;
}

static size_t place_of(const rs_gram_table *t, uint64_t key)
{
    uint64_t mixed = (key ^ key >> 29) * 0x9e3779b97f4a7c15u;
    return (size_t)(mixed >> 20) & (t->cap - 1);
}

static struct rs_gram_slot *find(const rs_gram_table *t, uint64_t key)
{
    size_t i = place_of(t, key);
    while (t->slots[i].used && t->slots[i].key != key) i = (i + 1) & (t->cap - 1);
    return &t->slots[i];
}

/* Room for `extra` more grams at no more than 2/3 full. */
static bool reserve(rs_gram_table *t, size_t extra)
{
    size_t cap = t->cap ? t->cap : 1024;
    while ((t->n + extra) * 3 > cap * 2) cap *= 2;
    if (cap == t->cap) return true;
    rs_gram_table bigger = {rs_calloc(cap, sizeof *bigger.slots), cap, t->n};
    if (!bigger.slots) return false;
    for (size_t i = 0; i < t->cap; i++)
        if (t->slots[i].used) *find(&bigger, t->slots[i].key) = t->slots[i];
    rs_free(t->slots);
    *t = bigger;
    return true;
}

/* ids[i] of the shorter gram at i -> ids[i] of the gram one word longer, for n of them. */
static void number_grams(rs_gram_table *t, uint32_t *ids, const uint32_t *last_words, size_t n)
{
    for (size_t i = 0; i < n; i++)
        __builtin_prefetch(&t->slots[place_of(t, (uint64_t)ids[i] << 32 | last_words[i])]);
    for (size_t i = 0; i < n; i++) {
        uint64_t key = (uint64_t)ids[i] << 32 | last_words[i];
        struct rs_gram_slot *slot = find(t, key);
        if (!slot->used) *slot = (struct rs_gram_slot){key, (uint32_t)t->n++, 1};
        ids[i] = slot->id;
    }
}

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

static rsift_status read_words(rs_ngrams *table, rs_arena *arena, rs_str text, rs_sentence *out,
                               rsift_error *err)
{
    size_t cap = 0, n = 0;
    uint32_t *words = NULL;
    for (rs_str word; rs_lang_next_word(&text, &word);) {
        if (n == max_words)
            return rs_err_set(err, RSIFT_E_LIMIT, "more than %d words in a text", max_words);
        size_t id = rs_strmap_put(&table->words, word, &(bool){false});
        if (id == RS_NPOS || !rs_arena_grow(arena, (void **)&words, &cap, n + 1, sizeof *words))
            return rs_err_nomem(err, "words of a text");
        words[n++] = (uint32_t)id;
    }
    out->words = words;
    out->n_words = (uint32_t)n;
    return RSIFT_OK;
}

static int by_id(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

static void sort_ids(uint32_t *ids, size_t n)
{
    if (n > 32) {
        qsort(ids, n, sizeof *ids, by_id);
        return;
    }
    for (size_t i = 1; i < n; i++) {
        uint32_t id = ids[i];
        size_t j = i;
        for (; j > 0 && ids[j - 1] > id; j--) ids[j] = ids[j - 1];
        ids[j] = id;
    }
}

/* Sorted ids -> (id, count); returns how many. */
static uint32_t count_ids(uint32_t *ids, size_t n, rs_gram *out)
{
    sort_ids(ids, n);
    uint32_t n_out = 0;
    for (size_t i = 0; i < n; i++) {
        if (n_out && out[n_out - 1].id == ids[i]) out[n_out - 1].count++;
        else out[n_out++] = (rs_gram){ids[i], 1};
    }
    return n_out;
}

rsift_status rs_lang_ngrams_sentence(rs_ngrams *table, rs_arena *arena, rs_str text,
                                     rs_sentence *out, rsift_error *err)
{
    *out = (rs_sentence){0};
    RS_TRY(read_words(table, arena, text, out, err));
    size_t n = out->n_words;
    if (n == 0) return RSIFT_OK;
    size_t n_grams = 0;
    for (size_t k = 0; k < RS_NGRAM_ORDERS && k < n; k++) n_grams += n - k;
    rs_gram *grams = rs_arena_calloc(arena, n_grams, sizeof *grams);
    /* gram numbers at each start, of the current order; and a copy to sort */
    uint32_t *ids = rs_arena_calloc(arena, 2 * n, sizeof *ids);
    if (!grams || !ids) return rs_err_nomem(err, "n-grams of a text");
    uint32_t *sorted = ids + n;
    memcpy(ids, out->words, n * sizeof *ids);
    uint32_t n_out = 0;
    for (size_t k = 0; k < RS_NGRAM_ORDERS; k++) {
        size_t n_here = n > k ? n - k : 0;
        if (k > 0) {
            rs_gram_table *t = &table->longer[k - 1];
            if (t->n + n_here > UINT32_MAX)
                return rs_err_set(err, RSIFT_E_LIMIT, "more than 2^32 n-grams");
            if (!reserve(t, n_here)) return rs_err_nomem(err, "n-grams of a text");
            number_grams(t, ids, out->words + k, n_here);
        }
        memcpy(sorted, ids, n_here * sizeof *ids);
        n_out += count_ids(sorted, n_here, grams + n_out);
        out->first[k + 1] = n_out;
    }
    out->grams = grams;
    return RSIFT_OK;
}
