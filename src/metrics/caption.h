/* Caption metrics: BLEU, ROUGE-L and CIDEr(-D) as pycocoevalcap computes them, and the other
 * definitions that are published under the same names. All work on strings of blank-separated
 * tokens (lang/ptb.h makes them from captions); nothing here reads files or JSON.
 * Sources: salaniz/pycocoevalcap bleu/, rouge/ and cider/; others stand with their function. */
#ifndef RS_METRICS_CAPTION_H
#define RS_METRICS_CAPTION_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/map.h"
#include "lang/ngram.h"
#include "metrics/lcs.h"
#include "run/pipeline.h"

/* One prediction and its references per image, in input order. */
typedef struct rs_caption_item {
    rs_sentence prediction;
    const rs_sentence *references;
    uint32_t n_references;
    bool odd_blanks; /* ROUGE-L splits at single blanks: empty tokens count there */
    rs_str text;     /* prediction and references as given, kept only when odd_blanks */
    const rs_str *reference_texts;
} rs_caption_item;

/* What of an image depends on no other image. */
typedef struct rs_caption_counts {
    uint32_t correct[RS_NGRAM_ORDERS]; /* clipped common n-grams */
    uint32_t length, reference_length; /* words; of the closest reference */
    int n_orders; /* orders in which any reference has an n-gram of the prediction */
    double rouge_l;
} rs_caption_counts;

typedef struct rs_captions {
    rs_arena arena;
    rs_strmap words;
    rs_caption_item *items;
    size_t n, cap;
    size_t n_threads; /* 0 = one a core */
    rs_cancel *cancel;
    rs_caption_counts *counts; /* [n] once counted */
    /* The n-grams whose document frequency CIDEr will ask for: all words, by their numbers, then
     * n-grams of predictions and references that share one of that order. */
    rs_gram_index needed;
} rs_captions; /* {0} is valid; one per thread while adding, shared and immutable once counted */

void rs_metrics_captions_fini(rs_captions *set);

/* Some images' texts with their words numbered among themselves, so that many threads can read
 * captions and one can put them together. {0} is valid; one per thread. */
typedef struct rs_caption_batch {
    rs_strmap words;
    uint32_t *numbers; /* of all sentences, one behind the other */
    uint32_t *lengths; /* of each sentence: a prediction, its references, the next prediction ... */
    uint32_t *images;  /* references of each image; the highest bit: odd blanks */
    rs_str *texts;     /* of the images with odd blanks, in the arena */
    size_t n_numbers, n_lengths, n_images, n_texts, cap_numbers, cap_lengths, cap_images, cap_texts;
    rs_arena arena;
} rs_caption_batch;

/* Adds one image. Texts are tokenised already; what is needed is copied.
 * Errors: RSIFT_E_ARG without references, RSIFT_E_NOMEM, RSIFT_E_LIMIT above 2^24 words a text
 * or 2^36 pairs of a prediction's and its references' words. */
rsift_status rs_metrics_caption_batch_add(rs_caption_batch *batch, rs_str prediction,
                                          const rs_str *references, size_t n_references,
                                          rsift_error *err);
void rs_metrics_caption_batch_fini(rs_caption_batch *batch);

/* Appends a batch's images to the set and empties the batch. Errors: RSIFT_E_NOMEM. */
rsift_status rs_metrics_captions_take(rs_captions *set, rs_caption_batch *batch, rsift_error *err);

/* One image straight into the set. Errors: as of the batch. */
rsift_status rs_metrics_captions_add(rs_captions *set, rs_str prediction, const rs_str *references,
                                     size_t n_references, rsift_error *err);

/* Counts common n-grams and subsequences, image by image, with set->n_threads threads; to be called
 * after the last image and before any score below.
 * Errors: RSIFT_E_NOMEM, RSIFT_E_LIMIT, RSIFT_E_CANCELLED. */
rsift_status rs_metrics_captions_count(rs_captions *set, rsift_error *err);

/* Scores of a counted set. Which images count: only == NULL is all, else those with only[i] != 0.
 * Corpus values of an empty choice are 0. Per-image arrays have one value per image of the set and
 * may be NULL; values of images left out are 0. */

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
 *                own) instead of from all images of the set; the two differ, name which was used
 * Errors: RSIFT_E_NOMEM, RSIFT_E_CANCELLED. Source: pycocoevalcap cider/cider_scorer.py */
rsift_status rs_metrics_cider(const rs_captions *set, const unsigned char *only, bool subset_idf,
                              rs_cider_variant variant, double *corpus, double *per_image,
                              rsift_error *err);

/* Work on some images in parallel, results in order: for the scorers of this room. */
typedef struct rs_caption_part {
    rs_range images;
    rs_ngrams ngrams;
    rs_gram_list *lists; /* of one image: the prediction, then the references */
    rs_gram_key *keys;
    uint32_t *numbers, *marks;
    double *values;
    rs_lcs lcs;
    size_t n_keys, n_numbers, cap_lists, cap_keys, cap_numbers, cap_marks, cap_values;
} rs_caption_part;
/* `work` and `consume` (may be NULL) get the part with n_keys and n_numbers as they left
 * them. */
typedef rsift_status rs_caption_part_fn(void *ctx, void *part, rsift_error *err);
rsift_status rs_metrics_caption_parts(const rs_captions *set, rs_caption_part_fn *work,
                                      rs_caption_part_fn *consume, void *ctx, rsift_error *err);

/* Numbers the n-grams of one image up to an order: part->lists[0] is the prediction's, the others
 * have those of orders that can be shared with it.
 * Errors: RSIFT_E_NOMEM, RSIFT_E_LIMIT. */
rsift_status rs_metrics_caption_grams(rs_caption_part *part, const rs_caption_item *item,
                                      int n_orders, rsift_error *err);

/* ROUGE-L of one image whose words are numbered; `cancel` may be NULL.
 * Errors: RSIFT_E_NOMEM, RSIFT_E_CANCELLED. */
rsift_status rs_metrics_rouge_l_one(rs_caption_part *part, const rs_caption_item *item,
                                    const rs_cancel *cancel, double *out, rsift_error *err);

/* numpy's pairwise mean over the chosen values; 0 when there is none. Errors: RSIFT_E_NOMEM. */
rsift_status rs_metrics_caption_mean(const double *values, size_t n, const unsigned char *only,
                                     double *out, rsift_error *err);

#endif
