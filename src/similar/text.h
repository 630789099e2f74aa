/* Texts that say the same: the normal form with its exact key, and MinHash signatures with
 * locality-sensitive banding. Arrays in, pairs out.
 *
 * Normal form: compatibility decomposition and case folding (utf8proc), runs of letters, marks and
 * digits as words with one blank between them, everything else out; each Han or kana character is a
 * word of its own. Signature: the set of the normal form's pieces of 5 characters (blanks at both
 * ends included), hashed once into 128 bins ("one permutation hashing", Li, Owen, Zhang 2012);
 * empty bins are filled from filled ones in rounds ("fast densification", Mai et al. 2019),
 * which keeps the share of equal values an unbiased estimate of the Jaccard similarity. Words would
 * make sets of ten elements out of captions, and one edited word would halve their similarity. */
#ifndef RS_SIMILAR_TEXT_H
#define RS_SIMILAR_TEXT_H

#include "base/arena.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/str.h"

enum { RS_MINHASH_N = 128 };

/* The normal form, in the arena; "" when the text has no letter and no digit. ptr NULL = out of
 * memory. Bytes that are no UTF-8 part words. */
rs_str rs_text_normal(rs_arena *arena, rs_str text);
/* XXH3-128 of the normal form. No memory of its own. */
rs_id rs_text_key(rs_str text);

typedef struct rs_minhash {
    uint32_t value[RS_MINHASH_N];
} rs_minhash;

/* Signature of the text; one whose normal form is empty has all bits set. A normal form of fewer
 * than 5 characters is one piece. No memory of its own. */
void rs_minhash_of(rs_str text, rs_minhash *out);
/* Has the text that made it neither letter nor digit? */
bool rs_minhash_is_empty(const rs_minhash *signature);
/* Estimated Jaccard similarity: share of equal values. */
double rs_minhash_similarity(const rs_minhash *a, const rs_minhash *b);

typedef struct rs_text_pair {
    uint32_t a, b; /* a < b */
    float similarity;
} rs_text_pair;
typedef rsift_status rs_text_fn(void *ctx, const rs_text_pair *pair, rsift_error *err);
/* Pairs of signatures that share a band (21 of 6 values: 99.8 % of pairs at similarity 0.8, 90 % at
 * 0.7) and whose estimated similarity is >= threshold; ordered by (b, a). Equal signatures are a
 * star around their first; of the different ones in a band, each is compared with the 64 before it,
 * so that a template of a million spellings costs a million times 64 and not its square. Empty ones
 * pair with none. Needs about 260 bytes per signature. RSIFT_E_NOMEM, RSIFT_E_LIMIT (2^31), or what
 * fn returns. */
rsift_status rs_minhash_pairs(const rs_minhash *signatures, size_t n, double threshold,
                              rs_text_fn *fn, void *ctx, rsift_error *err);

#endif
