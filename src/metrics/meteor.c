/* METEOR 1.5: words, matches, statistics, score. Words are numbered once per cache, with their
 * stem, synonym sets and paraphrase number, so that a pair of sentences is compared as numbers. */
#include "metrics/meteor.h"

#include "base/alloc.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/map.h"
#include "lang/meteor_norm.h"
#include "lang/paraphrase.h"
#include "lang/stem.h"
#include "lang/synonym.h"
#include "metrics/meteor_align.h"

#include <math.h>

/* A sentence may have any length. What grows with two of them is bounded: pairs of their words,
 * each compared once (16 million words against a reference of 16), and matches, each tried 40 times
 * by the search. */
enum { max_pairs = 1 << 28, max_matches = 1 << 26, max_phrases = 1 << 22 };
enum { n_modules = 4, paraphrase_module = 3 };

static const double module_weights[n_modules] = {1.0, 0.6, 0.8, 0.6};

/* What is known of a word, found out once. */
typedef struct word_facts {
    uint32_t stem;
    bool function;
    const uint32_t *sets;
    size_t n_sets;
    uint64_t set_bits; /* a bit for some of the sets each: words that share none share no set */
    uint32_t in_table; /* number among the table's words; UINT32_MAX = not there */
} word_facts;

/* What comparing two words needs in nearly all cases; a prediction's lie one behind the other. */
typedef struct word_brief {
    uint32_t word, stem;
    uint64_t set_bits;
} word_brief;

struct rs_meteor {
    rs_prefixes prefixes;
    rs_strmap function_words;
    rs_synonyms synonyms;
    rs_paraphrases table; /* empty without the file */
};

struct rs_meteor_cache {
    const rs_meteor *lists;
    rs_strmap words, stems;
    word_facts *facts; /* by word */
    size_t cap_facts;
    uint32_t *present; /* by word of the table: the sentence that has it */
    uint32_t n_sentences;
    rs_arena arena;   /* synonym sets of the words met */
    rs_arena scratch; /* of one segment */
};

typedef rs_meteor_ids sentence;

/* One pair of sentences; without word lists only equal words match and none is a function word. */
typedef struct pair {
    rs_meteor_cache *m; /* may be NULL */
    rs_arena *arena;
    const sentence *p, *r;
} pair;

void rs_metrics_meteor_free(rs_meteor *m)
{
    if (!m) return;
    rs_lang_prefixes_fini(&m->prefixes);
    rs_lang_synonyms_fini(&m->synonyms);
    rs_strmap_fini(&m->function_words);
    rs_lang_paraphrases_fini(&m->table);
    rs_free(m);
}

rs_meteor_cache *rs_metrics_meteor_cache_new(const rs_meteor *lists)
{
    rs_meteor_cache *cache = rs_calloc(1, sizeof *cache);
    if (!cache) return NULL;
    cache->lists = lists;
    if (!lists->table.n_items) return cache; /* no paraphrases, nothing to mark */
    cache->present = rs_calloc(lists->table.words.n, sizeof *cache->present);
    if (cache->present) return cache;
    rs_free(cache);
    return NULL;
}

void rs_metrics_meteor_cache_free(rs_meteor_cache *m)
{
    if (!m) return;
    rs_strmap_fini(&m->words);
    rs_strmap_fini(&m->stems);
    rs_free(m->facts);
    rs_free(m->present);
    rs_arena_fini(&m->arena);
    rs_arena_fini(&m->scratch);
    rs_free(m);
}

static rsift_status read_function_words(rs_meteor *m, rs_str text, rsift_error *err)
{
    for (rs_str line; rs_str_line(&text, &line);)
        if (rs_strmap_put(&m->function_words, line, &(bool){false}) == RS_NPOS)
            return rs_err_nomem(err, "function words");
    return RSIFT_OK;
}

static rsift_status read_lists(rs_meteor *m, const rs_meteor_lists *lists, rsift_error *err)
{
    RS_TRY(read_function_words(m, lists->function_words, err));
    RS_TRY(rs_lang_prefixes_read(&m->prefixes, lists->prefixes, err));
    return rs_lang_synonyms_read(&m->synonyms, lists->synsets, lists->exceptions, err);
}

rsift_status rs_metrics_meteor_new(const rs_meteor_lists *lists, rs_meteor **out, rsift_error *err)
{
    *out = NULL;
    rs_meteor *m = rs_calloc(1, sizeof *m);
    if (!m) return rs_err_nomem(err, "METEOR");
    rsift_status st = read_lists(m, lists, err);
    if (st != RSIFT_OK) {
        rs_metrics_meteor_free(m);
        return st;
    }
    *out = m;
    return RSIFT_OK;
}

/* Gives the number of a word; fills in its facts when it is new. */
static rsift_status number_word(rs_meteor_cache *m, rs_str word, uint32_t *out, rsift_error *err)
{
    bool made;
    size_t known = m->words.n;
    size_t id = rs_strmap_put(&m->words, word, &made);
    if (id == RS_NPOS || !RS_VEC_RESERVE(m->facts, m->cap_facts, m->words.n))
        return rs_err_nomem(err, "words of METEOR");
    *out = (uint32_t)id;
    if (id < known) return RSIFT_OK; /* its facts are there */
    char text[RS_STEM_MAX + 8];
    word_facts *facts = &m->facts[id];
    *facts = (word_facts){.function = rs_strmap_get(&m->lists->function_words, word) != RS_NPOS};
    size_t stem = rs_strmap_put(&m->stems, rs_lang_stem_snowball(word, text), &made);
    if (stem == RS_NPOS) return rs_err_nomem(err, "words of METEOR");
    facts->stem = (uint32_t)stem;
    const size_t in_table = rs_strmap_get(&m->lists->table.words, word);
    facts->in_table = in_table == RS_NPOS ? UINT32_MAX : (uint32_t)in_table;
    RS_TRY(rs_lang_synonyms_of(&m->lists->synonyms, &m->arena, word, &facts->sets, &facts->n_sets,
                               err));
    for (size_t i = 0; i < facts->n_sets; i++) /* the upper six bits of a multiplicative hash */
        facts->set_bits |= (uint64_t)1 << (facts->sets[i] * UINT32_C(2654435761) >> 26);
    return RSIFT_OK;
}

static rsift_status read_sentence(rs_meteor_cache *m, rs_str text, sentence *out, rsift_error *err)
{
    rs_str *words;
    RS_TRY(rs_lang_meteor_words(&m->scratch, &m->lists->prefixes, text, &words, &out->n, err));
    uint32_t *numbers = rs_arena_calloc(&m->scratch, out->n + 1, sizeof *numbers);
    if (!numbers) return rs_err_nomem(err, "words of METEOR");
    for (size_t i = 0; i < out->n; i++) RS_TRY(number_word(m, words[i], &numbers[i], err));
    out->words = numbers;
    return RSIFT_OK;
}

rsift_status rs_metrics_meteor_note_words(const rs_meteor *m, rs_arena *scratch, rs_str text,
                                          rs_strmap *out, rsift_error *err)
{
    rs_str *words;
    size_t n;
    RS_TRY(rs_lang_meteor_words(scratch, &m->prefixes, text, &words, &n, err));
    for (size_t i = 0; i < n; i++)
        if (rs_strmap_put(out, words[i], &(bool){false}) == RS_NPOS)
            return rs_err_nomem(err, "words of METEOR");
    return RSIFT_OK;
}

rsift_status rs_metrics_meteor_paraphrase(rs_meteor *m, rs_str phrase, rs_str paraphrase,
                                          rsift_error *err)
{
    return rs_lang_paraphrases_add(&m->table, phrase, paraphrase, err);
}

rs_strmap *rs_metrics_meteor_vocabulary(rs_meteor *m)
{
    return &m->table.words;
}

/* ---- matches ---------------------------------------------------------------------------- */

static rsift_status too_long(const pair *c, rsift_error *err)
{
    return rs_err_set(err, RSIFT_E_LIMIT,
                      "a prediction of %zu words and a reference of %zu: too many for METEOR",
                      c->p->n, c->r->n);
}

/* Do two words share a synonym set? Sets are sorted. */
static bool share_set(const word_facts *a, const word_facts *b)
{
    size_t i = 0, j = 0;
    while (i < a->n_sets && j < b->n_sets) {
        if (a->sets[i] == b->sets[j]) return true;
        if (a->sets[i] < b->sets[j]) i++;
        else j++;
    }
    return false;
}

static word_brief brief_of(const rs_meteor_cache *m, uint32_t word)
{
    if (!m) return (word_brief){.word = word};
    return (word_brief){word, m->facts[word].stem, m->facts[word].set_bits};
}

/* Do two words match in a module: exact (0), stem (1) or synonym (2)? Equal words match only in the
 * first. */
static bool matches(const rs_meteor_cache *m, int module, const word_brief *a, const word_brief *b)
{
    if (module == 0) return a->word == b->word;
    if (a->word == b->word) return false; /* an exact match is not repeated by a weaker module */
    if (module == 1) return a->stem == b->stem;
    return (a->set_bits & b->set_bits) && share_set(&m->facts[a->word], &m->facts[b->word]);
}

/* A match and the reference word that it begins at. */
typedef struct anchored {
    size_t at;
    rs_meteor_match match;
} anchored;

typedef struct anchored_list {
    anchored *items;
    size_t n, cap;
} anchored_list;

/* Number of a sentence's word in the paraphrase table. */
static uint32_t table_word(const pair *c, const sentence *s, size_t i)
{
    return i < s->n ? c->m->facts[s->words[i]].in_table : UINT32_MAX;
}

/* Does the sentence hold the text at `at`? */
static bool reads(const pair *c, const sentence *s, size_t at, const rs_paraphrase *text)
{
    const uint32_t *words = c->m->lists->table.texts + text->begin;
    for (uint32_t k = 0; k < text->n; k++)
        if (table_word(c, s, at + k) != words[k]) return false;
    return true;
}

static rsift_status put_phrase(const pair *c, anchored_list *out, anchored phrase, rsift_error *err)
{
    if (out->n == max_phrases) return too_long(c, err);
    if (!rs_arena_grow(c->arena, (void **)&out->items, &out->cap, out->n + 1, sizeof *out->items))
        return rs_err_nomem(err, "matches");
    out->items[out->n++] = phrase;
    return RSIFT_OK;
}

/* Phrases of `from` that begin at word i and have a paraphrase in `to`, shorter phrases first. */
static rsift_status add_paraphrases(const pair *c, const sentence *from, const sentence *to,
                                    size_t i, anchored_list *out, rsift_error *err)
{
    const rs_paraphrases *table = &c->m->lists->table;
    size_t phrase = 0, length = 0;
    for (uint32_t word; (word = table_word(c, from, i + length)) != UINT32_MAX;) {
        phrase = rs_lang_paraphrases_longer(table, phrase, word);
        if (phrase == RS_NPOS) break;
        length++;
        for (uint32_t k = table->firsts[phrase]; k; k = table->items[k - 1].next) {
            const rs_paraphrase *text = &table->items[k - 1];
            /* cheap test first: is the paraphrase's first word in the other sentence at all? */
            if (c->m->present[text->first] != c->m->n_sentences) continue;
            for (size_t j = 0; j < to->n; j++) {
                if (!reads(c, to, j, text)) continue;
                const bool reference = from == c->r;
                const rs_meteor_match match = {.start = (uint32_t)(reference ? j : i),
                                               .module = paraphrase_module,
                                               .length = (uint16_t)(reference ? length : text->n),
                                               .n_start = (uint16_t)(reference ? text->n : length)};
                RS_TRY(put_phrase(c, out, (anchored){reference ? i : j, match}, err));
            }
        }
    }
    return RSIFT_OK;
}

/* First the reference's phrases, then the prediction's: one pair may be found from both sides, and
 * then counts twice as a candidate. */
static rsift_status find_paraphrases(const pair *c, anchored_list *out, rsift_error *err)
{
    const sentence *sides[] = {c->r, c->p};
    if (!c->m->lists->table.n_items) return RSIFT_OK;
    for (int side = 0; side < 2; side++) {
        const sentence *from = sides[side], *to = sides[1 - side];
        if (++c->m->n_sentences == 0)
            return rs_err_set(err, RSIFT_E_LIMIT, "expected at most 2^32 captions, found more");
        for (size_t j = 0; j < to->n; j++) {
            const uint32_t word = table_word(c, to, j);
            if (word != UINT32_MAX) c->m->present[word] = c->m->n_sentences;
        }
        for (size_t i = 0; i < from->n; i++) RS_TRY(add_paraphrases(c, from, to, i, out, err));
    }
    return RSIFT_OK;
}

/* Matches of single words. */
typedef struct found {
    rs_meteor_match *items;
    size_t n, cap;
} found;

/* Is there any word that can match in some module? */
static bool may_match(const word_brief *words, size_t n, const word_brief *other)
{
    bool any = false;
    for (size_t j = 0; j < n; j++)
        any |= words[j].word == other->word || words[j].stem == other->stem ||
               (words[j].set_bits & other->set_bits);
    return any;
}

/* Appends the matches of one reference word: the modules in order, each over the prediction. */
static rsift_status find_word(const pair *c, const word_brief *prediction, uint32_t word,
                              int n_used, found *out)
{
    const word_brief reference = brief_of(c->m, word);
    if (c->m && !may_match(prediction, c->p->n, &reference)) return RSIFT_OK;
    for (int module = 0; module < n_used; module++)
        for (size_t j = 0; j < c->p->n; j++) {
            if (!matches(c->m, module, &prediction[j], &reference)) continue;
            if (!rs_arena_grow(c->arena, (void **)&out->items, &out->cap, out->n + 1,
                               sizeof *out->items))
                return RSIFT_E_NOMEM;
            if (out->n == max_matches) return RSIFT_E_LIMIT;
            out->items[out->n++] = (rs_meteor_match){
                .start = (uint32_t)j, .module = (uint16_t)module, .length = 1, .n_start = 1};
        }
    return RSIFT_OK;
}

static size_t first_position_of(const sentence *s, size_t i)
{
    size_t k = 0;
    while (s->words[k] != s->words[i]) k++;
    return k;
}

/* Matches of all reference words. Those of equal words are found once and shared. */
static rsift_status find_words(const pair *c, int n_used, rs_meteor_position *positions,
                               rsift_error *err)
{
    const sentence *r = c->r;
    found list = {0};
    size_t *begin = rs_arena_alloc(c->arena, (r->n + 1) * sizeof *begin);
    word_brief *prediction = rs_arena_alloc(c->arena, (c->p->n + 1) * sizeof *prediction);
    if (!begin || !prediction) return rs_err_nomem(err, "matches");
    for (size_t j = 0; j < c->p->n; j++) prediction[j] = brief_of(c->m, c->p->words[j]);
    for (size_t i = 0; i < r->n; i++) {
        const size_t before = first_position_of(r, i); /* an equal word further left, or i */
        begin[i] = before < i ? begin[before] : list.n;
        const rsift_status status =
            before == i ? find_word(c, prediction, r->words[i], n_used, &list) : RSIFT_OK;
        if (status == RSIFT_E_NOMEM) return rs_err_nomem(err, "matches");
        if (status != RSIFT_OK) return too_long(c, err);
        positions[i].n[0] = before < i ? positions[before].n[0] : (uint32_t)(list.n - begin[i]);
    }
    /* the list has its final address only now */
    for (size_t i = 0; i < r->n; i++)
        if (positions[i].n[0]) positions[i].lists[0] = list.items + begin[i];
    return RSIFT_OK;
}

/* Sorts phrase matches by reference position, keeping the order in which they were found. */
static rsift_status sort_phrases(const pair *c, const anchored_list *phrases,
                                 rs_meteor_position *positions, rsift_error *err)
{
    if (!phrases->n) return RSIFT_OK;
    rs_meteor_match *sorted = rs_arena_alloc(c->arena, phrases->n * sizeof *sorted);
    size_t *next = rs_arena_alloc(c->arena, (c->r->n + 1) * sizeof *next), n = 0;
    if (!sorted || !next) return rs_err_nomem(err, "matches");
    for (size_t k = 0; k < phrases->n; k++) positions[phrases->items[k].at].n[1]++;
    for (size_t i = 0; i < c->r->n; i++) {
        positions[i].lists[1] = sorted + n;
        next[i] = n;
        n += positions[i].n[1];
    }
    for (size_t k = 0; k < phrases->n; k++)
        sorted[next[phrases->items[k].at]++] = phrases->items[k].match;
    return RSIFT_OK;
}

/* All candidates; identical sentences use exact matches only, as the original does. */
static rsift_status find_matches(const pair *c, rs_meteor_stage *out, rsift_error *err)
{
    const sentence *p = c->p, *r = c->r;
    const bool same =
        p->n == r->n && (p->n == 0 || memcmp(p->words, r->words, p->n * sizeof *p->words) == 0);
    /* modules that are used */
    const int n_used = same || !c->m ? 1 : paraphrase_module;
    rs_meteor_position *positions = rs_arena_calloc(c->arena, r->n + 1, sizeof *positions);
    anchored_list phrases = {0};
    if (!positions) return rs_err_nomem(err, "matches");
    *out = (rs_meteor_stage){.positions = positions, .n_prediction = p->n, .n_reference = r->n};
    RS_TRY(find_words(c, n_used, positions, err));
    if (n_used > 1) RS_TRY(find_paraphrases(c, &phrases, err));
    RS_TRY(sort_phrases(c, &phrases, positions, err));
    for (size_t i = 0; i < r->n; i++)
        out->n_matches += (size_t)positions[i].n[0] + positions[i].n[1];
    return out->n_matches <= max_matches ? RSIFT_OK : too_long(c, err);
}

/* ---- statistics ------------------------------------------------------------------------- */

/* Indices of the statistics line. */
enum {
    prediction_length,
    reference_length,
    prediction_function,
    reference_function,
    first_module, /* four numbers each: content and function words, prediction and reference */
    n_chunks = first_module + 16,
    prediction_words,
    reference_words
};

static bool is_function(const pair *c, uint32_t word)
{
    return c->m && c->m->facts[word].function;
}

static int n_function(const pair *c, const sentence *s)
{
    int n = 0;
    for (size_t i = 0; i < s->n; i++) n += is_function(c, s->words[i]);
    return n;
}

/* Adds one match to the statistics: words by module, side and kind. */
static void count_match(const pair *c, size_t at, const rs_meteor_match *match,
                        rs_meteor_stats *out)
{
    double *of = out->v + first_module + 4 * match->module;
    for (size_t j = 0; j < match->n_start; j++)
        of[is_function(c, c->p->words[match->start + j]) ? 2 : 0]++;
    for (size_t j = 0; j < match->length; j++) of[is_function(c, c->r->words[at + j]) ? 3 : 1]++;
    out->v[prediction_words] += match->n_start;
    out->v[reference_words] += match->length;
}

/* The statistics of an alignment. A chunk is a run of matches that are adjacent in both
 * sentences. */
static void count_all(const pair *c, const rs_meteor_match **chosen, rs_meteor_stats *out)
{
    *out = (rs_meteor_stats){0};
    out->v[prediction_length] = (double)c->p->n;
    out->v[reference_length] = (double)c->r->n;
    out->v[prediction_function] = n_function(c, c->p);
    out->v[reference_function] = n_function(c, c->r);
    int64_t last_end = -1;
    for (size_t at = 0; at < c->r->n;) {
        const rs_meteor_match *match = chosen[at];
        if (match) count_match(c, at, match, out);
        /* the run before ends here: a gap in one sentence or the other */
        if (last_end != -1 && (!match || match->start != last_end)) out->v[n_chunks]++;
        last_end = match ? (int64_t)match->start + match->n_start : -1;
        at += match ? match->length : 1;
    }
    out->v[n_chunks] += last_end != -1;
}

/* Everything matches, in one chunk. */
static bool is_perfect(const rs_meteor_stats *s)
{
    return s->v[prediction_words] == s->v[prediction_length] &&
           s->v[reference_words] == s->v[reference_length] && s->v[n_chunks] == 1;
}

/* With content words weighing delta and function words 1 - delta, and each match its module's
 * weight:
 *     P, R  = weighted matches / weighted length, of prediction and reference
 *     F     = 1 / ((1 - alpha) / P + alpha / R)
 *     frag  = chunks / mean of the matched words of both sides, 0 for a perfect match
 *     score = F * (1 - gamma * frag ^ beta) */
double rs_metrics_meteor_score(const rs_meteor_stats *s)
{
    static const double alpha = 0.85, beta = 0.2, gamma = 0.6, delta = 0.75;
    double length[2], matched[2] = {0, 0}; /* prediction, reference */
    for (int side = 0; side < 2; side++) {
        double function = s->v[prediction_function + side];
        length[side] = delta * (s->v[prediction_length + side] - function) + (1 - delta) * function;
        for (int k = 0; k < n_modules; k++)
            matched[side] += s->v[first_module + 4 * k + side] * module_weights[k] * delta;
        for (int k = 0; k < n_modules; k++)
            matched[side] +=
                s->v[first_module + 4 * k + 2 + side] * module_weights[k] * (1 - delta);
    }
    double precision = matched[0] / length[0], recall = matched[1] / length[1];
    double mean = 1 / ((1 - alpha) / precision + alpha / recall);
    double fragments =
        is_perfect(s) ? 0 : s->v[n_chunks] / ((s->v[prediction_words] + s->v[reference_words]) / 2);
    double score = mean * (1 - gamma * pow(fragments, beta));
    return score > 0 ? score : 0; /* NaN too */
}

void rs_metrics_meteor_add(rs_meteor_stats *sum, const rs_meteor_stats *segment)
{
    for (int i = 0; i < RS_METEOR_STATS; i++)
        if (i != n_chunks || !is_perfect(segment)) sum->v[i] += segment->v[i];
}

static rsift_status score_pair(const pair *c, rs_meteor_stats *out, rsift_error *err)
{
    rs_meteor_stage stage;
    const rs_meteor_match **chosen;
    if (c->r->n && c->p->n + c->r->n > max_pairs / c->r->n) return too_long(c, err);
    RS_TRY(find_matches(c, &stage, err));
    RS_TRY(rs_metrics_meteor_align(c->arena, &stage, &chosen, err));
    count_all(c, chosen, out);
    return RSIFT_OK;
}

/* Keeps the k-th reference's statistics when it is the first or scores higher. */
static void keep_best(size_t k, const rs_meteor_stats *here, rs_meteor_stats *stats, double *score)
{
    const double value = rs_metrics_meteor_score(here);
    if (k > 0 && !(value > *score)) return;
    *stats = *here;
    *score = value;
}

rsift_status rs_metrics_meteor_segment(rs_meteor_cache *m, rs_str prediction,
                                       const rs_str *references, size_t n_references,
                                       rs_meteor_stats *stats, double *score, rsift_error *err)
{
    if (n_references == 0)
        return rs_err_set(err, RSIFT_E_ARG, "METEOR needs at least one reference");
    rs_arena_reset(&m->scratch);
    sentence p;
    RS_TRY(read_sentence(m, prediction, &p, err));
    for (size_t k = 0; k < n_references; k++) {
        sentence r;
        rs_meteor_stats here;
        RS_TRY(read_sentence(m, references[k], &r, err));
        RS_TRY(score_pair(&(pair){m, &m->scratch, &p, &r}, &here, err));
        keep_best(k, &here, stats, score);
    }
    return RSIFT_OK;
}

rsift_status rs_metrics_meteor_numbers(rs_arena *scratch, const rs_meteor_ids *prediction,
                                       const rs_meteor_ids *references, size_t n_references,
                                       rs_meteor_stats *stats, double *score, rsift_error *err)
{
    if (n_references == 0)
        return rs_err_set(err, RSIFT_E_ARG, "METEOR needs at least one reference");
    for (size_t k = 0; k < n_references; k++) {
        rs_meteor_stats here;
        RS_TRY(score_pair(&(pair){NULL, scratch, prediction, &references[k]}, &here, err));
        keep_best(k, &here, stats, score);
    }
    return RSIFT_OK;
}
