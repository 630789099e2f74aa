/* CIDEr-D as pycocoevalcap computes it under the name CIDEr: clipped, with a length penalty on the
 * number of bigrams, not stemmed. Document frequency = images whose references hold the n-gram. */
#include "metrics/caption.h"

#include "base/alloc.h"

#include <math.h>

typedef struct weights {
    double *idf[RS_NGRAM_ORDERS];    /* by gram id */
    uint32_t *last[RS_NGRAM_ORDERS]; /* image that last counted the gram, + 1 */
} weights;

static void weights_fini(weights *w)
{
    for (int k = 0; k < RS_NGRAM_ORDERS; k++) {
        rs_free(w->idf[k]);
        rs_free(w->last[k]);
    }
}

/* Weights of a sentence lie all over memory: asked for ahead, they come together. */
static void fetch(const weights *w, const rs_sentence *s)
{
    for (int k = 0; k < RS_NGRAM_ORDERS; k++)
        for (uint32_t g = s->first[k]; g < s->first[k + 1]; g++)
            __builtin_prefetch(&w->idf[k][s->grams[g].id]);
}

static void fetch_marks(const weights *w, const rs_sentence *s)
{
    for (int k = 0; k < RS_NGRAM_ORDERS; k++)
        for (uint32_t g = s->first[k]; g < s->first[k + 1]; g++)
            __builtin_prefetch(&w->last[k][s->grams[g].id], 1);
}

static void count_image(weights *w, const rs_caption_item *item, uint32_t mark)
{
    for (uint32_t r = 0; r < item->n_references; r++) {
        fetch(w, &item->references[r]);
        fetch_marks(w, &item->references[r]);
    }
    for (uint32_t r = 0; r < item->n_references; r++) {
        const rs_sentence *s = &item->references[r];
        for (int k = 0; k < RS_NGRAM_ORDERS; k++)
            for (uint32_t g = s->first[k]; g < s->first[k + 1]; g++) {
                uint32_t id = s->grams[g].id;
                if (w->last[k][id] == mark) continue;
                w->last[k][id] = mark;
                w->idf[k][id]++;
            }
    }
}

/* Document frequencies, then turned into ln(N) - ln(max(1, df)). */
static rsift_status make_weights(weights *w, const rs_captions *set, const unsigned char *only,
                                 rs_cider_variant variant, rsift_error *err)
{
    for (int k = 0; k < RS_NGRAM_ORDERS; k++) {
        size_t n = rs_lang_ngrams_count(&set->table, k + 1);
        w->idf[k] = rs_calloc(n, sizeof *w->idf[k]);
        w->last[k] = rs_calloc(n, sizeof *w->last[k]);
        if (!w->idf[k] || !w->last[k]) return rs_err_nomem(err, "document frequencies");
    }
    size_t n_images = 0;
    for (size_t i = 0; i < set->n; i++) {
        if (only && !only[i]) continue;
        count_image(w, &set->items[i], (uint32_t)++n_images);
    }
    double log_n = n_images ? log((double)n_images) : 0;
    if (variant == RS_CIDER_LEVIR && n_images == 1) log_n = 1;
    for (int k = 0; k < RS_NGRAM_ORDERS; k++) {
        size_t n = rs_lang_ngrams_count(&set->table, k + 1);
        for (size_t g = 0; g < n; g++) w->idf[k][g] = log_n - log(fmax(1, w->idf[k][g]));
    }
    return RSIFT_OK;
}

static double norm(const weights *w, const rs_sentence *s, int k)
{
    double sum = 0;
    for (uint32_t g = s->first[k]; g < s->first[k + 1]; g++) {
        double v = s->grams[g].count * w->idf[k][s->grams[g].id];
        sum += v * v;
    }
    return sqrt(sum);
}

/* Sum of min(prediction, reference) * reference over the common grams of one order. */
static double clipped_dot(const weights *w, const rs_sentence *p, const rs_sentence *r, int k)
{
    double sum = 0;
    uint32_t a = p->first[k], b = r->first[k];
    while (a < p->first[k + 1] && b < r->first[k + 1]) {
        if (p->grams[a].id < r->grams[b].id) {
            a++;
        } else if (p->grams[a].id > r->grams[b].id) {
            b++;
        } else {
            double idf = w->idf[k][p->grams[a].id];
            double vp = p->grams[a++].count * idf, vr = r->grams[b++].count * idf;
            sum += fmin(vp, vr) * vr;
        }
    }
    return sum;
}

static double score_item(const weights *w, const rs_caption_item *item)
{
    static const double sigma = 6;
    const rs_sentence *p = &item->prediction;
    double p_norm[RS_NGRAM_ORDERS], sums[RS_NGRAM_ORDERS] = {0};
    fetch(w, p);
    for (uint32_t i = 0; i < item->n_references; i++) fetch(w, &item->references[i]);
    for (int k = 0; k < RS_NGRAM_ORDERS; k++) p_norm[k] = norm(w, p, k);
    for (uint32_t i = 0; i < item->n_references; i++) {
        const rs_sentence *r = &item->references[i];
        double delta =
            (p->n_words ? (double)p->n_words - 1 : 0) - (r->n_words ? (double)r->n_words - 1 : 0);
        double penalty = exp(-(delta * delta) / (2 * sigma * sigma));
        for (int k = 0; k < RS_NGRAM_ORDERS; k++) {
            double value = clipped_dot(w, p, r, k);
            double r_norm = value != 0 ? norm(w, r, k) : 0;
            if (p_norm[k] != 0 && r_norm != 0) value /= p_norm[k] * r_norm;
            sums[k] += value * penalty;
        }
    }
    double mean = (sums[0] + sums[1] + sums[2] + sums[3]) / RS_NGRAM_ORDERS;
    return mean / item->n_references * 10;
}

rsift_status rs_metrics_cider(const rs_captions *set, const unsigned char *only, bool subset_idf,
                              rs_cider_variant variant, double *corpus, double *per_image,
                              rsift_error *err)
{
    weights w = {0};
    double *scores = rs_calloc(set->n, sizeof *scores);
    rsift_status st = scores ? make_weights(&w, set, subset_idf ? only : NULL, variant, err)
                             : rs_err_nomem(err, "CIDEr");
    if (st == RSIFT_OK) {
        for (size_t i = 0; i < set->n; i++)
            if (!only || only[i]) scores[i] = score_item(&w, &set->items[i]);
        st = rs_metrics_caption_mean(scores, set->n, only, corpus, err);
    }
    if (st == RSIFT_OK && per_image && set->n) memcpy(per_image, scores, set->n * sizeof *scores);
    weights_fini(&w);
    rs_free(scores);
    return st;
}
