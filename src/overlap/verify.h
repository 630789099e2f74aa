/* Candidates of a search, collected and proved on their thumbnails in few passes over the table of
 * hashes; what is proved becomes a row of picture_pair. Private to this room. */
#ifndef RS_OVERLAP_VERIFY_H
#define RS_OVERLAP_VERIFY_H

#include "base/hash.h"
#include "image/hash.h"
#include "overlap/job.h"

/* How a candidate was found, hence what proves it. */
typedef enum rs_candidate_kind {
    RS_CANDIDATE_PIXELS,     /* equal block_hash: the orientation is to be found */
    RS_CANDIDATE_PERCEPTUAL, /* near phash */
    RS_CANDIDATE_FLAT        /* flat pictures of about one brightness */
} rs_candidate_kind;

typedef struct rs_candidate {
    rs_id a, b;
    uint16_t distance; /* bits */
    uint8_t orientation, kind;
} rs_candidate;

/* Called for every candidate that its thumbnails do not prove. */
typedef rsift_status rs_refuted_fn(void *ctx, const rs_candidate *candidate, rsift_error *err);

typedef struct rs_verify {
    const rs_overlap_job *job;
    rs_candidate *items; /* heap */
    size_t n, cap;
    rs_refuted_fn *refuted; /* may be NULL */
    void *ctx;
} rs_verify;

void rs_verify_fini(rs_verify *verify);
/* Adds a candidate; those that wait are proved when they are many. */
rsift_status rs_verify_add(rs_verify *verify, const rs_candidate *candidate, rsift_error *err);
/* Proves all that wait. */
rsift_status rs_verify_flush(rs_verify *verify, rsift_error *err);

/* Mean difference of two flat pictures' thumbnails that still are one picture, in grey levels: at
 * most this, and at most a quarter of the contrast of either (similar/thumb.h), so that one calm
 * sea is not another, whatever is written on both. */
#define RS_OVERLAP_FLAT_DIFFERENCE 1.0
/* Below this contrast equal thumbnails are no proof either: all waters of one grey have them. */
#define RS_OVERLAP_FLAT_CONTRAST 0.25

#endif
