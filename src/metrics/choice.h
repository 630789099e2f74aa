/* Which option of a multiple-choice question an output names, by each benchmark's own rule. Letters
 * come back as characters; 0 = none. Everything here is pure; `arena` is scratch. */
#ifndef RS_METRICS_CHOICE_H
#define RS_METRICS_CHOICE_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

/* MME-RealWorld. `official` keeps its two prefixes that a missing comma glued together, and looks
 * the output up in the question's own choices "(A) ..."; otherwise lmms-eval's and VLMEvalKit's
 * rule, which looks it up in "(A)".."(E)". The empty output is choice 1 in both.
 * Source: yfzhang114/MME-RealWorld evaluation/eval_your_results.py; lmms-eval
 * mme_realworld/utils.py */
char rs_metrics_choice_mme(rs_arena *arena, rs_str output, bool official, const rs_str *choices,
                           size_t n_choices);

/* XLRS-Bench-lite and OmniEarth-Bench: the set of letters named, ascending, NUL-terminated; returns
 * how many. Source: lmms-eval tasks/xlrs/mcq_utils.py */
size_t rs_metrics_choice_xlrs(rs_arena *arena, rs_str output, char letters[6]);

/* UrBench (MMMU's rule); 0 where the original draws a random option.
 * Source: opendatalab/UrBench lmms_eval/tasks/urbench/utils.py */
char rs_metrics_choice_urbench(rs_arena *arena, rs_str output, const rs_str *options,
                               size_t n_options);

/* Our own rule for benchmarks that ship no scorer: the letter A..E that the output states last
 * ("the answer is D"), else concludes ("so D"), else the only one that stands alone, the one that
 * opens it, the first that is not merely weighed ("option (A) shows ..."). The article of "A ship"
 * and letters that are rejected ("A is wrong") are none. */
char rs_metrics_choice_letter(rs_str output);

/* First letter A..E that is a word of its own (\b([A-E])\b).
 * Source: Luo-Z13/SkySenseGPT Eval_scripts/batch_fitrsrc_single_choice_qa.py */
char rs_metrics_choice_word(rs_str output);

/* UrBench's open answers: what was understood, numbers rounded to two decimals. */
typedef struct rs_urbench_value {
    bool number;
    double value;
    rs_str text;
} rs_urbench_value;
enum { RS_URBENCH_MOST = 64 };
/* Parsed values without repeats, at most RS_URBENCH_MOST (later ones are dropped). */
size_t rs_metrics_urbench_open(rs_arena *arena, rs_str output,
                               rs_urbench_value values[RS_URBENCH_MOST]);
bool rs_metrics_urbench_open_right(rs_arena *arena, rs_str output, rs_str reference);

#endif
