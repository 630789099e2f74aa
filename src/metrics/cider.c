/* CIDEr-D as pycocoevalcap computes it under the name CIDEr: clipped, with a length penalty on the
 * number of bigrams, not stemmed. An n-gram weighs idf = ln(N) - ln(max(1, df)), where df is the
 * number of images whose references hold it. With v the vector of count * idf of a text and order:
 *     sim_k(p, r) = sum of min(v_p, v_r) * v_r / (|v_p| * |v_r|) * exp(-(l_p - l_r)^2 / (2 * 6^2))
 *     CIDEr-D     = 10 * mean over orders k = 1..4 and references r of sim_k */
#include "metrics/caption.h"

#include "base/alloc.h"

#include <math.h>

/* Small numbers for which logarithms and penalties are computed once. */
enum { table_size = 256 };

typedef struct cider {
    const rs_captions *set;
    const unsigned char *only, *only_df; /* NULL = all; of scores and of document frequencies */
    uint32_t *frequencies;               /* by number in set->needed */
    double *idf, *scores;
    double penalties[table_size]; /* of texts by their difference in length */
    int n_orders;                 /* the most that any image shares */
} cider;

/* ---- document frequencies -------------------------------------------------------------------- */

/* Numbers the n-grams of one order in an image's references, as far as the n-gram without its last
 * word is needed: texts that share n words share n - 1. In and out: begun[] has the number of the
 * n-gram that begins at each word, marks[] says of a number whether it is needed. */
static void number_order(const cider *c, rs_caption_part *part, const rs_caption_item *item, int k)
{
    rs_ngrams *t = &part->ngrams;
    uint32_t *begun = t->begun;
    for (uint32_t r = 0; r < item->n_references; begun += item->references[r++].n_words) {
        const rs_sentence *s = &item->references[r];
        for (uint32_t i = 0; i + (uint32_t)k < s->n_words; i++) {
            if (k && (begun[i] == UINT32_MAX || !part->marks[begun[i]])) {
                begun[i] = UINT32_MAX;
                continue;
            }
            const size_t n = t->n;
            begun[i] = rs_lang_ngrams_number(t, k ? begun[i] + 1 : 0, s->words + i, k);
            if (k && t->n > n) rs_lang_gram_index_fetch(&c->set->needed, t->keys[n]);
        }
    }
}

/* Appends the needed n-grams of an image's references to the part's numbers, each once. Those of an
 * order are looked up together, after their memory was fetched. */
static rsift_status find_item(const cider *c, rs_caption_part *part, const rs_caption_item *item,
                              rsift_error *err)
{
    rs_ngrams *t = &part->ngrams;
    size_t n_words = 0;
    for (uint32_t r = 0; r < item->n_references; r++) n_words += item->references[r].n_words;
    RS_TRY(rs_lang_ngrams_start(t, n_words, err));
    const size_t most = RS_NGRAM_ORDERS * n_words;
    if (!RS_VEC_RESERVE(part->marks, part->cap_marks, most + 1) ||
        !RS_VEC_RESERVE(part->numbers, part->cap_numbers, part->n_numbers + most))
        return rs_err_nomem(err, "document frequencies");
    for (int k = 0; k < c->n_orders || k == 0; k++) {
        size_t id = t->n;
        number_order(c, part, item, k);
        for (; id < t->n; id++) {
            const rs_gram_key key = t->keys[id];
            /* all words are in the index, by their numbers */
            const size_t at =
                k ? rs_lang_gram_index_get(&c->set->needed, key) : (size_t)(key.front >> 32) - 1;
            part->marks[id] = at != RS_NPOS;
            if (at != RS_NPOS) part->numbers[part->n_numbers++] = (uint32_t)at;
        }
    }
    return RSIFT_OK;
}

/* Finds the n-grams of a part's images that are needed. */
static rsift_status find_part(void *ctx, void *of, rsift_error *err)
{
    const cider *c = ctx;
    rs_caption_part *part = of;
    part->n_numbers = 0;
    for (size_t i = part->images.begin; i < part->images.end; i++)
        if (!c->only_df || c->only_df[i]) RS_TRY(find_item(c, part, &c->set->items[i], err));
    return RSIFT_OK;
}

/* Adds a part's n-grams to the document frequencies. */
static rsift_status sum_part(void *ctx, void *of, rsift_error *err)
{
    const cider *c = ctx;
    const rs_caption_part *part = of;
    (void)err;
    for (size_t k = 0; k < part->n_numbers; k++) c->frequencies[part->numbers[k]]++;
    return RSIFT_OK;
}

static double weight(double log_n, uint32_t df)
{
    return log_n - log(fmax(1, df));
}

/* Document frequencies, then ln(N) - ln(max(1, df)). */
static rsift_status make_weights(cider *c, rs_cider_variant variant, rsift_error *err)
{
    const size_t n = c->set->needed.n;
    c->frequencies = rs_calloc(n + 1, sizeof *c->frequencies);
    c->idf = rs_calloc(n + 1, sizeof *c->idf);
    if (!c->frequencies || !c->idf) return rs_err_nomem(err, "document frequencies");
    RS_TRY(rs_metrics_caption_parts(c->set, find_part, sum_part, c, err));
    size_t n_images = 0;
    for (size_t i = 0; i < c->set->n; i++) n_images += !c->only_df || c->only_df[i];
    double log_n = n_images ? log((double)n_images) : 0;
    if (variant == RS_CIDER_LEVIR && n_images == 1) log_n = 1; /* else every weight would be 0 */
    double weights[table_size];
    for (uint32_t df = 0; df < table_size; df++) weights[df] = weight(log_n, df);
    for (size_t g = 0; g < n; g++) {
        const uint32_t df = c->frequencies[g];
        c->idf[g] = df < table_size ? weights[df] : weight(log_n, df);
    }
    return RSIFT_OK;
}

/* ---- scores ---------------------------------------------------------------------------------- */

/* Length of a text's vector of one order. */
static double norm(const double *weights, const rs_gram_list *list, int k)
{
    double sum = 0;
    for (uint32_t g = list->first[k]; g < list->first[k + 1]; g++) {
        const double v = list->grams[g].count * weights[list->grams[g].id];
        sum += v * v;
    }
    return sqrt(sum);
}

/* Sum over the common n-grams of one order of min(v_p, v_r) * v_r. */
static double clipped_dot(const double *weights, const rs_gram_list *p, const rs_gram_list *r,
                          int k)
{
    double sum = 0;
    for (uint32_t g = r->first[k]; g < r->first[k + 1]; g++) {
        const rs_gram gram = r->grams[g];
        if (gram.id >= p->first[k + 1]) continue; /* the prediction's come first, in its order */
        const double weight = weights[gram.id];
        const double vp = p->grams[gram.id].count * weight, vr = gram.count * weight;
        sum += fmin(vp, vr) * vr;
    }
    return sum;
}

/* Weights of the image's n-grams; 0 where none is needed. Words are numbered like the set's. */
static bool find_weights(const cider *c, rs_caption_part *part)
{
    const rs_ngrams *t = &part->ngrams;
    if (!RS_VEC_RESERVE(part->values, part->cap_values, t->n + 1)) return false;
    const rs_gram_index *needed = &c->set->needed;
    for (size_t id = 0; id < t->n; id++) rs_lang_gram_index_fetch(needed, t->keys[id]);
    for (size_t id = 0; id < t->n; id++) {
        const rs_gram_key key = t->keys[id];
        const bool word = (uint32_t)key.front == 0; /* numbered like the index */
        const size_t at =
            word ? (size_t)(key.front >> 32) - 1 : rs_lang_gram_index_get(needed, key);
        part->values[id] = at == RS_NPOS ? 0 : c->idf[at];
    }
    return true;
}

/* Of two texts whose lengths differ by `delta` words. */
static double penalty_of(double delta)
{
    static const double sigma = 6;
    return exp(-(delta * delta) / (2 * sigma * sigma));
}

/* CIDEr-D of one image. */
static double score_item(const cider *c, const rs_caption_part *part, const rs_caption_item *item,
                         int n_orders)
{
    const rs_gram_list *p = &part->lists[0];
    double p_norm[RS_NGRAM_ORDERS], sums[RS_NGRAM_ORDERS] = {0};
    /* the original uses the number of bigrams as a text's length */
    const double n_p = item->prediction.n_words ? (double)item->prediction.n_words - 1 : 0;
    for (int k = 0; k < n_orders; k++) p_norm[k] = norm(part->values, p, k);
    for (uint32_t i = 0; i < item->n_references; i++) {
        const rs_gram_list *r = &part->lists[i + 1];
        const double n_words = item->references[i].n_words;
        const double delta = fabs(n_p - (n_words ? n_words - 1 : 0));
        const double penalty = delta < table_size ? c->penalties[(size_t)delta] : penalty_of(delta);
        for (int k = 0; k < n_orders; k++) {
            double value = clipped_dot(part->values, p, r, k);
            /* a product of 0 needs no norm */
            const double r_norm = value != 0 ? norm(part->values, r, k) : 0;
            if (p_norm[k] != 0 && r_norm != 0) value /= p_norm[k] * r_norm;
            sums[k] += value * penalty;
        }
    }
    /* orders that the image does not share contribute 0 */
    const double mean = (sums[0] + sums[1] + sums[2] + sums[3]) / RS_NGRAM_ORDERS;
    return mean / item->n_references * 10;
}

/* Scores the images of a part; without a common n-gram an image scores 0. */
static rsift_status score_part(void *ctx, void *of, rsift_error *err)
{
    const cider *c = ctx;
    rs_caption_part *part = of;
    for (size_t i = part->images.begin; i < part->images.end; i++) {
        const int n_orders = c->set->counts[i].n_orders;
        if ((c->only && !c->only[i]) || n_orders == 0) continue;
        RS_TRY(rs_metrics_caption_grams(part, &c->set->items[i], n_orders, err));
        if (!find_weights(c, part)) return rs_err_nomem(err, "CIDEr");
        c->scores[i] = score_item(c, part, &c->set->items[i], n_orders);
    }
    return RSIFT_OK;
}

rsift_status rs_metrics_cider(const rs_captions *set, const unsigned char *only, bool subset_idf,
                              rs_cider_variant variant, double *corpus, double *per_image,
                              rsift_error *err)
{
    /* no order above the longest shared n-gram of any image has to be searched */
    cider c = {.set = set, .only = only, .only_df = subset_idf ? only : NULL};
    for (size_t i = 0; i < set->n; i++)
        if (set->counts[i].n_orders > c.n_orders) c.n_orders = set->counts[i].n_orders;
    for (int delta = 0; delta < table_size; delta++) c.penalties[delta] = penalty_of(delta);
    c.scores = rs_calloc(set->n + 1, sizeof *c.scores);
    rsift_status st = c.scores ? make_weights(&c, variant, err) : rs_err_nomem(err, "CIDEr");
    if (st == RSIFT_OK) st = rs_metrics_caption_parts(set, score_part, NULL, &c, err);
    if (st == RSIFT_OK) st = rs_metrics_caption_mean(c.scores, set->n, only, corpus, err);
    if (st == RSIFT_OK && per_image && set->n)
        memcpy(per_image, c.scores, set->n * sizeof *c.scores);
    rs_free(c.frequencies);
    rs_free(c.idf);
    rs_free(c.scores);
    return st;
}
