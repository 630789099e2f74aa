/* Goals of examples and what was made of them, from the examples to the choice. */
#ifndef RS_DECIDE_AIM_PLAN_H
#define RS_DECIDE_AIM_PLAN_H

#include "choose/aim.h"
#include "decide/asked.h"
#include "decide/brought.h"
#include "decide/candidates.h"
#include "decide/duplicates.h"
#include "decide/tokens.h"

/* One goal: shown by examples, or told in words. */
typedef struct rs_aim_goal {
    rs_str name;      /* as typed: a dataset, a split, a file, a word */
    const char *kind; /* how it was understood: "examples", "task", "skill", "benchmark", ... */
    double share;     /* above 0 */
    /* Examples are in `store`, which may be another workspace than the pool's; NULL = words. */
    rs_store *store;
    rs_str dataset; /* in `store` */
    rs_str split;   /* as typed; len 0 = what the dataset has for evaluation, else all of it */
    bool training;  /* without a split: what is for training or development, never for evaluation */
    /* Words: questions tagged with one of these tasks and one of these skills. Examples: samples of
     * these tasks. n 0 = any. */
    rs_texts tasks, skills;
} rs_aim_goal;

/* What pictures look like, as somebody's model says (`--embeddings`). */
typedef struct rs_aim_vectors {
    const float *at; /* [n][width] */
    size_t width;
    const rs_idmap *pictures;     /* hash of a picture's bytes -> row */
    rs_duplicates_vectors counts; /* rows of the file, and those of no use */
} rs_aim_vectors;

/* What the pictures of the samples look like, where --diverse asks. */
typedef struct rs_aim_looks {
    size_t *rows;    /* [n_samples]: into `at`; SIZE_MAX = not known */
    const float *at; /* [any][width] */
    size_t width;
    float *own; /* hashes as vectors, when none were brought */
    size_t cap_own;
    int64_t n_without, n_clusters, n_exchanged;
} rs_aim_looks;

/* Numbers of pictures (image/describe.h), RS_IMAGE_DESCRIPTOR each, by the hashes of their bytes;
 * known[i] false where a picture is gone, changed or cannot be decoded. */
typedef rsift_status rs_aim_describe_fn(void *ctx, const rs_id *hashes, size_t n, float *out,
                                        bool *known, rsift_error *err);
enum { RS_AIM_AGREE_PICTURES = 100000 /* described at most: some minutes */ };

/* Answers that were held against those of like pictures (aim_agree.h). */
typedef struct rs_aim_agreement {
    int64_t n_pictures, n_unread, n_judged; /* turns */
    double sum;                             /* of the shares that answer alike */
    bool too_many;                          /* pictures: none was looked at */
} rs_aim_agreement;

typedef struct rs_aim_job {
    const rs_recommend_job *recommend; /* goals (words) are not looked at */
    const rs_aim_goal *goals;
    size_t n_goals;
    rs_aim_limit limit;            /* of the budget, where it does not count samples */
    uint32_t epochs;               /* uses of a scarce sample at most; 0 = 1 */
    bool diverse;                  /* representatives inside a cell */
    const rs_aim_vectors *vectors; /* for them; NULL = the hashes of pictures */
    rs_aim_describe_fn *describe;  /* NULL = answers are not held against like pictures */
    void *describe_ctx;
    size_t n_threads;              /* 0 = one per core */
    rs_cancel *cancel;             /* may be NULL */
    const rs_brought_job *signals; /* of its file of signals; NULL = none */
    rs_str choices_name;           /* of the file of choices, as the recipe will name it */
    double general;                /* share of the budget for data that is not aimed; 0 = none */
    rs_str general_of;             /* from this dataset; len 0 = from all alike */
    int64_t n_pictures; /* no picture gives more than one in so many samples, while others serve */
    rs_buf *model;      /* NULL, or where the numbers for the page's sliders go (aim_model.h) */
} rs_aim_job;

/* What a goal of words finds among the usable samples, before the budget is shared. */
typedef struct rs_aim_found {
    int64_t samples, pictures;
} rs_aim_found;

/* A turn of the pool that belongs to a part by its tag. */
typedef struct rs_aim_tagged {
    uint32_t turn, part;
} rs_aim_tagged;

typedef struct rs_aim_plan {
    const rs_aim_job *job;
    const rs_aim_goal *goals; /* the job's, or every task that is there */
    size_t n_goals;
    rs_aim_found *found; /* [n_goals] */
    rs_arena arena;
    rs_pool pool;   /* candidates: which datasets may be chosen, and their quality */
    rs_asked asked; /* the pool's samples first, then the goals' */
    size_t n_pool, n_pool_turns, n_pool_datasets;
    uint32_t *same_as;        /* [n_pool_datasets]: a dataset that it repeats, or itself */
    int64_t n_not_hashed;     /* pictures of the pool whose re-encoded copies are not known */
    rs_aim_example *examples; /* goals of examples first: n_shown of them */
    size_t n_examples, n_shown, cap_examples;
    size_t *first_example, *end_example; /* [n_goals] */
    double shares[RS_AIM_MAX_PARTS * 2];
    uint32_t goal_of[RS_AIM_MAX_PARTS * 2]; /* by part; parts of one goal lie side by side */
    uint64_t part_key[RS_AIM_MAX_PARTS * 2];
    uint32_t n_parts;
    rs_aim_tagged *tagged; /* in the order of goals */
    size_t n_tagged, cap_tagged;
    size_t *given_first; /* rs_aim_given of `tagged` */
    uint32_t *given_at;
    rs_aim_sample *samples; /* those that may be chosen, in the order of their ids */
    rs_id *ids;
    size_t n_samples;
    rs_aim_input in;     /* what was chosen by: borrows from the fields above */
    rs_brought *brought; /* NULL = no signals */
    size_t n_gated;      /* samples that a gate of theirs left out */
    rs_aim_looks looks;
    rs_aim_agreement agreement;
    rs_aim_result result;
    int64_t limit_used;     /* tokens or pictures of the choice, where the budget counts them */
    int64_t picture_tokens; /* of those tokens */
} rs_aim_plan;

#endif
