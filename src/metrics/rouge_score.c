/* Google's rouge_score as EarthDial uses it: words of NLTK, then runs of [a-z0-9], stemmed above
 * three letters. ROUGE-1 and -2 count common n-grams, ROUGE-L the longest common subsequence; each
 * is the mean over references of
 *     F = 2 * P * R / (P + R),   P = common / n in prediction,   R = common / n in reference */
#include "metrics/caption_nltk.h"

#include "base/ascii.h"
#include "base/arena.h"
#include "base/map.h"
#include "lang/nltk_words.h"
#include "lang/stem.h"

typedef struct tokens {
    uint32_t *ids;
    size_t n, cap;
} tokens;

/* Appends the number of a word's stem. */
static bool add_token(rs_arena *arena, rs_strmap *numbers, rs_str word, tokens *out)
{
    char stem[RS_STEM_MAX + 8];
    if (word.len > 3) word = rs_lang_stem_porter_nltk(word, stem);
    size_t id = rs_strmap_put(numbers, word, &(bool){false});
    if (id == RS_NPOS ||
        !rs_arena_grow(arena, (void **)&out->ids, &out->cap, out->n + 1, sizeof *out->ids))
        return false;
    out->ids[out->n++] = (uint32_t)id;
    return true;
}

/* Lower-case letters and digits of one word, cut at everything else. */
static bool add_parts(rs_arena *arena, rs_strmap *numbers, rs_str word, tokens *out)
{
    char *text = rs_arena_alloc(arena, word.len + 1);
    if (!text) return false;
    size_t n = 0;
    for (size_t i = 0; i <= word.len; i++) {
        char c = i < word.len ? word.ptr[i] : ' ';
        if (rs_str_eq(rs_str_sub(word, i, i + 3), RS_STR("\xe2\x84\xaa"))) {
            c = 'k'; /* lower case of Kelvin's sign */
            i += 2;
        }
        if (c == '\xc4' && i + 1 < word.len && word.ptr[i + 1] == '\xb0')
            c = 'i'; /* lower case of dotted I */
        c = rs_ascii_lower(c);
        if (rs_ascii_is_alnum(c)) {
            text[n++] = c;
        } else if (n) {
            if (!add_token(arena, numbers, rs_str_make(text, n), out)) return false;
            n = 0;
        }
    }
    return true;
}

static rsift_status tokenise(rs_arena *arena, rs_strmap *numbers, rs_str text, tokens *out,
                             rsift_error *err)
{
    rs_str *words;
    size_t n;
    RS_TRY(rs_lang_nltk_words(arena, text, &words, &n, err));
    for (size_t i = 0; i < n; i++)
        if (!add_parts(arena, numbers, words[i], out)) return rs_err_nomem(err, "ROUGE");
    return RSIFT_OK;
}

static double f_measure(double common, double n_prediction, double n_reference)
{
    if (n_prediction == 0 || n_reference == 0) return 0;
    double precision = common / n_prediction, recall = common / n_reference;
    return precision + recall > 0 ? 2 * precision * recall / (precision + recall) : 0;
}

static bool same(const tokens *a, size_t i, const tokens *b, size_t j, size_t order)
{
    return memcmp(a->ids + i, b->ids + j, order * sizeof *a->ids) == 0;
}

/* Sum over n-grams of the smaller count: each n-gram of a is paired with one of b that is free. */
static double overlap(const tokens *a, const tokens *b, size_t order, unsigned char *paired)
{
    size_t n_a = a->n >= order ? a->n - order + 1 : 0, n_b = b->n >= order ? b->n - order + 1 : 0;
    double common = 0;
    if (n_b) memset(paired, 0, n_b);
    for (size_t i = 0; i < n_a; i++)
        for (size_t j = 0; j < n_b; j++) {
            if (paired[j] || !same(a, i, b, j, order)) continue;
            paired[j] = 1;
            common++;
            break;
        }
    return common;
}

static double common_length(const tokens *a, const tokens *b, uint32_t *row)
{
    memset(row, 0, (b->n + 1) * sizeof *row);
    for (size_t i = 0; i < a->n; i++) {
        uint32_t diagonal = 0;
        for (size_t j = 0; j < b->n; j++) {
            uint32_t above = row[j + 1];
            row[j + 1] = a->ids[i] == b->ids[j] ? diagonal + 1 : above > row[j] ? above : row[j];
            diagonal = above;
        }
    }
    return row[b->n];
}

/* Adds the three F of one reference to the sums. */
static rsift_status add_reference(rs_arena *arena, rs_strmap *numbers, const tokens *p,
                                  rs_str reference, rs_rouge_score *sum, rsift_error *err)
{
    tokens r = {0};
    RS_TRY(tokenise(arena, numbers, reference, &r, err));
    uint32_t *row = rs_arena_calloc(arena, r.n + 1, sizeof *row);
    unsigned char *paired = rs_arena_calloc(arena, r.n + 1, 1);
    if (!row || !paired) return rs_err_nomem(err, "ROUGE");
    double n_p = (double)p->n, n_r = (double)r.n; /* a text of n words has n - 1 bigrams */
    sum->rouge_1 += f_measure(overlap(p, &r, 1, paired), n_p, n_r);
    sum->rouge_2 +=
        f_measure(overlap(p, &r, 2, paired), n_p > 1 ? n_p - 1 : 0, n_r > 1 ? n_r - 1 : 0);
    sum->rouge_l += f_measure(common_length(p, &r, row), n_p, n_r);
    return RSIFT_OK;
}

rsift_status rs_metrics_rouge_score(rs_str prediction, const rs_str *references,
                                    size_t n_references, rs_rouge_score *out, rsift_error *err)
{
    *out = (rs_rouge_score){0};
    if (n_references == 0)
        return rs_err_set(err, RSIFT_E_ARG, "ROUGE needs at least one reference");
    rs_arena arena = {0};
    rs_strmap numbers = {0};
    tokens p = {0};
    rsift_status st = tokenise(&arena, &numbers, prediction, &p, err);
    for (size_t k = 0; k < n_references && st == RSIFT_OK; k++)
        st = add_reference(&arena, &numbers, &p, references[k], out, err);
    out->rouge_1 /= (double)n_references;
    out->rouge_2 /= (double)n_references;
    out->rouge_l /= (double)n_references;
    rs_strmap_fini(&numbers);
    rs_arena_fini(&arena);
    return st;
}
