/* What is asked of one scoring run. Filled by api/score.c from the verb's parameters. Texts may be
 * NULL: not asked for. */
#ifndef RS_SCORE_OPTIONS_H
#define RS_SCORE_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

typedef struct rs_score_options {
    const char *profile; /* "vqa.rsvqa", ... */
    const char *truth;   /* file or folder with the references; NULL = the predictions carry them */
    const char *dataset; /* instead of `truth`: an indexed dataset of the workspace */
    const char *split;   /* of that dataset; NULL = all its samples */
    const char *predictions;
    const char *compare; /* predictions of a second model */
    const char *join;    /* "ids" or "position"; NULL = ids, or position where the files prove it */
    const char *only;    /* file of ids, one a line: scored besides the full set */
    const char *judge_verdicts; /* file {"id", "verdict"} where the rule asks a language model */
    const char *blind_train;    /* question and answer records of the train split */
    const char *meteor;         /* folder with METEOR's word lists */
    const char *without_types;  /* "count,area": types left out; NULL = the profile's own */
    const char *samples;        /* file to write: one result a sample, .parquet or JSON lines */
    const char *by;             /* "Task,Subtask": fields to show categories by; NULL = profile's */
    const char *boxes; /* model or convention of the predicted boxes; NULL = as the truth says */
    const char *compare_boxes;     /* the same for `compare`; NULL = as `boxes` */
    double min_pixels, max_pixels; /* of qwen2.5-vl, when the truth does not say */
    uint64_t seed;
    int n_resamples; /* bootstrap; 0 = 1000, negative = none */
    bool no_blind;
    bool strip_thinking; /* a second number, of the outputs without their reasoning */
    /* label maps */
    const char *classes; /* "road,water" or "road=#ff0000,..." in order, or a file of such lines */
    const char *ignore_labels; /* "0,255": pixels of the truth that do not count */
    int prediction_offset;     /* added to the predictions' labels */
} rs_score_options;

#endif
