/* How far an answer is confirmed by what pictures of a like look are answered: of the K nearest
 * pictures that are asked the same question, the share whose answer is the same. An answer that few
 * of them give is more often wrong, or of a rare look. Arrays in, shares out.
 *
 * Source: nearest neighbours as in Wilson's edited rule (1972); the same idea as confident learning
 * (Northcutt, Jiang, Chuang 2021), with neighbours in place of a model's predictions.
 *
 * Pictures whose descriptors are near enough count once, the nearest of them, and not for one
 * another: they may be copies that nobody recognised, which must not confirm each other.
 * Each picture counts once for a question, its sample of the smallest key. Of more than
 * RS_AGREE_COMPARED pictures that many are compared with, drawn by a hash of the keys. */
#ifndef RS_CHOOSE_AGREE_H
#define RS_CHOOSE_AGREE_H

#include "base/err.h"
#include "run/cancel.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    RS_AGREE_NEAREST = 10,
    RS_AGREE_LEAST = 50, /* pictures of a question; of fewer nothing is told */
    RS_AGREE_COMPARED = 4096,
    RS_AGREE_NO_DESCRIPTOR = UINT32_MAX
};

/* A question about a picture, with its answer. */
typedef struct rs_agree_ask {
    uint32_t question, answer;
    uint32_t picture;    /* copies of a picture share it */
    uint32_t descriptor; /* row of rs_agree_input.descriptors, or RS_AGREE_NO_DESCRIPTOR */
    uint64_t key;        /* a hash of the sample: order must not matter */
} rs_agree_ask;

typedef struct rs_agree_input {
    const rs_agree_ask *asks;
    size_t n;
    const float *descriptors; /* [any][width], finite; near is Euclidean */
    size_t width;
    float same;        /* descriptors no farther apart than this count once */
    size_t n_threads;  /* 0 = one per core */
    rs_cancel *cancel; /* may be NULL */
} rs_agree_input;

/* Divides each of the width numbers by its deviation over the rows that are known[n]; a constant
 * becomes 0. */
void rs_agree_scale(float *descriptors, const bool *known, size_t n, size_t width);

/* share[n], 0..1; NaN where it cannot be told: no descriptor, a question of fewer than
 * RS_AGREE_LEAST pictures, one that all answer alike, or fewer than RS_AGREE_NEAREST others of
 * another descriptor. Does not depend on threads or on the order of the asks.
 * Errors: RSIFT_E_NOMEM, RSIFT_E_CANCELLED. */
rsift_status rs_choose_agree(const rs_agree_input *in, float *share, rsift_error *err);

#endif
