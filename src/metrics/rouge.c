/* ROUGE-L of pycocoevalcap. With L the length of the longest common subsequence of words:
 *     P = max over references of L / words of the prediction
 *     R = max over references of L / words of the reference
 *     F = (1 + 1.2^2) * P * R / (R + 1.2^2 * P)
 * It splits at single blanks, so an empty caption is one empty token and two empty captions
 * match. */
#include "metrics/caption.h"

#include "base/alloc.h"
#include "base/buf.h"

/* split(" "): pieces between single blanks, empty ones too, numbered through `words`. */
static bool split_blanks(rs_arena *arena, rs_strmap *words, rs_str text, rs_numbers *out)
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
    *out = (rs_numbers){ids, n};
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
static rsift_status score_odd(rs_caption_part *part, const rs_caption_item *item,
                              const rs_cancel *cancel, best *b, rsift_error *err)
{
    rs_arena arena = {0};
    rs_strmap words = {0};
    rs_numbers prediction, reference;
    rsift_status status = split_blanks(&arena, &words, item->text, &prediction)
                              ? RSIFT_OK
                              : rs_err_nomem(err, "ROUGE-L");
    const uint32_t n_ids = (uint32_t)words.n;
    for (uint32_t r = 0; status == RSIFT_OK && r < item->n_references; r++) {
        size_t common;
        if (!split_blanks(&arena, &words, item->reference_texts[r], &reference))
            status = rs_err_nomem(err, "ROUGE-L");
        else
            status = rs_metrics_lcs_length(&part->lcs, prediction, n_ids, reference, cancel,
                                           &common, err);
        if (status == RSIFT_OK) add_reference(b, common, prediction.n, reference.n);
    }
    rs_strmap_fini(&words);
    rs_arena_fini(&arena);
    return status;
}

/* At most 64 words: the row of the table is one word of bits (metrics/lcs.c). */
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

/* Above 64 words. The prediction's words are numbered first. */
static rsift_status score_long(rs_caption_part *part, const rs_caption_item *item,
                               const rs_cancel *cancel, best *b, rsift_error *err)
{
    const rs_gram_list *p = &part->lists[0];
    const rs_numbers prediction = {p->words, item->prediction.n_words};
    for (uint32_t r = 0; r < item->n_references; r++) {
        const rs_numbers reference = {part->lists[r + 1].words, item->references[r].n_words};
        size_t common;
        RS_TRY(rs_metrics_lcs_length(&part->lcs, prediction, p->first[1], reference, cancel,
                                     &common, err));
        add_reference(b, common, prediction.n, reference.n);
    }
    return RSIFT_OK;
}

rsift_status rs_metrics_rouge_l_one(rs_caption_part *part, const rs_caption_item *item,
                                    const rs_cancel *cancel, double *out, rsift_error *err)
{
    best b = {0};
    rsift_status status = RSIFT_OK;
    if (item->odd_blanks) status = score_odd(part, item, cancel, &b, err);
    else if (item->prediction.n_words <= 64) score_short(part, item, &b);
    else status = score_long(part, item, cancel, &b, err);
    *out = f_measure(b);
    return status;
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
