/* Texts that say the same: the normalised exact key, and MinHash signatures of word or character
 * n-grams with locality-sensitive banding. Arrays in, pairs out. */
#ifndef RS_SIMILAR_TEXT_H
#define RS_SIMILAR_TEXT_H

#include "base/err.h"
#include "base/hash.h"
#include "base/str.h"

enum { RS_MINHASH_N = 128 };

typedef struct rs_minhash {
    uint32_t value[RS_MINHASH_N];
} rs_minhash;

/* Signature of the text's shingles (sets of 3 words; of 5 characters where the text has fewer than
 * 5 words or no spaces), after lower case and without punctuation. No memory of its own. */
void rs_minhash_of(rs_str text, rs_minhash *out);
/* Estimated Jaccard similarity: share of equal values. */
double rs_minhash_similarity(const rs_minhash *a, const rs_minhash *b);

typedef struct rs_text_pair {
    uint32_t a, b; /* a < b */
    float similarity;
} rs_text_pair;
typedef rsift_status rs_text_fn(void *ctx, const rs_text_pair *pair, rsift_error *err);
/* Pairs of signatures that share a band and whose estimated similarity is >= threshold; ordered by
 * (b, a); equal signatures are a star around their first. */
rsift_status rs_minhash_pairs(const rs_minhash *signatures, size_t n, double threshold,
                              rs_text_fn *fn, void *ctx, rsift_error *err);

#endif
