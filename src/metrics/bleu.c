/* BLEU-1..4 of pycocoevalcap, without smoothing but for the two tiny constants of its scorer, and
 * NLTK's sentence_bleu. With c the prediction's length and r that of the closest reference:
 *     p_k    = clipped matches of order k / n-grams of order k in the prediction
 *     BLEU-n = min(1, exp(1 - r / c)) * (p_1 * ... * p_n) ^ (1 / n) */
#include "metrics/caption.h"

#include <float.h>
#include <math.h>

typedef struct counts {
    double correct[4], guess[4];
    double test_len, reference_len;
} counts;

/* One image's counts; a text of c words has c - k n-grams of order k + 1. */
static counts of_image(const rs_caption_counts *image)
{
    counts c = {.test_len = image->length, .reference_len = image->reference_length};
    for (int k = 0; k < 4; k++) {
        c.guess[k] = c.test_len > k ? c.test_len - k : 0;
        c.correct[k] = image->correct[k];
    }
    return c;
}

/* BLEU-1..4 of counts, of one image or summed over a corpus. */
static void score(const counts *c, double out[4])
{
    static const double small = 1e-9, tiny = 1e-15;
    double bleu = 1; /* product of the precisions so far */
    for (int k = 0; k < 4; k++) {
        bleu *= (c->correct[k] + tiny) / (c->guess[k] + small);
        out[k] = pow(bleu, 1.0 / (k + 1));
    }
    /* brevity penalty, for predictions shorter than the reference */
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
    const double penalty =
        c->test_len > c->reference_len ? 1 : exp(1 - c->reference_len / c->test_len);
    return penalty * exp((double)sum);
}

void rs_metrics_bleu_nltk(const rs_captions *set, double *per_image)
{
    for (size_t i = 0; i < set->n; i++) {
        const counts c = of_image(&set->counts[i]);
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
            /* images left out have zeros */
            if (per_image) memset(per_image[i], 0, sizeof per_image[i]);
            continue;
        }
        counts c = of_image(&set->counts[i]);
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
