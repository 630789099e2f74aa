/* ROUGE-L of pycocoevalcap. With L the length of the longest common subsequence of words:
 *     P = max over references of L / words of the prediction
 *     R = max over references of L / words of the reference
 *     F = (1 + 1.2^2) * P * R / (R + 1.2^2 * P)
 * It splits at single blanks, so an empty caption is one empty token and two empty captions
 * match. */
#include "metrics/caption.h"

#include "base/alloc.h"
#include "base/buf.h"

typedef struct tokens {
    const uint32_t *ids;
    size_t n;
} tokens;

/* Length of the longest common subsequence, by dynamic programming with one row of b.n + 1
 * numbers. */
static size_t common_length(tokens a, tokens b, uint32_t *row)
{
    memset(row, 0, (b.n + 1) * sizeof *row);
    for (size_t i = 0; i < a.n; i++) {
        uint32_t diagonal = 0;
        for (size_t j = 0; j < b.n; j++) {
            /* row[j] is this line's, above and diagonal are the line's before */
            uint32_t above = row[j + 1];
            uint32_t best = above > row[j] ? above : row[j];
            row[j + 1] = a.ids[i] == b.ids[j] ? diagonal + 1 : best;
            diagonal = above;
        }
    }
    return row[b.n];
}

/* split(" "): pieces between single blanks, empty ones too, numbered through `words`. */
static bool split_blanks(rs_arena *arena, rs_strmap *words, rs_str text, tokens *out)
{
    size_t cap = 0, n = 0;
    uint32_t *ids = NULL;
    rs_str piece;
    if (!text.ptr) text = RS_STR("");
    while (rs_str_split(&text, ' ', &piece)) {
        size_t id = rs_strmap_put(words, piece, &(bool){false});
        if (id == RS_NPOS || !rs_arena_grow(arena, (void **)&ids, &cap, n + 1, sizeof *ids))
            return false;
        ids[n++] = (uint32_t)id;
    }
    *out = (tokens){ids, n};
    return true;
}

typedef struct best {
    double precision, recall;
} best;

/* Raises precision and recall to those of one reference. */
static void add_reference(best *b, size_t common, size_t n_prediction, size_t n_reference)
{
    const double precision = n_prediction ? (double)common / (double)n_prediction : 0;
    const double recall = n_reference ? (double)common / (double)n_reference : 0;
    if (precision > b->precision) b->precision = precision;
    if (recall > b->recall) b->recall = recall;
}

static double f_measure(best b)
{
    static const double beta = 1.2;
    if (b.precision == 0 || b.recall == 0) return 0;
    return (1 + beta * beta) * b.precision * b.recall / (b.recall + beta * beta * b.precision);
}

/* Texts with odd blanks: tokens between single blanks. */
static bool score_odd(rs_caption_part *part, const rs_caption_item *item, best *b)
{
    rs_arena arena = {0};
    rs_strmap words = {0};
    tokens prediction, reference;
    bool ok = split_blanks(&arena, &words, item->text, &prediction);
    for (uint32_t r = 0; ok && r < item->n_references; r++) {
        ok = split_blanks(&arena, &words, item->reference_texts[r], &reference) &&
             RS_VEC_RESERVE(part->row, part->cap_row, reference.n + 1);
        if (ok)
            add_reference(b, common_length(prediction, reference, part->row), prediction.n,
                          reference.n);
    }
    rs_strmap_fini(&words);
    rs_arena_fini(&arena);
    return ok;
}

/* At most 64 words: the row of the table is one word of bits, a 0 where the length grows by one.
 * Source: H. Hyyro, "Bit-parallel LCS-length computation revisited" (2004). */
static void score_short(const rs_caption_part *part, const rs_caption_item *item, best *b)
{
    const rs_gram_list *p = &part->lists[0];
    const size_t n = item->prediction.n_words;
    uint64_t positions[64] = {0}; /* bit i of word w: w stands at i in the prediction */
    for (size_t i = 0; i < n; i++) positions[p->words[i]] |= (uint64_t)1 << i;
    for (uint32_t r = 0; r < item->n_references; r++) {
        const uint32_t *words = part->lists[r + 1].words, n_words = item->references[r].n_words;
        uint64_t row = ~(uint64_t)0;
        for (uint32_t j = 0; j < n_words; j++) {
            if (words[j] >= p->first[1]) continue; /* not in the prediction */
            const uint64_t matched = row & positions[words[j]];
            row = (row + matched) | (row - matched);
        }
        const uint64_t used = n < 64 ? ((uint64_t)1 << n) - 1 : ~(uint64_t)0;
        add_reference(b, (size_t)__builtin_popcountll(~row & used), n, n_words);
    }
}

/* Above 64 words: the plain table. */
static bool score_long(rs_caption_part *part, const rs_caption_item *item, best *b)
{
    const tokens prediction = {item->prediction.words, item->prediction.n_words};
    for (uint32_t r = 0; r < item->n_references; r++) {
        const tokens reference = {item->references[r].words, item->references[r].n_words};
        if (!RS_VEC_RESERVE(part->row, part->cap_row, reference.n + 1)) return false;
        add_reference(b, common_length(prediction, reference, part->row), prediction.n,
                      reference.n);
    }
    return true;
}

rsift_status rs_metrics_rouge_l_one(rs_caption_part *part, const rs_caption_item *item, double *out,
                                    rsift_error *err)
{
    best b = {0};
    bool ok = true;
    if (item->odd_blanks) ok = score_odd(part, item, &b);
    else if (item->prediction.n_words <= 64) score_short(part, item, &b);
    else ok = score_long(part, item, &b);
    *out = f_measure(b);
    return ok ? RSIFT_OK : rs_err_nomem(err, "ROUGE-L");
}

rsift_status rs_metrics_rouge_l(const rs_captions *set, const unsigned char *only, double *corpus,
                                double *per_image, rsift_error *err)
{
    double *scores = rs_calloc(set->n + 1, sizeof *scores);
    if (!scores) return rs_err_nomem(err, "ROUGE-L");
    for (size_t i = 0; i < set->n; i++) scores[i] = !only || only[i] ? set->counts[i].rouge_l : 0;
    const rsift_status status = rs_metrics_caption_mean(scores, set->n, only, corpus, err);
    if (status == RSIFT_OK && per_image && set->n)
        memcpy(per_image, scores, set->n * sizeof *scores);
    rs_free(scores);
    return status;
}
