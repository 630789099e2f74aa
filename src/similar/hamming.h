/* All pairs of 256-bit hashes within a Hamming radius, none missed: multi-index hashing over 16
 * slots of 16 bits. Two hashes within radius r agree in some slot within floor(r / 16) bits, so
 * each slot is looked up in sorted order with all neighbours of that radius (1 at r <= 15, 17 at
 * r <= 31).
 * Arrays in, pairs out: knows nothing of pictures or workspaces. */
#ifndef RS_SIMILAR_HAMMING_H
#define RS_SIMILAR_HAMMING_H

#include "base/err.h"
#include "image/hash.h"

enum { RS_HAMMING_MAX_RADIUS = 47 };

/* One pair: a of the index, b of the queries; b laid in `orientation` lies `distance` bits from a.
 * A status other than RSIFT_OK ends the search and is returned. */
typedef struct rs_hamming_pair {
    uint32_t a, b;
    uint16_t distance;
    uint8_t orientation;
} rs_hamming_pair;
typedef rsift_status rs_hamming_fn(void *ctx, const rs_hamming_pair *pair, rsift_error *err);

typedef struct rs_hamming_options {
    unsigned radius;              /* bits, at most RS_HAMMING_MAX_RADIUS */
    bool orientations;            /* all 8 of b, or only as it is */
    int n_threads;                /* pairs come in the same order whatever it is; 0 = 1 */
    bool (*cancelled)(void *ctx); /* asked now and then; NULL = never */
    void *cancel_ctx;
} rs_hamming_options;

/* An index over n hashes, which must stay alive and unchanged. Equal hashes are one entry; pairs
 * name the first of them (rs_hamming_first tells which). RSIFT_E_NOMEM, RSIFT_E_LIMIT (2^31). */
typedef struct rs_hamming rs_hamming;
rsift_status rs_hamming_new(const rs_image_phash *hashes, size_t n, rs_hamming **out,
                            rsift_error *err);
void rs_hamming_free(rs_hamming *index);
/* The first entry whose hash equals that of entry i. */
uint32_t rs_hamming_first(const rs_hamming *index, uint32_t i);
/* Bytes held besides the hashes. */
size_t rs_hamming_bytes(const rs_hamming *index);

/* Every pair (a, b) of the index and a batch of queries in the radius, once: the least distance,
 * then the least orientation. Ordered by (b, a). Call it batch by batch: memory is flat in their
 * number. */
rsift_status rs_hamming_join(const rs_hamming *index, const rs_image_phash *queries, size_t n,
                             const rs_hamming_options *options, rs_hamming_fn *fn, void *ctx,
                             rsift_error *err);
/* Every pair a < b inside the index, collapsed equals apart, ordered by (b, a). */
rsift_status rs_hamming_self(const rs_hamming *index, const rs_hamming_options *options,
                             rs_hamming_fn *fn, void *ctx, rsift_error *err);

static inline unsigned rs_hamming_distance(const rs_image_phash *a, const rs_image_phash *b)
{
    unsigned n = 0;
    for (size_t i = 0; i < 4; i++) n += (unsigned)__builtin_popcountll(a->word[i] ^ b->word[i]);
    return n;
}

#endif
