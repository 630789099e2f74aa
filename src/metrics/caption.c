/* The set of captions that the scorers share, and numpy's mean. */
#include "metrics/caption.h"

#include "base/alloc.h"
#include "base/buf.h"

void rs_metrics_captions_fini(rs_captions *set)
{
    rs_arena_fini(&set->arena);
    rs_lang_ngrams_fini(&set->table);
    rs_free(set->items);
    *set = (rs_captions){0};
}

/* Blanks other than one between two tokens: then split(" ") gives empty or glued tokens. */
static bool has_odd_blanks(rs_str s)
{
    if (s.len == 0 || s.ptr[0] == ' ' || s.ptr[s.len - 1] == ' ') return true;
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];
        if ((c < ' ' && c != '\0') || (c == ' ' && s.ptr[i + 1] == ' ') || c == 0xc2 || c == 0xe1 ||
            c == 0xe2 || c == 0xe3)
            return true; /* the last four may begin a blank of Unicode */
    }
    return false;
}

static rsift_status keep_texts(rs_captions *set, rs_caption_item *item, rs_str prediction,
                               const rs_str *references, rsift_error *err)
{
    rs_str *texts = rs_arena_calloc(&set->arena, item->n_references, sizeof *texts);
    item->text = rs_arena_str(&set->arena, prediction);
    if (!texts || !item->text.ptr) return rs_err_nomem(err, "captions");
    for (size_t k = 0; k < item->n_references; k++) {
        texts[k] = rs_arena_str(&set->arena, references[k]);
        if (!texts[k].ptr) return rs_err_nomem(err, "captions");
    }
    item->reference_texts = texts;
    item->odd_blanks = true;
    return RSIFT_OK;
}

rsift_status rs_metrics_captions_add(rs_captions *set, rs_str prediction, const rs_str *references,
                                     size_t n_references, rsift_error *err)
{
    if (n_references == 0 || n_references > UINT32_MAX)
        return rs_err_set(err, RSIFT_E_ARG, "an image needs at least one reference caption");
    if (!RS_VEC_RESERVE(set->items, set->cap, set->n + 1)) return rs_err_nomem(err, "captions");
    rs_caption_item item = {.n_references = (uint32_t)n_references};
    rs_sentence *sentences = rs_arena_calloc(&set->arena, n_references, sizeof *sentences);
    if (!sentences) return rs_err_nomem(err, "captions");
    RS_TRY(rs_lang_ngrams_sentence(&set->table, &set->arena, prediction, &item.prediction, err));
    bool odd = has_odd_blanks(prediction);
    for (size_t k = 0; k < n_references; k++) {
        RS_TRY(
            rs_lang_ngrams_sentence(&set->table, &set->arena, references[k], &sentences[k], err));
        odd = odd || has_odd_blanks(references[k]);
    }
    item.references = sentences;
    if (odd) RS_TRY(keep_texts(set, &item, prediction, references, err));
    set->items[set->n++] = item;
    return RSIFT_OK;
}

/* numpy: plain below 8, eight running sums up to 128, else halves (the left one a multiple of 8).
 */
static double pairwise_sum(const double *v, size_t n)
{
    if (n < 8) {
        double sum = 0;
        for (size_t i = 0; i < n; i++) sum += v[i];
        return sum;
    }
    if (n <= 128) {
        double r[8];
        size_t i = 8;
        memcpy(r, v, sizeof r);
        for (; i + 8 <= n; i += 8)
            for (size_t k = 0; k < 8; k++) r[k] += v[i + k];
        double sum = ((r[0] + r[1]) + (r[2] + r[3])) + ((r[4] + r[5]) + (r[6] + r[7]));
        for (; i < n; i++) sum += v[i];
        return sum;
    }
    size_t half = n / 2 - (n / 2) % 8;
    return pairwise_sum(v, half) + pairwise_sum(v + half, n - half);
}

rsift_status rs_metrics_caption_mean(const double *values, size_t n, const unsigned char *only,
                                     double *out, rsift_error *err)
{
    *out = 0;
    if (!only) {
        if (n) *out = pairwise_sum(values, n) / (double)n;
        return RSIFT_OK;
    }
    double *chosen = rs_calloc(n, sizeof *chosen);
    if (!chosen) return rs_err_nomem(err, "scores");
    size_t n_chosen = 0;
    for (size_t i = 0; i < n; i++)
        if (only[i]) chosen[n_chosen++] = values[i];
    if (n_chosen) *out = pairwise_sum(chosen, n_chosen) / (double)n_chosen;
    rs_free(chosen);
    return RSIFT_OK;
}
