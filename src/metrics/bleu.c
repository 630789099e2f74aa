/* BLEU-1..4 of pycocoevalcap: no smoothing but the two tiny constants of its scorer. */
#include "metrics/caption.h"

#include <math.h>

typedef struct counts {
    double correct[4], guess[4];
    double test_len, reference_len;
} counts;

/* Clipped matches of one order: min(count, largest count in any one reference). */
static double clipped(const rs_caption_item *item, int order)
{
    const rs_sentence *p = &item->prediction;
    double correct = 0;
    for (uint32_t g = p->first[order]; g < p->first[order + 1]; g++) {
        uint32_t most = 0;
        for (uint32_t r = 0; r < item->n_references; r++) {
            const rs_sentence *ref = &item->references[r];
            uint32_t lo = ref->first[order], hi = ref->first[order + 1];
            while (lo < hi) {
                uint32_t mid = lo + (hi - lo) / 2;
                if (ref->grams[mid].id < p->grams[g].id)
                    lo = mid + 1;
                else
                    hi = mid;
            }
            if (lo < ref->first[order + 1] && ref->grams[lo].id == p->grams[g].id &&
                ref->grams[lo].count > most)
                most = ref->grams[lo].count;
        }
        correct += p->grams[g].count < most ? p->grams[g].count : most;
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
        if (distance(len, n) < distance(best, n) || (distance(len, n) == distance(best, n) && len < best))
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
    if (n_chosen)
        score(&total, corpus);
    else
        memset(corpus, 0, 4 * sizeof *corpus);
}
