/* What is summed up over questions: of a dataset, and of a cell (task, skill, form of answer). */
#ifndef RS_DECIDE_VALUE_SUMS_H
#define RS_DECIDE_VALUE_SUMS_H

#include "choose/value.h"
#include "choose/value_distinct.h"
#include "codec/json_writer.h"

typedef struct rs_value_sums {
    int64_t samples, questions;
    int64_t judged;                 /* questions that were guessed */
    double blind, common, likely;   /* sums over them */
    int64_t patterned;              /* questions whose template is asked often enough */
    double bits;                    /* sum over them */
    int64_t yes, no;                /* answers */
    int64_t texts, words;           /* answers in words, every reference; their words */
    int64_t open_words, open_pairs; /* of those that are neither yes, no nor a number */
    rs_value_distinct distinct_words, distinct_pairs; /* among the open ones */
} rs_value_sums;

/* `most`: memory of the distinct words and pairs, see choose/value_distinct.h. */
void rs_value_sums_init(rs_value_sums *sums, size_t most);
void rs_value_sums_fini(rs_value_sums *sums);
void rs_value_sums_add(rs_value_sums *sums, const rs_value_guess *guess);

/* Fields of the open object: questions, judged, blind, common, gain, bits and so on; null where
 * nothing was looked at. */
void rs_value_sums_put(const rs_value_sums *sums, rs_json_writer *json);

/* A quotient with four digits; null when `of` is 0. */
void rs_value_put_ratio(rs_json_writer *json, const char *key, double part, int64_t of);

#endif
