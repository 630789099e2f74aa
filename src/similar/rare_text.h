/* Pictures that are the same by what is written about them: of two sets of pictures (datasets, or
 * the parts of one), those that share texts which hardly any other picture of either set has. Held
 * pictures are indexed, all others are streamed past them: memory is that of the held texts. Texts
 * in, pairs out. One per thread.
 *
 * Held pictures of different sets are compared with each other as well.
 * A text is *rare* where at most 5 pictures of each of the two sets have it, *unique* where one
 * has. Its information is the sum over its different words of log2(texts / texts with the word).
 * Two pictures of two sets are a pair when
 *   - they share two rare texts, of 20 bits together; where other pictures share as many with one
 *     of them, a unique one must be among them, or nothing tells which picture it is (but for all
 *     texts of the held picture, three at least: those are copies); or
 *   - they share one unique text of 8 words and 50 bits;
 *   and no other picture of those sets shares more texts with one of them.
 * Questions with short answers prove less, since questionnaires ask alike: three of them, and a
 * fifth of what is asked of the held picture. Inside one set, where one hand describes neighbours
 * alike: three texts, and four fifths of the held picture's.
 * Measured on RSITMD against RSICD, whose file numbers keep an order that tells wrong pairs: see
 * docs/decisions.md. */
#ifndef RS_SIMILAR_RARE_TEXT_H
#define RS_SIMILAR_RARE_TEXT_H

#include "base/err.h"
#include "base/hash.h"
#include "base/str.h"

typedef struct rs_rare rs_rare;

typedef struct rs_rare_text {
    uint32_t set; /* the caller's number of the dataset */
    rs_id picture, sample;
    rs_str text;
    bool held;     /* its picture is one that pairs are wanted for */
    bool question; /* a question with a short answer */
} rs_rare_text;

/* NULL = out of memory. */
rs_rare *rs_rare_new(void);
void rs_rare_free(rs_rare *rare);
/* First every text of the held pictures; then every text, theirs among them, in any order. Texts of
 * fewer than 3 words (5 with a question; words of digits alone do not count) are passed over.
 * RSIFT_E_NOMEM, RSIFT_E_LIMIT (2^30 held texts). */
rsift_status rs_rare_hold(rs_rare *rare, const rs_rare_text *text, rsift_error *err);
/* Different texts of held pictures that are long enough. */
size_t rs_rare_n_held(const rs_rare *rare);
rsift_status rs_rare_see(rs_rare *rare, const rs_rare_text *text, rsift_error *err);

enum { RS_RARE_SHOWN = 3 };
typedef struct rs_rare_pair {
    rs_id a, b;              /* the least sample ids with a shared text; a is held */
    uint32_t a_set, b_set;   /* equal inside one set */
    uint32_t n_shared, n_of; /* texts shared, different texts of the held picture */
    size_t n_shown;          /* of the shared texts, those with most information */
    struct rs_rare_shown {
        rs_str text;         /* normal form, perhaps its beginning; valid in the call */
        uint32_t in_a, in_b; /* pictures of each set that have it */
    } shown[RS_RARE_SHOWN];
} rs_rare_pair;
typedef rsift_status rs_rare_fn(void *ctx, const rs_rare_pair *pair, rsift_error *err);
/* Every pair once, ordered by (a, b). */
rsift_status rs_rare_pairs(rs_rare *rare, rs_rare_fn *fn, void *ctx, rsift_error *err);

#endif
