/* Scoring a model's answers by a benchmark's own rules, and what the number is worth. */
#ifndef RSIFT_SCORE_H
#define RSIFT_SCORE_H

#include "rsift/rsift.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct rsift_score_options {
    size_t size;
    const char *profile; /* "vqa.rsvqa", ... (rsift_score_profiles) */
    const char *truth;   /* file (or folder) with the golds; NULL = the predictions carry them */
    const char *dataset; /* instead of `truth`: an indexed dataset of the workspace */
    const char *split;   /* of that dataset; NULL = all its samples */
    const char *predictions;
    const char *compare;        /* predictions of a second model */
    const char *only;           /* file of ids, one a line: scored beside the full set */
    const char *judge_verdicts; /* file {"id", "verdict"} where the rule asks a language model */
    const char *blind_train;    /* question and answer records of the train split */
    const char *meteor;         /* folder with METEOR's word lists */
    const char *without_types; /* "count,area": question types left out; NULL = the profile's own */
    const char *samples;       /* file to write: one result a sample, .parquet or JSON lines */
    const char
        *by; /* "Task,Subtask": fields of the truth to show categories by; NULL = the profile's */
    const char
        *boxes; /* model or convention whose boxes the predictions hold; NULL = as the truth says */
    const char *compare_boxes; /* the same for `compare`; NULL = as `boxes` */
    double min_pixels,
        max_pixels; /* of qwen2.5-vl, when the truth does not say how pictures were resized */
    uint64_t seed;
    int n_resamples; /* bootstrap; 0 = 1000, -1 = none */
    bool no_blind;
    /* label maps */
    const char *classes; /* "road,water" or "road=#ff0000,..." in order, or a file of such lines */
    const char *ignore_labels; /* "0,255": pixels of the truth that do not count */
    int prediction_offset;     /* added to the predictions' labels */
} rsift_score_options;

/* Answer "rsift.score/1". Counts of missing, repeated, extra, unparsed and undecided predictions
 * stand in "counts"; "complete" is false when there is any. n_findings counts them.
 * Errors: RSIFT_E_ARG (unknown profile, golds missing), RSIFT_E_FORMAT with the place, RSIFT_E_IO.
 */
RSIFT_API rsift_status rsift_score(rsift_context *context, const rsift_score_options *options,
                                   rsift_answer *out, rsift_error *err);

/* Every profile: name, summary, source, verified. */
RSIFT_API rsift_status rsift_score_profiles(rsift_context *context, rsift_answer *out,
                                            rsift_error *err);

#ifdef __cplusplus
}
#endif
#endif
