/* What indexed data is worth for training, as far as it can be told without training and without a
 * GPU: per sample, per cell (task, skill, form of answer) and per dataset. The formulas, where they
 * come from and what they cannot tell: docs/data-value.md. */
#ifndef RS_DECIDE_VALUE_H
#define RS_DECIDE_VALUE_H

#include "base/buf.h"
#include "catalog/catalog.h"
#include "codec/json_writer.h"
#include "store/store.h"

typedef struct rs_value_job {
    rs_store *store; /* which is only read */
    const rs_catalog *catalog;
    rs_texts datasets; /* n 0 = all */
    size_t n_threads;
    rs_str file; /* .csv or .parquet for the values of each sample; len 0 = none */
    rs_str tmp;  /* folder of the caller's for a .parquet; not looked at otherwise */
} rs_value_job;

/* Appends the JSON answer (docs/cli.md, rsift.value/1) and writes the file. What was not looked at
 * is null and never 0. Datasets are read one after the other. Memory, beside the database's: about
 * 130 bytes a sample of the largest one, its distinct questions and its short answers.
 * Errors: RSIFT_E_ARG for a dataset that is not indexed. */
rsift_status rs_decide_value(const rs_value_job *job, rs_buf *json, rsift_error *err);

/* Only the lines of the datasets as an array, for other answers. */
rsift_status rs_decide_value_datasets(const rs_value_job *job, rs_json_writer *json,
                                      rsift_error *err);

#endif
