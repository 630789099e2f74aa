/* BLEU-1..4 of pycocoevalcap: no smoothing but the two tiny constants of its scorer. */
#include "metrics/caption.h"

#include <float.h>
#include <math.h>

typedef struct counts {
    double correct[4], guess[4];
    double test_len, reference_len;
} counts;

/* Raises most[] of the prediction's grams to their counts in one reference; both ascend by id. */
static void raise_to(const rs_sentence *p, const rs_sentence *r, int order, uint32_t *most)
{
    const rs_gram *a = p->grams + p->first[order], *b = r->grams + r->first[order];
    uint32_t n_a = p->first[order + 1] - p->first[order],
             n_b = r->first[order + 1] - r->first[order];
    for (uint32_t i = 0, j = 0; i < n_a && j < n_b;) {
        if (a[i].id == b[j].id && b[j].count > most[i]) most[i] = b[j].count;
        uint32_t x = a[i].id, y = b[j].id;
        i += x <= y;
        j += y <= x;
    }
}

/* Clipped matches of one order: min(count, largest count in any one reference). */
static double clipped(const rs_caption_item *item, int order)
{
    enum { at_once = 256 };
    const rs_sentence *p = &item->prediction;
    double correct = 0;
    rs_sentence part = *p; /* a long prediction is taken in pieces, so that `most` stays small */
    for (uint32_t begin = p->first[order]; begin < p->first[order + 1]; begin += at_once) {
        uint32_t most[at_once] = {0};
        uint32_t left = p->first[order + 1] - begin;
        part.first[order] = begin;
        part.first[order + 1] = begin + (left < at_once ? left : at_once);
        for (uint32_t r = 0; r < item->n_references; r++)
            raise_to(&part, &item->references[r], order, most);
        for (uint32_t g = begin; g < part.first[order + 1]; g++)
            correct += p->grams[g].count < most[g - begin] ? p->grams[g].count : most[g - begin];
    }
    return correct;
}

static uint32_t distance(uint32_t a, uint32_t b)
{
    return a > b ? a - b : b - a;
}

static uint32_t closest_length(const rs_caption_item *item)
{
    uint32_t n = item->prediction.n_words, best = item->references[0].n_words;
    for (uint32_t r = 1; r < item->n_references; r++) {
        uint32_t len = item->references[r].n_words;
        if (distance(len, n) < distance(best, n) ||
            (distance(len, n) == distance(best, n) && len < best))
            best = len;
    }
    return best;
}

static counts count(const rs_caption_item *item)
{
    counts c = {.test_len = item->prediction.n_words, .reference_len = closest_length(item)};
    for (int k = 0; k < 4; k++) {
        c.guess[k] = c.test_len > k ? c.test_len - k : 0;
        c.correct[k] = clipped(item, k);
    }
    return c;
}

static void score(const counts *c, double out[4])
{
    static const double small = 1e-9, tiny = 1e-15;
    double bleu = 1;
    for (int k = 0; k < 4; k++) {
        bleu *= (c->correct[k] + tiny) / (c->guess[k] + small);
        out[k] = pow(bleu, 1.0 / (k + 1));
    }
    double ratio = (c->test_len + tiny) / (c->reference_len + small);
    if (ratio < 1)
        for (int k = 0; k < 4; k++) out[k] *= exp(1 - 1 / ratio);
}

/* NLTK's corpus_bleu for one sentence: fractions over max(1, n-grams), a zero order counts as the
 * smallest normal double (method0), fsum of the weighted logarithms. */
static double sentence_score(const counts *c)
{
    if (c->correct[0] == 0) return 0; /* an empty prediction too */
    long double sum = 0;
    for (int k = 0; k < 4; k++) {
        const double precision = c->correct[k] > 0 ? c->correct[k] / fmax(1, c->guess[k]) : DBL_MIN;
        sum += 0.25 * log(precision);
    }
    const double penalty = c->test_len > c->reference_len ? 1 : exp(1 - c->reference_len / c->test_len);
    return penalty * exp((double)sum);
}

void rs_metrics_bleu_nltk(const rs_captions *set, double *per_image)
{
    for (size_t i = 0; i < set->n; i++) {
        const counts c = count(&set->items[i]);
        per_image[i] = sentence_score(&c);
    }
}

void rs_metrics_bleu(const rs_captions *set, const unsigned char *only, double corpus[4],
                     double (*per_image)[4])
{
    counts total = {0};
    size_t n_chosen = 0;
    for (size_t i = 0; i < set->n; i++) {
        if (only && !only[i]) {
            if (per_image) memset(per_image[i], 0, sizeof per_image[i]);
            continue;
        }
        counts c = count(&set->items[i]);
        if (per_image) score(&c, per_image[i]);
        for (int k = 0; k < 4; k++) {
            total.correct[k] += c.correct[k];
            total.guess[k] += c.guess[k];
        }
        total.test_len += c.test_len;
        total.reference_len += c.reference_len;
        n_chosen++;
    }
    if (n_chosen) score(&total, corpus);
    else memset(corpus, 0, 4 * sizeof *corpus);
}
