/* Inside of scoring: the samples of one job and what one prediction file comes to. */
#ifndef RS_SCORE_SCORE_H
#define RS_SCORE_SCORE_H

#include "base/map.h"
#include "session/session.h"
#include "score/read.h"
#include "geom/rle.h"
#include "metrics/profile.h"
#include "metrics/stats.h"
#include "score/options.h"

enum { RS_SCORE_MEASURES = 40, RS_SCORE_CLASS_MORE = 4 };

typedef struct rs_score_item {
    const rs_score_record *truth, *said; /* said NULL = missing */
} rs_score_item;

typedef enum rs_score_state {
    RS_SCORE_OK,
    RS_SCORE_MISSING,
    RS_SCORE_UNPARSED,
    RS_SCORE_UNDECIDED,
} rs_score_state;

/* One prediction file against the truth. Arrays in the job's arena, [n] each. */
typedef struct rs_score_run {
    const char *path, *boxes; /* boxes: the convention of its boxes, if an option says it */
    rs_score_file file;
    rs_score_item *items;
    size_t n_missing, n_repeated, n_extra, n_unparsed, n_undecided;
    bool judged;       /* --judge-verdicts are of its answers */
    size_t n_verdicts; /* of them that were asked for */
    bool by_position;
    double *score; /* each sample's share of the headline, 0..1 (IoU hit, correctness, CIDEr) */
    unsigned char *state;
    rs_str *read;
    rs_measure measures[RS_SCORE_MEASURES];
    size_t n_measures;
    const char *detail; /* something to be said with this run's numbers, or NULL */
} rs_score_run;

typedef struct rs_score_class {
    rs_str name;
    size_t n;
    double value;                     /* NaN = undefined */
    double more[RS_SCORE_CLASS_MORE]; /* shown when the job names them */
} rs_score_class;

/* Categories by a field of the records, or by something computed from the gold. */
typedef struct rs_score_by {
    const char *field;        /* as shown: the first spelling */
    const char *const *names; /* spellings, NULL-terminated; NULL = computed */
    rs_strmap groups;
    uint32_t *of; /* [n] group of each sample */
} rs_score_by;

typedef struct rs_score_job {
    rs_arena arena;
    rs_session *session;
    const rsift_limits *limits;
    size_t n_threads;  /* 0 = one a core */
    rs_cancel *cancel; /* may be NULL */
    const rs_score_options *options;
    const rs_profile *profile;
    rs_score_file truth;
    rs_id truth_hash;
    size_t n; /* samples that count */
    rs_strmap types, images, verdict_ids;
    double *verdicts;
    size_t cap_verdicts;
    uint32_t *type, *cluster; /* [n] */
    uint32_t *all_types;      /* of sample i: all_types[types_at[i]] ... */
    size_t *types_at;         /* [n + 1]; NULL = every sample has one type */
    unsigned char *only;      /* NULL = no --only */
    size_t n_only, n_only_unknown;
    rs_id only_hash, verdicts_hash;
    size_t n_left_out,
        n_other_tasks;  /* truths of question types, of tasks that do not count here */
    rs_strmap left_out; /* their ids */
    rs_score_by by[RS_SCORE_BY];
    size_t n_by;
    rs_str *classes; /* distinct golds, for rules that want them */
    size_t n_classes;
    const rs_score_class *class_table; /* detection */
    size_t n_class_table;
    const char *class_measure;
    const char *const *class_more; /* [RS_SCORE_CLASS_MORE] names; NULL = the value alone */
    const int64_t
        *matrix; /* [n_class_table * (n_class_table + 1)] pixels, truth by row; NULL = none */
    const char *detail; /* something to be said with the numbers, or NULL */
} rs_score_job;

/* Fills score, state, read and the measures' columns. only: captions are scored on that subset.
 * Errors: RSIFT_E_FORMAT or RSIFT_E_ARG with the place in the truth file, RSIFT_E_NOMEM. */
rsift_status rs_score_evaluate(rs_score_job *job, rs_score_run *run, const unsigned char *only,
                               rsift_error *err);
/* One box or several an answer: GROUND and BOXES. */
rsift_status rs_score_boxes_prepare(rs_score_job *job,
                                    rsift_error *err); /* golds into the profile's frame, once */
rsift_status rs_score_boxes_say(rs_score_job *job, const rs_score_run *run,
                                rsift_error *err); /* how they were read */
rsift_status rs_score_boxes(rs_score_job *job, rs_score_run *run, rsift_error *err);
/* The options about boxes: RSIFT_E_ARG where the profile has no use for them or does not know the
 * name. */
rsift_status rs_score_boxes_check(const rs_score_options *o, const rs_profile *profile,
                                  rsift_error *err);
rsift_status rs_score_masks(rs_score_job *job, rs_score_run *run, const unsigned char *only,
                            rsift_error *err);
/* COCO's counts, a text or a list of lengths -> a mask. Errors: RSIFT_E_FORMAT, RSIFT_E_NOMEM. */
rsift_status rs_score_rle(rs_arena *arena, const rs_json *counts, uint32_t height, uint32_t width,
                          rs_rle *out, rsift_error *err);
rsift_status rs_score_captions(rs_score_job *job, rs_score_run *run, const unsigned char *only,
                               rsift_error *err);
/* What is to be said of any run of a caption profile; NULL = nothing, also for other profiles. */
const char *rs_score_captions_note(const rs_score_job *job);
/* A new measure; den NULL = every sample counts once. */
rs_measure *rs_score_measure(rs_score_run *run, const char *name, double scale, const double *num,
                             const double *den);
rs_measure *rs_score_fixed(rs_score_run *run, const char *name, double scale, double value);
int rs_score_n_resamples(const rs_score_options *options); /* 0 = none wanted */
void rs_score_set_state(rs_score_run *run, size_t i, rs_score_state state);
/* "file > line 17" of the truth or of the run's predictions before err's message. */
rsift_status rs_score_blame_truth(const rs_score_job *job, const rs_score_record *r,
                                  rsift_error *err);
rsift_status rs_score_blame_said(const rs_score_run *run, const rs_score_record *r,
                                 rsift_error *err);
rsift_status rs_score_say(rs_score_job *job, rs_str note,
                          rsift_error *err); /* adds to the job's detail */
/* Makes m the mean over types of its ratio. */
void rs_score_over_types(const rs_score_job *job, rs_measure *m);
rsift_status rs_score_goes_on(const rs_score_job *job,
                              rsift_error *err); /* RSIFT_E_CANCELLED when asked to stop */
double *rs_score_column(rs_score_job *job);      /* [n] zeros in the arena; NULL = out of memory */

/* The mean gold box of the samples marked in `of` [n], and of those of each type [types.n], as text
 * in the profile's frame; empty without any. false = out of memory. */
bool rs_score_average_boxes(const rs_score_job *job, const unsigned char *of, rs_arena *arena,
                            rs_str *all, rs_str *of_type);

/* Answers of guessers that see only the question: the commonest answer and naive Bayes over words
 * and pairs of words; for grounding the average box, for captions the commonest caption. Trained on
 * `train` (not for boxes: they have no frame here), or on the other four of five image-disjoint
 * folds. Values are the headline of the same rule, NaN where a guesser does not exist. Errors:
 * RSIFT_E_NOMEM, RSIFT_E_CANCELLED. */
typedef struct rs_score_blind {
    bool known;
    double majority, majority_type, words;
} rs_score_blind;
bool rs_score_can_guess(const rs_profile *profile);
rsift_status rs_score_guess(rs_score_job *job, const rs_score_file *train, rs_score_blind *out,
                            rsift_error *err);

/* Scores predictions by a profile (rsift.score/1).
 * Errors: RSIFT_E_ARG (unknown profile, references missing), RSIFT_E_FORMAT with the place,
 * RSIFT_E_IO, RSIFT_E_NOMEM, RSIFT_E_CANCELLED. */
rsift_status rs_score_make(rs_session *session, const rs_score_options *options, rsift_answer *out,
                           rsift_error *err);
/* Every profile: name, summary, source, verified (rsift.score-profiles/1). */
rsift_status rs_score_list_profiles(rsift_answer *out, rsift_error *err);

#endif
