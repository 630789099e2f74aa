/* Synonym sets by word. */
#include "lang/synonym.h"

#include "base/alloc.h"
#include "base/buf.h"
#include "base/num.h"

void rs_lang_synonyms_fini(rs_synonyms *d)
{
    rs_strmap_fini(&d->words);
    rs_strmap_fini(&d->inflected);
    rs_free(d->first);
    rs_free(d->sets);
    rs_free(d->bases);
    rs_free(d->chains);
    rs_arena_fini(&d->arena);
    *d = (rs_synonyms){0};
}

static bool next_piece(rs_str *rest, rs_str *piece)
{
    *rest = rs_str_trim(*rest);
    if (rest->len == 0) return false;
    size_t end = 0;
    while (end < rest->len && rest->ptr[end] != ' ' && rest->ptr[end] != '\t') end++;
    *piece = rs_str_sub(*rest, 0, end);
    *rest = rs_str_sub(*rest, end, rest->len);
    return true;
}

/* Two lines per word: the word, then the numbers of its sets. */
static rsift_status read_sets(rs_synonyms *d, rs_str text, rsift_error *err)
{
    char quoted[RS_QUOTE_SIZE];
    size_t row = 0;
    for (rs_str word, numbers, piece; rs_str_line(&text, &word); row += 2) {
        if (!rs_str_line(&text, &numbers))
            return rs_err_set(err, RSIFT_E_FORMAT, "synsets line %zu: a word without its sets",
                              row + 1);
        bool made;
        size_t id = rs_strmap_put(&d->words, word, &made);
        if (id == RS_NPOS || !RS_VEC_RESERVE(d->first, d->cap_first, d->words.n + 1))
            return rs_err_nomem(err, "synsets");
        if (!made) continue; /* the list has each word once */
        d->first[id] = (uint32_t)d->n_sets;
        while (next_piece(&numbers, &piece)) {
            int64_t v;
            if (!rs_num_i64(piece, &v) || v < 0 || v > UINT32_MAX)
                return rs_err_set(err, RSIFT_E_FORMAT,
                                  "synsets line %zu: expected a set number, found \"%s\"", row + 2,
                                  rs_err_quote(quoted, piece));
            if (!RS_VEC_RESERVE(d->sets, d->cap_sets, d->n_sets + 1))
                return rs_err_nomem(err, "synsets");
            d->sets[d->n_sets++] = (uint32_t)v;
        }
        d->first[id + 1] = (uint32_t)d->n_sets;
    }
    return RSIFT_OK;
}

static bool add_base(rs_synonyms *d, rs_str form, rs_str base)
{
    bool made;
    size_t id = rs_strmap_put(&d->inflected, form, &made);
    if (id == RS_NPOS || !RS_VEC_RESERVE(d->chains, d->cap_chains, d->inflected.n) ||
        !RS_VEC_RESERVE(d->bases, d->cap_bases, d->n_bases + 1))
        return false;
    /* bases of one form are a chain, the newest first */
    d->bases[d->n_bases] = (struct rs_base){base, made ? 0 : d->chains[id]};
    d->chains[id] = (uint32_t)++d->n_bases;
    return true;
}

static rsift_status read_exceptions(rs_synonyms *d, rs_str text, rsift_error *err)
{
    size_t row = 0;
    for (rs_str base, forms, form; rs_str_line(&text, &base); row += 2) {
        if (!rs_str_line(&text, &forms))
            return rs_err_set(err, RSIFT_E_FORMAT, "exceptions line %zu: a word without its forms",
                              row + 1);
        base = rs_arena_str(&d->arena, base);
        if (!base.ptr) return rs_err_nomem(err, "exceptions");
        while (next_piece(&forms, &form))
            if (!add_base(d, form, base)) return rs_err_nomem(err, "exceptions");
    }
    return RSIFT_OK;
}

rsift_status rs_lang_synonyms_read(rs_synonyms *d, rs_str synsets, rs_str exceptions,
                                   rsift_error *err)
{
    RS_TRY(read_sets(d, synsets, err));
    return read_exceptions(d, exceptions, err);
}

/* The word without an ending, when the list knows what is left; RS_NPOS = none.
 * Endings and what replaces them: WordNet's detachment rules, nouns, then verbs, then adjectives.
 */
static size_t base_by_ending(const rs_synonyms *d, rs_str word)
{
    static const struct {
        rs_str ending, instead;
    } rules[] = {
        {{"s", 1}, {"", 0}},      {{"ses", 3}, {"s", 1}},   {{"xes", 3}, {"x", 1}},
        {{"zes", 3}, {"z", 1}},   {{"ches", 4}, {"ch", 2}}, {{"shes", 4}, {"sh", 2}},
        {{"men", 3}, {"man", 3}}, {{"ies", 3}, {"y", 1}},   {{"es", 2}, {"e", 1}},
        {{"es", 2}, {"", 0}},     {{"ed", 2}, {"e", 1}},    {{"ed", 2}, {"", 0}},
        {{"ing", 3}, {"e", 1}},   {{"ing", 3}, {"", 0}},    {{"er", 2}, {"", 0}},
        {{"est", 3}, {"", 0}},    {{"er", 2}, {"e", 1}},    {{"est", 3}, {"e", 1}},
    };
    char text[128];
    if (word.len <= 2 || word.len > sizeof text - 4 || rs_str_ends(word, RS_STR("ss")))
        return RS_NPOS;
    for (size_t k = 0; k < sizeof rules / sizeof *rules; k++) {
        /* the first rule whose result is a known word */
        if (!rs_str_ends(word, rules[k].ending)) continue;
        size_t n = word.len - rules[k].ending.len;
        memcpy(text, word.ptr, n);
        memcpy(text + n, rules[k].instead.ptr, rules[k].instead.len);
        size_t id = rs_strmap_get(&d->words, rs_str_make(text, n + rules[k].instead.len));
        if (id != RS_NPOS) return id;
    }
    return RS_NPOS;
}

typedef struct list {
    uint32_t *items;
    size_t n, cap;
    rs_arena *arena;
} list;

static bool add_sets(const rs_synonyms *d, size_t id, list *out)
{
    if (id == RS_NPOS) return true;
    size_t n = d->first[id + 1] - d->first[id];
    if (!rs_arena_grow(out->arena, (void **)&out->items, &out->cap, out->n + n, sizeof *out->items))
        return false;
    if (n) memcpy(out->items + out->n, d->sets + d->first[id], n * sizeof *out->items);
    out->n += n;
    return true;
}

static int ascending(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

rsift_status rs_lang_synonyms_of(const rs_synonyms *d, rs_arena *arena, rs_str word,
                                 const uint32_t **sets, size_t *n_sets, rsift_error *err)
{
    list out = {.arena = arena};
    bool ok = add_sets(d, rs_strmap_get(&d->words, word), &out);
    /* a listed form has its listed bases; any other loses its ending */
    size_t form = rs_strmap_get(&d->inflected, word);
    if (form == RS_NPOS) {
        ok = ok && add_sets(d, base_by_ending(d, word), &out);
    } else {
        for (uint32_t at = d->chains[form]; ok && at; at = d->bases[at - 1].next)
            ok = add_sets(d, rs_strmap_get(&d->words, d->bases[at - 1].word), &out);
    }
    if (!ok) return rs_err_nomem(err, "synonyms");
    if (out.n) qsort(out.items, out.n, sizeof *out.items, ascending);
    size_t n = 0;
    for (size_t i = 0; i < out.n; i++) /* each set once */
        if (n == 0 || out.items[n - 1] != out.items[i]) out.items[n++] = out.items[i];
    *sets = out.items;
    *n_sets = n;
    return RSIFT_OK;
}
