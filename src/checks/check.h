/* A check examines one sample during index and adds findings: pure, no I/O. What only all samples
 * together can show (duplicates, splits, counts) is asked of the workspace by room decide. */
#ifndef RS_CHECKS_CHECK_H
#define RS_CHECKS_CHECK_H

#include "model/batch.h"

/* What a check may know besides the sample: the size of each of its pictures (0 = unknown), and
 * the dataset's class list. */
typedef struct rs_check_input {
    const rs_sample *sample;
    int32_t index;          /* of the sample in its batch */
    const uint32_t *widths; /* [sample->n_assets] */
    const uint32_t *heights;
    const rs_str *classes;
    size_t n_classes;
} rs_check_input;

typedef struct rs_check {
    const char *name, *summary;
    rsift_status (*run)(const rs_check_input *input, rs_batch *batch, rsift_error *err);
} rs_check;

extern const rs_check *const rs_checks[]; /* NULL-terminated, alphabetical (table.c) */

/* Runs all of them. */
rsift_status rs_checks_run(const rs_check_input *input, rs_batch *batch, rsift_error *err);

#endif
