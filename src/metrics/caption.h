/* Caption metrics: BLEU, ROUGE-L and CIDEr(-D) as pycocoevalcap computes them, and the other
 * definitions that papers print under the same names. All work on strings of blank-separated
 * tokens (lang/ptb.h makes them from captions); nothing here reads files or JSON.
 * Source of every rule: scoring rules, section 1. */
#ifndef RS_METRICS_CAPTION_H
#define RS_METRICS_CAPTION_H

#include "base/arena.h"
#include "base/err.h"
#include "lang/ngram.h"

/* One prediction and its references per image, in input order. */
typedef struct rs_caption_item {
    rs_sentence prediction;
    const rs_sentence *references;
    uint32_t n_references;
    bool odd_blanks; /* ROUGE-L splits at single blanks: empty tokens count there */
    rs_str text;     /* prediction and references as given, kept only when odd_blanks */
    const rs_str *reference_texts;
} rs_caption_item;

typedef struct rs_captions {
    rs_arena arena;
    rs_ngrams table;
    rs_caption_item *items;
    size_t n, cap;
} rs_captions; /* {0} is valid; one per thread while adding, shared and immutable afterwards */

void rs_metrics_captions_fini(rs_captions *set);

/* Adds one image. Texts are tokenised already; they are copied where needed.
 * Errors: RSIFT_E_ARG without references, RSIFT_E_NOMEM, RSIFT_E_LIMIT. */
rsift_status rs_metrics_captions_add(rs_captions *set, rs_str prediction, const rs_str *references,
                                     size_t n_references, rsift_error *err);

/* Which images count: only == NULL is all, else those with only[i] != 0. Corpus values of an empty
 * choice are 0. Per-image arrays have one value per image of the set and may be NULL; values of
 * images left out are 0. */

/* BLEU-1..4, closest reference length (ties go to the shorter).
 *   per_image   [n][4] or NULL
 *   source      salaniz/pycocoevalcap bleu/bleu_scorer.py, option "closest" */
void rs_metrics_bleu(const rs_captions *set, const unsigned char *only, double corpus[4],
                     double (*per_image)[4]);

/* NLTK's sentence_bleu with its default weights (0.25 each, no smoothing), by image.
 *   source      nltk 3.9 translate/bleu_score.py, as UrBench calls it */
void rs_metrics_bleu_nltk(const rs_captions *set, double *per_image);

/* ROUGE-L with beta 1.2; precision and recall are maximised over references independently.
 * Errors: RSIFT_E_NOMEM. Source: pycocoevalcap rouge/rouge.py */
rsift_status rs_metrics_rouge_l(const rs_captions *set, const unsigned char *only, double *corpus,
                                double *per_image, rsift_error *err);

typedef enum rs_cider_variant {
    RS_CIDER_COCO,  /* CIDEr-D without stemming; one image alone scores 0 */
    RS_CIDER_LEVIR, /* Chen-Yang-Liu/RSICC: ln(N) is 1 when there is one image */
} rs_cider_variant;

/* CIDEr-D, n = 4, sigma = 6, times 10.
 *   subset_idf   document frequencies and N from the chosen images only (a subset scored on its
 * own) instead of from all images of the set; the two differ, name which one was used Errors:
 * RSIFT_E_NOMEM. Source: pycocoevalcap cider/cider_scorer.py */
rsift_status rs_metrics_cider(const rs_captions *set, const unsigned char *only, bool subset_idf,
                              rs_cider_variant variant, double *corpus, double *per_image,
                              rsift_error *err);

/* numpy's pairwise mean over the chosen values; 0 when there is none. Errors: RSIFT_E_NOMEM. */
rsift_status rs_metrics_caption_mean(const double *values, size_t n, const unsigned char *only,
                                     double *out, rsift_error *err);

#endif
