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
#include "metrics/lcs.h"

#include <stdlib.h>

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

static int compare_grams(const void *left, const void *right)
{
    const uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
    return a < b ? -1 : a > b;
}

/* The n-grams of one text in ascending order, each as one number. */
static uint64_t *sorted_grams(rs_arena *arena, const tokens *t, size_t order, size_t *n)
{
    *n = t->n >= order ? t->n - order + 1 : 0;
    uint64_t *grams = rs_arena_alloc(arena, (*n + 1) * sizeof *grams);
    if (!grams) return NULL;
    for (size_t i = 0; i < *n; i++)
        grams[i] = order == 1 ? t->ids[i] : (uint64_t)t->ids[i] << 32 | t->ids[i + 1];
    qsort(grams, *n, sizeof *grams, compare_grams);
    return grams;
}

/* Sum over n-grams (order 1 or 2) of the smaller count; false = out of memory. */
static bool overlap(rs_arena *arena, const tokens *a, const tokens *b, size_t order, double *common)
{
    size_t n_a, n_b;
    const uint64_t *x = sorted_grams(arena, a, order, &n_a);
    const uint64_t *y = sorted_grams(arena, b, order, &n_b);
    *common = 0;
    if (!x || !y) return false;
    for (size_t i = 0, j = 0; i < n_a && j < n_b;) {
        *common += x[i] == y[j];
        if (x[i] == y[j]) i++, j++;
        else if (x[i] < y[j]) i++;
        else j++;
    }
    return true;
}

/* One prediction against its references. */
typedef struct scoring {
    rs_arena arena;
    rs_strmap numbers;
    uint32_t n_ids; /* numbers of the prediction's stems are below it */
    rs_lcs lcs;
    const rs_cancel *cancel;
} scoring;

/* Adds the three F of one reference to the sums. */
static rsift_status add_reference(scoring *s, const tokens *p, rs_str reference,
                                  rs_rouge_score *sum, rsift_error *err)
{
    tokens r = {0};
    double common_1, common_2;
    size_t longest;
    RS_TRY(tokenise(&s->arena, &s->numbers, reference, &r, err));
    if (!overlap(&s->arena, p, &r, 1, &common_1) || !overlap(&s->arena, p, &r, 2, &common_2))
        return rs_err_nomem(err, "ROUGE");
    RS_TRY(rs_metrics_lcs_length(&s->lcs, (rs_numbers){p->ids, p->n}, s->n_ids,
                                 (rs_numbers){r.ids, r.n}, s->cancel, &longest, err));
    double n_p = (double)p->n, n_r = (double)r.n; /* a text of n words has n - 1 bigrams */
    sum->rouge_1 += f_measure(common_1, n_p, n_r);
    sum->rouge_2 += f_measure(common_2, n_p > 1 ? n_p - 1 : 0, n_r > 1 ? n_r - 1 : 0);
    sum->rouge_l += f_measure((double)longest, n_p, n_r);
    return RSIFT_OK;
}

rsift_status rs_metrics_rouge_score(rs_str prediction, const rs_str *references,
                                    size_t n_references, const rs_cancel *cancel,
                                    rs_rouge_score *out, rsift_error *err)
{
    *out = (rs_rouge_score){0};
    if (n_references == 0)
        return rs_err_set(err, RSIFT_E_ARG, "ROUGE needs at least one reference");
    scoring s = {.cancel = cancel};
    tokens p = {0};
    rsift_status st = tokenise(&s.arena, &s.numbers, prediction, &p, err);
    s.n_ids = (uint32_t)s.numbers.n;
    for (size_t k = 0; k < n_references && st == RSIFT_OK; k++)
        st = add_reference(&s, &p, references[k], out, err);
    out->rouge_1 /= (double)n_references;
    out->rouge_2 /= (double)n_references;
    out->rouge_l /= (double)n_references;
    rs_strmap_fini(&s.numbers);
    rs_metrics_lcs_fini(&s.lcs);
    rs_arena_fini(&s.arena);
    return st;
}
