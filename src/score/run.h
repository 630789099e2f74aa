/* What all parts of scoring share: the job with its samples, what one prediction file comes to, the
 * report, and the functions a family of profiles brings. The lowest file of the room besides the
 * readers; it calls a family only through its row. Everything lies in the job's arena. */
#ifndef RS_SCORE_RUN_H
#define RS_SCORE_RUN_H

#include "base/map.h"
#include "metrics/profile.h"
#include "metrics/stats.h"
#include "score/options.h"
#include "score/read.h"
#include "session/session.h"

/* Fewer pictures than RS_SCORE_FEW say little: their intervals are marked. */
enum { RS_SCORE_FEW = 10, RS_SCORE_MEASURES = 40, RS_SCORE_CLASS_VALUES = 4, RS_SCORE_GUESSES = 3 };

typedef struct rs_score_family rs_score_family;

typedef struct rs_score_item {
    const rs_score_record *truth, *prediction; /* prediction NULL = missing */
} rs_score_item;

typedef enum rs_score_state {
    RS_SCORE_OK,
    RS_SCORE_MISSING,
    RS_SCORE_UNPARSED,
    RS_SCORE_UNDECIDED,
} rs_score_state;

/* By what the order of results without ids is known. Both texts are constants. */
typedef struct rs_score_proof {
    const char *told;   /* what agrees on every line: "the labels"; NULL = nothing is told */
    const char *proven; /* the same where it tells enough records apart; NULL = it does not */
    size_t n_proven;    /* records whose place is told */
} rs_score_proof;

/* One prediction file against the truth. Arrays have one element a sample. */
typedef struct rs_score_run {
    const char *path, *boxes; /* boxes: convention of the predicted boxes, if an option names it */
    rs_score_file file;
    rs_score_item *items;
    size_t n_missing, n_repeated, n_extra, n_unparsed, n_undecided;
    size_t n_drawn;     /* pictures (samples where none is named) that intervals are drawn from */
    size_t n_inverted;  /* predicted boxes whose far corner stands first */
    size_t n_several;   /* answers of several boxes where the rule reads one */
    size_t n_readable;  /* single boxes that the rule could read */
    size_t n_unit;      /* of these, boxes within 0 to 1 where the truth's box is not */
    size_t n_beyond;    /* of these, boxes that leave their picture by more than a tenth of it */
    size_t n_objects;   /* predictions that are objects, read as their JSON text */
    size_t n_reworded;  /* joined by id, and asking otherwise than the truth of that id */
    size_t n_reasoning; /* predictions that hold reasoning in front of the answer */
    bool without_reasoning; /* taken off by --strip-thinking; own rules do so by themselves */
    bool judged;            /* --judge-verdicts are of its answers */
    size_t n_verdicts;      /* verdicts that replaced a decision of the rule */
    bool by_position;       /* joined by position, as ids do not tell the samples apart */
    rs_score_proof order;   /* of a join by position without ids */
    double *score;          /* share of the headline, 0..1 (IoU hit, correctness, CIDEr) */
    unsigned char *state;   /* rs_score_state */
    rs_str *read;           /* what the rule understood */
    rs_measure measures[RS_SCORE_MEASURES];
    size_t n_measures;
    const char *notes; /* shown with this run's numbers, or NULL */
} rs_score_run;

/* A row of the table of classes (detection, label maps). */
typedef struct rs_score_class {
    rs_str name;
    size_t n;
    double value;                         /* NaN = undefined */
    double values[RS_SCORE_CLASS_VALUES]; /* shown when the job names them */
} rs_score_class;

/* Categories by a field of the records, or by something computed from the reference. */
typedef struct rs_score_by {
    const char *field;        /* as shown: the first spelling */
    const char *const *names; /* spellings, NULL-terminated; NULL = computed */
    rs_strmap groups;
    uint32_t *of; /* group of each sample */
} rs_score_by;

typedef struct rs_score_job {
    rs_arena arena;
    rs_session *session;
    const rsift_limits *limits;
    size_t n_threads;  /* 0 = one a core */
    rs_cancel *cancel; /* may be NULL */
    const rs_score_options *options;
    const rs_profile *profile;
    const rs_score_family *family;
    rs_score_file truth;
    rs_id truth_hash;
    bool no_pictures; /* no sample names its picture: each is drawn alone */
    size_t n; /* samples that count; arrays below have one element each unless they say so */
    rs_strmap types, images;
    uint32_t *type, *cluster; /* number of the sample's type and image */
    uint32_t n_clusters;      /* images, and samples without one */
    uint32_t *all_types;      /* of sample i: all_types[types_at[i]] ... */
    size_t *types_at;         /* n + 1; NULL = every sample has one type */
    rs_strmap verdict_ids;    /* --judge-verdicts */
    double *verdicts;
    size_t cap_verdicts;
    unsigned char *only; /* NULL = no --only */
    size_t n_only, n_only_unknown;
    rs_str only_note; /* the first note of its file: what the list rests on */
    rs_id only_hash, verdicts_hash;
    size_t n_left_out, n_other_tasks; /* truths of types and of tasks that do not count here */
    size_t n_withheld;                /* truths without an answer, which the release keeps */
    size_t n_incomplete;              /* truths whose list of objects was not read whole */
    size_t n_unasked;                 /* of the split, but never written as a question */
    size_t n_silent;     /* the same of all tasks: lines of the truth to which no result belongs */
    size_t n_unscorable; /* truths that the profile's rule does not know */
    rs_strmap left_out;  /* ids of all of these */
    rs_score_by by[RS_SCORE_BY];
    size_t n_by;
    rs_str *classes; /* distinct references in order, of profiles whose classes are given */
    size_t n_classes;
    const rs_score_class *class_table; /* NULL = categories are the types */
    size_t n_class_table;
    const char *class_measure;
    const char *const *class_values; /* [RS_SCORE_CLASS_VALUES] names; NULL = the value alone */
    /* Pixels, truth by row: n_class_table rows of n_class_table + 1, the last column predictions of
     * no class; NULL = none. */
    const int64_t *matrix;
    const char *notes; /* shown with the numbers, or NULL */
} rs_score_job;

/* Two models on the same samples; NaN = not known. */
typedef struct rs_score_pair {
    bool known, right_wrong;          /* right_wrong: McNemar's test makes sense */
    uint64_t only_first, only_second; /* samples that only one of the two got right */
    double mcnemar;
    double difference, interval[2], p; /* of the headline */
} rs_score_pair;

/* The headline of guessers that see only the question; NaN where a guesser does not exist. */
typedef struct rs_score_blind {
    bool known;
    double majority, majority_type, words;
} rs_score_blind;

typedef struct rs_score_report {
    rs_score_run run, subset, second;
    rs_score_run answers; /* --strip-thinking: the predictions without their reasoning */
    rs_score_pair pair;
    rs_score_blind blind;
} rs_score_report;

/* One fold of the guessers: learns from `train`, or from the samples of the other folds, and sets
 * what it predicts for the samples of this fold. */
typedef struct rs_score_guesses {
    const rs_score_file *train; /* NULL = the other folds of the truth */
    uint32_t fold;
    /* RS_SCORE_GUESSES a sample: commonest answer, that of the type, by words; NULL = none */
    const rs_score_record **predictions;
} rs_score_guesses;

/* Options that only some families use. One that would change nothing is refused. */
enum {
    RS_SCORE_USES_SAMPLES = 1 << 0,  /* --samples */
    RS_SCORE_USES_BY = 1 << 1,       /* --by */
    RS_SCORE_USES_TYPES = 1 << 2,    /* --without-types */
    RS_SCORE_USES_VERDICTS = 1 << 3, /* --judge-verdicts */
    RS_SCORE_USES_METEOR = 1 << 4,   /* --meteor */
    RS_SCORE_USES_TRAIN = 1 << 5,    /* --blind-train */
    RS_SCORE_USES_LABELS = 1 << 6,   /* --classes, --ignore-label, --prediction-offset */
    RS_SCORE_USES_TEXT = 1 << 7,     /* --strip-thinking */
    RS_SCORE_USES_RECORDS = RS_SCORE_USES_SAMPLES | RS_SCORE_USES_BY | RS_SCORE_USES_TYPES,
};

/* A family of profiles: a row of the table in family.c. Functions may be NULL unless they say
 * otherwise. */
struct rs_score_family {
    unsigned options;       /* RS_SCORE_USES_* */
    const char *no_dataset; /* why --dataset is refused, as an error message; NULL = it is not */
    const char *shown_as;   /* follows the profile's name in messages: "on label maps " */
    bool keeps_json;        /* scoring reads the records themselves (masks, rankings) */
    bool merges_references; /* records of one id are one sample with several references */
    bool right_wrong;       /* a sample is right or wrong: McNemar's test is shown */
    int n_guesses;          /* of RS_SCORE_GUESSES, the first ones */
    /* Options that depend on the profile. */
    rsift_status (*check)(const rs_score_options *options, const rs_profile *profile,
                          rsift_error *err);
    /* Can the profile's rule score this truth? Those that it cannot are counted and left out;
     * `unscorable` says what they are: "questions for several boxes". */
    bool (*scorable)(const rs_profile *profile, const rs_score_record *truth);
    const char *unscorable;
    /* Changes the references once, after they were read. */
    rsift_status (*prepare)(rs_score_job *job, rsift_error *err);
    /* Fills score, state, read and measures. only: scored on that subset. Not NULL for families
     * that are scored sample by sample. */
    rsift_status (*run)(rs_score_job *job, rs_score_run *run, const unsigned char *only,
                        rsift_error *err);
    /* Adds notes about the runs of the report. */
    rsift_status (*note)(rs_score_job *job, const rs_score_report *report, rsift_error *err);
    rsift_status (*guess)(rs_score_job *job, const rs_score_guesses *guesses, rsift_error *err);
    /* Instead of all that: scores files that are not lists of records (COCO, DOTA, pictures). */
    rsift_status (*score)(rs_score_job *job, rs_score_report *report, rsift_error *err);
    /* The family instead of this one when truth and predictions are pictures, not records. */
    const rs_score_family *of_pictures;
};

/* Clears the run's results and calls the family's run. Errors: RSIFT_E_FORMAT or RSIFT_E_ARG with
 * the place in the file, RSIFT_E_NOMEM, RSIFT_E_CANCELLED. */
rsift_status rs_score_evaluate(rs_score_job *job, rs_score_run *run, const unsigned char *only,
                               rsift_error *err);

/* n zeros in the arena; NULL = out of memory. */
double *rs_score_column(rs_score_job *job);
/* A new measure: scale * sum num / sum den over samples; den NULL = every sample counts once. */
rs_measure *rs_score_measure(rs_score_run *run, const char *name, double scale, const double *num,
                             const double *den);
/* A new measure whose value (NaN = undefined) was computed elsewhere. */
rs_measure *rs_score_fixed(rs_score_run *run, const char *name, double scale, double value);
/* Makes m the mean over types of its ratio. */
void rs_score_over_types(const rs_score_job *job, rs_measure *m);
void rs_score_set_state(rs_score_run *run, size_t i, rs_score_state state);
/* What the rule reads of an output: all of it, or, where reasoning is taken off, what stands behind
 * that. A view; empty for an absent text. */
rs_str rs_score_output(const rs_score_job *job, const rs_score_run *run, rs_str text);
/* Was the reasoning taken off, and nothing is left: the model was cut before it answered? */
bool rs_score_unanswered(const rs_score_job *job, const rs_score_run *run, rs_str text);

/* The next id of --only's text, one a line. A line that begins with "# " is a note: rsift's own
 * lists say what they rest on; the first one is kept in job->only_note. False at the end. */
bool rs_score_only_id(rs_score_job *job, rs_str *text, rs_str *id);
int rs_score_n_resamples(const rs_score_options *options); /* 0 = none wanted */

/* Puts "file > line 17" of the truth or of the run's predictions before err's message. */
rsift_status rs_score_blame_truth(const rs_score_job *job, const rs_score_record *r,
                                  rsift_error *err);
rsift_status rs_score_blame_prediction(const rs_score_run *run, const rs_score_record *r,
                                       rsift_error *err);
/* Adds to the job's notes, which are shown with the numbers. */
rsift_status rs_score_add_note(rs_score_job *job, rsift_error *err, const char *format, ...)
    RS_PRINTF(3, 4);
/* RSIFT_E_CANCELLED when asked to stop. */
rsift_status rs_score_check_cancel(const rs_score_job *job, rsift_error *err);

#endif
