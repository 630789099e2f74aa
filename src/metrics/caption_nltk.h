/* The metrics that EarthDial prints under the names ROUGE and METEOR: Google's rouge_score
 * (stemmed, F averaged over references) and NLTK's METEOR (greedy stages, best reference). Neither
 * compares with the COCO numbers. Texts are captions as written. Source: hiyamdebary/EarthDial
 * rs_image_caption/eval.py; rouge_score 0.1.2; nltk 3.9 meteor_score. */
#ifndef RS_METRICS_CAPTION_NLTK_H
#define RS_METRICS_CAPTION_NLTK_H

#include "base/err.h"
#include "base/str.h"
#include "lang/synonym.h"
#include "run/cancel.h"

typedef struct rs_rouge_score {
    double rouge_1, rouge_2, rouge_l; /* F, mean over references */
} rs_rouge_score;

/* Errors: RSIFT_E_NOMEM, RSIFT_E_ARG without references, RSIFT_E_LIMIT above 2^36 pairs of words,
 * RSIFT_E_CANCELLED; `cancel` may be NULL. */
rsift_status rs_metrics_rouge_score(rs_str prediction, const rs_str *references,
                                    size_t n_references, const rs_cancel *cancel,
                                    rs_rouge_score *out, rsift_error *err);

/* alpha 0.9, beta 3, gamma 0.5. Two words are synonyms when the reference word itself is in a set
 * of the prediction's (its base forms included); with synonyms == NULL that stage is left out and
 * the caller has to name the score accordingly. WordNet is searched as NLTK does it, up to its
 * handling of word classes.
 * Errors: as above; RSIFT_E_LIMIT above 2^28 pairs with synonyms. */
rsift_status rs_metrics_meteor_nltk(const rs_synonyms *synonyms, rs_str prediction,
                                    const rs_str *references, size_t n_references, double *out,
                                    rsift_error *err);

#endif
