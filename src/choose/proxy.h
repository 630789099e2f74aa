/* A small model of question and picture, trained on one mixture in a second or less: how well does
 * that mixture teach what the targets ask? It stands in for a large model only in the order of
 * mixtures, not in what is reached. Arrays in, accuracies out; the same bytes for the same arrays.
 *
 *   features  (1, words of the question, hashed, each 1/sqrt(n)) x (1, numbers of the picture):
 *             every word has its own linear reading of the picture
 *   model     softmax over the answers that the mixture gives
 *   training  RS_PROXY_EPOCHS passes in an order drawn by the seed; steps of 0.5 g / sqrt(sum of
 *             |g|^2 of the feature's earlier steps) (Adagrad, one sum a feature: Duchi, Hazan and
 *             Singer 2011)
 *
 * An answer that the mixture never gives cannot be given: such questions count as wrong. */
#ifndef RS_CHOOSE_PROXY_H
#define RS_CHOOSE_PROXY_H

#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    RS_PROXY_BUCKETS = 128,   /* of hashed words */
    RS_PROXY_MOST_WORDS = 24, /* of a question; more are not looked at */
    RS_PROXY_NUMBERS = 32,    /* of a picture */
    RS_PROXY_MOST_ANSWERS = 512,
    RS_PROXY_EPOCHS = 8,
};

/* A question with its answer. */
typedef struct rs_proxy_example {
    uint32_t question; /* of rs_proxy_data.words */
    uint32_t picture;
    uint32_t answer; /* below RS_PROXY_MOST_ANSWERS; UINT32_MAX = a rare one, not learned */
} rs_proxy_example;

/* Words of a question as buckets, ascending. */
typedef struct rs_proxy_question {
    uint8_t bucket[RS_PROXY_MOST_WORDS];
    uint8_t n;
} rs_proxy_question;

typedef struct rs_proxy_data {
    const rs_proxy_question *questions;
    const float *pictures; /* [n_pictures * RS_PROXY_NUMBERS] */
    const rs_proxy_example *examples;
    const rs_proxy_example *tests; /* of all targets, by target */
    const size_t *first_test;      /* [n_targets + 1] */
    size_t n_targets;
    uint64_t seed;
} rs_proxy_data;

/* Trains on the examples numbered in `train` and answers every test.
 *   accuracy  [n_targets], 0..1
 * Memory: at most 9 MB. Errors: RSIFT_E_NOMEM. */
rsift_status rs_choose_proxy(const rs_proxy_data *data, const uint32_t *train, size_t n,
                             double *accuracy, rsift_error *err);

/* Shortens descriptors of pictures: each number minus its mean, over its deviation, then the
 * RS_PROXY_NUMBERS directions of most variance (subspace iteration from a fixed start), each over
 * the fourth root of its variance.
 *   in   [n * width], finite       out   [n * RS_PROXY_NUMBERS]
 * Errors: RSIFT_E_NOMEM. */
rsift_status rs_choose_proxy_shorten(const float *in, size_t n, size_t width, float *out,
                                     rsift_error *err);

#endif
