/* Whether one free-text answer is right, by each benchmark's own rule; plus yes/no and counts.
 * Pure: one answer in, one judgement out; `arena` is scratch and the judgement's text lies in it.
 */
#ifndef RS_METRICS_ANSWER_H
#define RS_METRICS_ANSWER_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

/* Texts that are absent are empty, never NULL. */
typedef struct rs_answer {
    rs_str output, reference, type;
    const rs_str *references; /* several annotators' answers; n_golds 0 = only `reference` */
    size_t n_references;
    const rs_str *options; /* choices of the question, or all classes where a rule wants them */
    size_t n_options;
} rs_answer;

typedef enum rs_verdict {
    RS_VERDICT_DECIDED,
    RS_VERDICT_UNDECIDED, /* the published rule asks a language model; counts 0 until it is asked */
    RS_VERDICT_UNPARSED,  /* nothing could be read from the output; counts as the rule says */
} rs_verdict;

typedef struct rs_judgement {
    double score; /* 0..1 */
    rs_verdict verdict;
    rs_str read; /* what was understood */
} rs_judgement;

/* Errors: RSIFT_E_NOMEM only. */
typedef rsift_status rs_judge_fn(rs_arena *arena, const rs_answer *a, rs_judgement *out,
                                 rsift_error *err);

/* Closed vocabularies and plain comparisons. */
rs_judge_fn rs_judge_equal;         /* strip, lower, one final dot off: our own plain rule */
rs_judge_fn rs_judge_lower;         /* lower only (FIT-RSFG) */
rs_judge_fn rs_judge_rsvqa;         /* syvlo/RSVQA VQA_model/VocabEncoder.py: binned classes (LR) */
rs_judge_fn rs_judge_rsvqa_hr;      /* the same without bins of counts (HR); areas are binned */
rs_judge_fn rs_judge_geochat_class; /* GeoChat geochat/eval/batch_geochat_scene.py */
rs_judge_fn rs_judge_teochat;       /* TEOChat videollava/eval/classification.py */
rs_judge_fn rs_judge_earthdial;     /* EarthDial: share of the reference's NLTK tokens found */
rs_judge_fn rs_judge_rsevalkit;     /* output contained in reference; the empty output is right */
rs_judge_fn rs_judge_rsevalkit_mc;  /* first letter A-E, contained in reference */
rs_judge_fn rs_judge_rsevalkit_presence;
rs_judge_fn rs_judge_rsevalkit_color; /* share of the reference's colours found in the output */
rs_judge_fn rs_judge_lhrs;       /* EvalAI normaliser; equal to or contained in the raw reference */
rs_judge_fn rs_judge_lhrs_bench; /* normalised equality, the article rule included */
rs_judge_fn rs_judge_lhrs_bench_first; /* of the output's first character, as the script has it */
rs_judge_fn rs_judge_lhrs_class; /* class with the longest common substring; options = classes */
rs_judge_fn rs_judge_vrsbench;   /* containment, closed answers, else a judge */
rs_judge_fn rs_judge_mme;        /* choice.h */
rs_judge_fn rs_judge_mme_harness;
rs_judge_fn rs_judge_xlrs;
rs_judge_fn rs_judge_urbench;
rs_judge_fn rs_judge_urbench_open;
rs_judge_fn rs_judge_option_letter; /* ours, where no scorer is published */
rs_judge_fn rs_judge_fit_rsrc;      /* Luo-Z13/SkySenseGPT batch_fitrsrc_single_choice_qa.py */
rs_judge_fn rs_judge_pope;

/* RSVQA's class of an answer: a bin's name as it stands, else the last word of the answer, areas
 * binned, and counts too when `bins`. */
rs_str rs_metrics_rsvqa_class(rs_arena *arena, rs_str answer, bool bins);
/* POPE: "no" if the words before the first dot contain No, not or no. Source: RUCAIBox/POPE */
bool rs_metrics_pope_yes(rs_str output);

/* First run of digits, else the first word between blanks that is zero..ninety-nine; false = none.
 * Source: fitzpchao/RSEvalKit model_eval_mp.py */
bool rs_metrics_count_of(rs_arena *arena, rs_str text, double *out);

#endif
