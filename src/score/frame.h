/* Boxes in the benchmark's own convention ("frame"). Where an output follows another convention
 * than the truth (a model's own), its box text is read, turned into pixels and written again in the
 * benchmark's; the profile's rule then reads that text. */
#ifndef RS_SCORE_FRAME_H
#define RS_SCORE_FRAME_H

#include "base/buf.h"
#include "score/run.h"

/* Are the conventions named by options known? RSIFT_E_ARG. */
rsift_status rs_score_frame_check(const rs_score_options *options, const rs_profile *profile,
                                  rsift_error *err);
/* Restates the references that name a convention, once. */
rsift_status rs_score_frame_prepare(rs_score_job *job, rsift_error *err);
/* Notes: in which convention the predicted boxes were read. */
rsift_status rs_score_frame_note(rs_score_job *job, const rs_score_report *report,
                                 rsift_error *err);

/* The reference boxes of a record, as text; empty, never NULL. */
rs_str rs_score_reference_boxes(const rs_score_record *truth);
/* The convention of the predictions for a truth, where an option or the truth names one; len 0 =
 * the benchmark's own. */
rs_str rs_score_prediction_convention(const rs_score_run *run, const rs_score_record *truth);
/* How many numbers of a prediction given as a list count; 0 = its text is to be read. */
size_t rs_score_n_listed(const rs_score_job *job, const rs_score_run *run, size_t i);
/* Memory that is used again for every sample; {0} is empty. */
typedef struct rs_score_scratch {
    rs_arena arena;
    rs_buf buf;
} rs_score_scratch;
void rs_score_scratch_fini(rs_score_scratch *scratch);
/* Sets run->read[i] to the output of sample i as the rule reads it. */
rsift_status rs_score_restate_output(rs_score_job *job, rs_score_run *run, size_t i,
                                     rs_score_scratch *scratch, rsift_error *err);
/* Appends "[1, 2.5]"; after other text ", [1, 2.5]". */
void rs_score_put_numbers(rs_buf *buf, const double *numbers, size_t n);

#endif
