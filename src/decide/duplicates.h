/* What repeats in the pool: samples and pictures. */
#ifndef RS_DECIDE_DUPLICATES_H
#define RS_DECIDE_DUPLICATES_H

#include "base/buf.h"
#include "catalog/catalog.h"
#include "store/store.h"

/* What came of vectors that somebody brought (src/overlap/embedding.h): rows of the file, and those
 * of them that are used; of an id that is not known or fits several pictures; of another length
 * than the first; with NaN, infinity, or zeros alone; of a picture that had one before. */
typedef struct rs_duplicates_vectors {
    int64_t rows, used, unknown, wrong_length, not_finite, repeated, pairs;
    double cosine;
} rs_duplicates_vectors;

typedef struct rs_duplicates_job {
    rs_store *store; /* RS_STORE_DECIDE */
    const rs_catalog *catalog;
    rs_texts datasets; /* n 0 = all */
    bool near;         /* also near-duplicates, by the pairs of picture_pair */
    rs_texts keep;     /* decide/keep.h */
    double score;      /* as in rs_near_choice */
    int radius;        /* bits within which perceptual hashes were compared; for the answer */
    const rs_duplicates_vectors *vectors; /* whose pairs count as well; NULL = none were given */
} rs_duplicates_job;

/* Stores overlaps of kind 'duplicate' (survivor first), and with near 'near-duplicate' (pictures
 * by their content hash, the one that stays first) 'near-duplicate-sample' and
 * 'near-duplicate-text' (decide/text_repeats.h). Appends the JSON
 * answer (docs/cli.md, rsift.duplicates/1). *n_found: repeated samples, and pictures. Errors:
 * RSIFT_E_ARG for a dataset that is not indexed, and for an unknown criterion of keep. */
rsift_status rs_decide_duplicates(const rs_duplicates_job *job, rs_buf *json, int64_t *n_found,
                                  rsift_error *err);

#endif
