/* ROUGE-L of pycocoevalcap. It splits at single blanks, so an empty caption is one empty token and
 * two empty captions match. */
#include "metrics/caption.h"

#include "base/alloc.h"
#include "base/buf.h"

typedef struct tokens {
    const uint32_t *ids;
    size_t n;
} tokens;

/* Longest common subsequence, one row; `row` has b.n + 1 places. */
static size_t common_length(tokens a, tokens b, uint32_t *row)
{
    memset(row, 0, (b.n + 1) * sizeof *row);
    for (size_t i = 0; i < a.n; i++) {
        uint32_t diagonal = 0;
        for (size_t j = 0; j < b.n; j++) {
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

static bool take_reference(best *b, tokens prediction, tokens reference, uint32_t **row,
                           size_t *cap)
{
    if (!RS_VEC_RESERVE(*row, *cap, reference.n + 1)) return false;
    double common = (double)common_length(prediction, reference, *row);
    double precision = prediction.n ? common / (double)prediction.n : 0;
    double recall = reference.n ? common / (double)reference.n : 0;
    if (precision > b->precision) b->precision = precision;
    if (recall > b->recall) b->recall = recall;
    return true;
}

static double f_measure(best b)
{
    static const double beta = 1.2;
    if (b.precision == 0 || b.recall == 0) return 0;
    return (1 + beta * beta) * b.precision * b.recall / (b.recall + beta * beta * b.precision);
}

static bool score_odd(const rs_caption_item *item, best *b, uint32_t **row, size_t *cap)
{
    rs_arena arena = {0};
    rs_strmap words = {0};
    tokens prediction, reference;
    bool ok = split_blanks(&arena, &words, item->text, &prediction);
    for (uint32_t r = 0; ok && r < item->n_references; r++)
        ok = split_blanks(&arena, &words, item->reference_texts[r], &reference) &&
             take_reference(b, prediction, reference, row, cap);
    rs_strmap_fini(&words);
    rs_arena_fini(&arena);
    return ok;
}

static bool score_item(const rs_caption_item *item, double *out, uint32_t **row, size_t *cap)
{
    best b = {0};
    bool ok = true;
    if (item->odd_blanks) {
        ok = score_odd(item, &b, row, cap);
    } else {
        tokens prediction = {item->prediction.words, item->prediction.n_words};
        for (uint32_t r = 0; ok && r < item->n_references; r++) {
            tokens reference = {item->references[r].words, item->references[r].n_words};
            ok = take_reference(&b, prediction, reference, row, cap);
        }
    }
    *out = f_measure(b);
    return ok;
}

rsift_status rs_metrics_rouge_l(const rs_captions *set, const unsigned char *only, double *corpus,
                                double *per_image, rsift_error *err)
{
    double *scores = rs_calloc(set->n, sizeof *scores);
    uint32_t *row = NULL;
    size_t cap = 0;
    bool ok = scores != NULL;
    for (size_t i = 0; ok && i < set->n; i++)
        if (!only || only[i]) ok = score_item(&set->items[i], &scores[i], &row, &cap);
    rsift_status st = ok ? rs_metrics_caption_mean(scores, set->n, only, corpus, err)
                         : rs_err_nomem(err, "ROUGE-L");
    if (st == RSIFT_OK && per_image && set->n) memcpy(per_image, scores, set->n * sizeof *scores);
    rs_free(scores);
    rs_free(row);
    return st;
}
