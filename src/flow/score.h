/* Inside of scoring: the samples of one job and what one prediction file comes to. */
#ifndef RS_FLOW_SCORE_H
#define RS_FLOW_SCORE_H

#include "base/map.h"
#include "flow/context.h"
#include "flow/score_read.h"
#include "metrics/profile.h"
#include "metrics/stats.h"
#include "rsift/score.h"

enum { RS_SCORE_MEASURES = 40 };

typedef struct rs_score_item {
    const rs_score_record *truth, *said; /* said NULL = missing */
    bool left_out;                       /* its type does not count in this profile */
} rs_score_item;

typedef enum rs_score_state {
    RS_SCORE_OK,
    RS_SCORE_MISSING,
    RS_SCORE_UNPARSED,
    RS_SCORE_UNDECIDED,
} rs_score_state;

/* One prediction file against the truth. Arrays in the job's arena, [n] each. */
typedef struct rs_score_run {
    const char *path;
    rs_score_file file;
    rs_score_item *items;
    size_t n_missing, n_repeated, n_extra, n_unparsed, n_undecided;
    bool by_position;
    double *score; /* each sample's share of the headline, 0..1 (IoU hit, correctness, CIDEr) */
    unsigned char *state;
    rs_str *read;
    rs_measure measures[RS_SCORE_MEASURES];
    size_t n_measures;
} rs_score_run;

typedef struct rs_score_class {
    rs_str name;
    size_t n;
    double value; /* NaN = undefined */
} rs_score_class;

typedef struct rs_score_job {
    rs_arena arena;
    const rsift_limits *limits;
    size_t n_threads;  /* of captions; 0 = one a core */
    rs_cancel *cancel; /* may be NULL */
    const rsift_score_options *options;
    const rs_profile *profile;
    rs_score_file truth;
    rs_id truth_hash;
    size_t n; /* samples that count */
    rs_strmap types, images, verdict_ids;
    double *verdicts;
    size_t cap_verdicts;
    uint32_t *type, *cluster; /* [n] */
    unsigned char *only;      /* NULL = no --only */
    size_t n_only, n_only_unknown, n_left_out;
    rs_str *classes; /* distinct golds, for rules that want them */
    size_t n_classes;
    const rs_score_class *class_table; /* detection */
    size_t n_class_table;
    const char *class_measure;
    const char *detail; /* something to be said with the numbers, or NULL */
} rs_score_job;

/* Fills score, state, read and the measures' columns. only: captions are scored on that subset.
 * Errors: RSIFT_E_FORMAT or RSIFT_E_ARG with the place in the truth file, RSIFT_E_NOMEM. */
rsift_status rs_score_evaluate(rs_score_job *job, rs_score_run *run, const unsigned char *only,
                               rsift_error *err);
rsift_status rs_score_captions(rs_score_job *job, rs_score_run *run, const unsigned char *only,
                               rsift_error *err);
/* COCO and DOTA: read their own files, fill FIXED measures and the class table. */
rsift_status rs_score_detection(rs_score_job *job, rs_score_run *run, rsift_error *err);

/* A new measure; columns may be NULL until set. NULL = table full (our bug). */
rs_measure *rs_score_measure(rs_score_run *run, const char *name, double scale, const double *num,
                             const double *den);
rs_measure *rs_score_fixed(rs_score_run *run, const char *name, double scale, double value);
double *rs_score_column(rs_score_job *job); /* [n] zeros in the arena; NULL = out of memory */

/* Answers of guessers that see only the question: the commonest answer and naive Bayes over words
 * and pairs of words. Trained on `train`, or on the other four of five image-disjoint folds.
 * Values are the headline of the same rule. Errors: RSIFT_E_NOMEM. */
typedef struct rs_score_blind {
    bool known;
    double majority, majority_type, words;
    size_t n_train; /* 0 = folds */
} rs_score_blind;
rsift_status rs_score_guess(rs_score_job *job, const rs_score_file *train, rs_score_blind *out,
                            rsift_error *err);

#endif
