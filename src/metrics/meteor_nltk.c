/* NLTK's METEOR: exact, stem, synonym, each stage greedy from the last word of the prediction to
 * the first, paired with the last free word of the reference. Words without a partner after the
 * stem stage stay stems in the synonym stage, as in the original. */
#include "metrics/caption_nltk.h"

#include "base/arena.h"
#include "base/map.h"
#include "base/utf8.h"
#include "lang/nltk_words.h"
#include "lang/stem.h"

#include <math.h>

enum { unmatched = -1, MAX_PAIRS = 1 << 28 };

typedef struct side {
    rs_str *words;
    int *partner; /* in the other sentence */
    size_t n;
} side;

static rsift_status read_side(rs_arena *arena, rs_str text, side *out, rsift_error *err)
{
    RS_TRY(rs_lang_nltk_words(arena, text, &out->words, &out->n, err));
    out->partner = rs_arena_calloc(arena, out->n + 1, sizeof *out->partner);
    if (!out->partner) return rs_err_nomem(err, "METEOR");
    for (size_t i = 0; i < out->n; i++) {
        out->partner[i] = unmatched;
        out->words[i] = rs_utf8_lower(arena, out->words[i]);
        if (!out->words[i].ptr) return rs_err_nomem(err, "METEOR");
    }
    return RSIFT_OK;
}

static void pair(side *p, size_t i, side *r, size_t j)
{
    p->partner[i] = (int)j;
    r->partner[j] = (int)i;
}

/* Pairs equal words: from the last of the prediction on, each with the last free one of the
 * reference. The free words of the reference that are equal form a chain, the last one first. */
static rsift_status match_equal(rs_arena *arena, side *p, side *r, rsift_error *err)
{
    rs_strmap numbers = {0};
    size_t *last = rs_arena_alloc(arena, (r->n + 1) * sizeof *last);
    size_t *before = rs_arena_alloc(arena, (r->n + 1) * sizeof *before);
    bool ok = last && before;
    for (size_t j = 0; ok && j < r->n; j++) {
        bool made = false;
        if (r->partner[j] != unmatched) continue;
        const size_t id = rs_strmap_put(&numbers, r->words[j], &made);
        ok = id != RS_NPOS;
        if (!ok) break;
        before[j] = made ? RS_NPOS : last[id];
        last[id] = j;
    }
    for (size_t i = p->n; ok && i-- > 0;) {
        const size_t id =
            p->partner[i] == unmatched ? rs_strmap_get(&numbers, p->words[i]) : RS_NPOS;
        if (id == RS_NPOS || last[id] == RS_NPOS) continue;
        const size_t j = last[id];
        last[id] = before[j];
        pair(p, i, r, j);
    }
    rs_strmap_fini(&numbers);
    return ok ? RSIFT_OK : rs_err_nomem(err, "METEOR");
}

/* Stems the words that have no partner. */
static rsift_status stem_rest(rs_arena *arena, side *s, rsift_error *err)
{
    char stem[RS_STEM_MAX + 8];
    for (size_t i = 0; i < s->n; i++) {
        if (s->partner[i] != unmatched) continue;
        s->words[i] = rs_arena_str(arena, rs_lang_stem_porter_nltk(s->words[i], stem));
        if (!s->words[i].ptr) return rs_err_nomem(err, "METEOR");
    }
    return RSIFT_OK;
}

/* Is the reference word itself (not a base form of it) in one of the sets? */
static bool in_sets(const rs_synonyms *d, rs_str word, const uint32_t *sets, size_t n_sets)
{
    size_t id = rs_strmap_get(&d->words, word);
    if (id == RS_NPOS || rs_str_find_char(word, '_') != RS_NPOS) return false;
    for (uint32_t k = d->first[id]; k < d->first[id + 1]; k++)
        for (size_t i = 0; i < n_sets; i++)
            if (sets[i] == d->sets[k]) return true;
    return false;
}

/* Pairs words of one synonym set. */
static rsift_status match_synonyms(rs_arena *arena, const rs_synonyms *d, side *p, side *r,
                                   rsift_error *err)
{
    if (r->n && p->n > MAX_PAIRS / r->n)
        return rs_err_set(err, RSIFT_E_LIMIT,
                          "a prediction of %zu words and a reference of %zu: too many for METEOR",
                          p->n, r->n);
    for (size_t i = p->n; i-- > 0;) {
        if (p->partner[i] != unmatched) continue;
        const uint32_t *sets;
        size_t n_sets;
        RS_TRY(rs_lang_synonyms_of(d, arena, p->words[i], &sets, &n_sets, err));
        for (size_t j = r->n; j-- > 0;) {
            if (r->partner[j] != unmatched) continue;
            if (!rs_str_eq(p->words[i], r->words[j]) && !in_sets(d, r->words[j], sets, n_sets))
                continue;
            pair(p, i, r, j);
            break;
        }
    }
    return RSIFT_OK;
}

/* With n pairs, in runs (chunks) that are adjacent on both sides:
 *     P = n / words of the prediction,   R = n / words of the reference
 *     score = (1 - gamma * (chunks / n) ^ beta) * P * R / (alpha * P + (1 - alpha) * R) */
static double score(const side *p, const side *r)
{
    static const double alpha = 0.9, beta = 3, gamma = 0.5;
    double n = 0, chunks = 0;
    int last_i = -2, last_j = -2;
    for (size_t i = 0; i < p->n; i++) {
        if (p->partner[i] == unmatched) continue;
        /* a new chunk, unless both neighbours to the left are a pair */
        chunks += n == 0 || (int)i != last_i + 1 || p->partner[i] != last_j + 1;
        last_i = (int)i;
        last_j = p->partner[i];
        n++;
    }
    if (n == 0) return 0;
    double precision = n / (double)p->n, recall = n / (double)r->n;
    double mean = precision * recall / (alpha * precision + (1 - alpha) * recall);
    return (1 - gamma * pow(chunks / n, beta)) * mean;
}

static rsift_status score_pair(rs_arena *arena, const rs_synonyms *synonyms, rs_str prediction,
                               rs_str reference, double *out, rsift_error *err)
{
    side p, r;
    RS_TRY(read_side(arena, prediction, &p, err));
    RS_TRY(read_side(arena, reference, &r, err));
    RS_TRY(match_equal(arena, &p, &r, err)); /* exact */
    RS_TRY(stem_rest(arena, &p, err));
    RS_TRY(stem_rest(arena, &r, err));
    RS_TRY(match_equal(arena, &p, &r, err));
    if (synonyms) RS_TRY(match_synonyms(arena, synonyms, &p, &r, err));
    *out = score(&p, &r);
    return RSIFT_OK;
}

rsift_status rs_metrics_meteor_nltk(const rs_synonyms *synonyms, rs_str prediction,
                                    const rs_str *references, size_t n_references, double *out,
                                    rsift_error *err)
{
    *out = 0;
    if (n_references == 0)
        return rs_err_set(err, RSIFT_E_ARG, "METEOR needs at least one reference");
    rs_arena arena = {0};
    rsift_status st = RSIFT_OK;
    for (size_t k = 0; k < n_references && st == RSIFT_OK; k++) {
        double value = 0;
        rs_arena_reset(&arena);
        st = score_pair(&arena, synonyms, prediction, references[k], &value, err);
        if (value > *out) *out = value;
    }
    rs_arena_fini(&arena);
    return st;
}
