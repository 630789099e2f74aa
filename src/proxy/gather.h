/* What small models are trained and tested on: questions, answers and pictures of the pool and of
 * the targets, as the arrays of choose/proxy.h. */
#ifndef RS_PROXY_GATHER_H
#define RS_PROXY_GATHER_H

#include "choose/design.h"
#include "choose/proxy.h"
#include "decide/asked.h"
#include "decide/sources.h"
#include "session/session.h"

/* What pictures look like, as somebody's model says. */
typedef struct rs_proxy_vectors {
    const float *at; /* [pictures->n][width], finite */
    size_t width;
    const rs_idmap *pictures; /* hash of a picture's bytes -> row */
} rs_proxy_vectors;

typedef struct rs_proxy_job {
    rs_session *session;
    const rs_recommend_job *recommend; /* budget: of the recipe, 0 = that of a mixture */
    rs_texts targets;                  /* NAME or NAME@SPLIT of indexed data; at least one */
    rs_texts sources;                  /* datasets; n 0 = all that are no targets */
    const rs_proxy_vectors *vectors;   /* NULL = pictures are read and described */
    size_t n_mixtures;
    int64_t samples; /* of each mixture; 0 = 5,000, at most a quarter of what there is */
} rs_proxy_job;

typedef struct rs_proxy_target {
    rs_str name; /* as typed */
    size_t n_samples, n_tests;
    size_t n_not_measured; /* answers that are boxes or sentences */
    size_t n_without_picture;
} rs_proxy_target;

typedef struct rs_proxy_gathered {
    rs_arena arena;
    rs_pool pool;
    rs_sources sources; /* supply: samples that can be trained on */
    rs_asked asked;
    rs_proxy_target *targets; /* [n_targets] */
    size_t n_targets;
    int64_t budget;  /* of each mixture */
    int64_t *counts; /* [n_mixtures * sources.n] */
    rs_design_kind *kinds;
    /* examples of the sources, each source's in the order of a draw; those of source s lie at
     * [first[s], first[s + 1]). A sample has one example for each of its first four turns */
    rs_proxy_example *examples;
    size_t *first;               /* [sources.n + 1], in `starts` */
    uint32_t *starts;            /* by sample: its first example; one more at the end */
    size_t n_pictures, n_unread; /* wanted; of them not readable, or without a vector */
    int64_t n_shared;            /* samples of the pool that are a target's, or show its picture */
    uint8_t *own;                /* [n_targets * sources.n] */
    float *pictures;             /* [n_pictures * RS_PROXY_NUMBERS] */
    rs_proxy_question *questions;
    rs_proxy_example *tests;
    size_t *first_test; /* [n_targets + 1] */
    size_t n_answers;   /* that are told apart */
} rs_proxy_gathered;

/* Call rs_proxy_gathered_fini also after a failure. Memory: 50 bytes a usable sample, 1 KB a
 * picture that a mixture needs. Errors: RSIFT_E_ARG for a target that is not indexed or of which
 * nothing can be measured, and for less than two sources. */
rsift_status rs_proxy_gather(const rs_proxy_job *job, rs_proxy_gathered *out, rsift_error *err);
void rs_proxy_gathered_fini(rs_proxy_gathered *gathered);

#endif
