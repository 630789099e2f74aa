/* --samples: one result a sample, as JSON lines or Parquet. */
#ifndef RS_SCORE_SAMPLES_H
#define RS_SCORE_SAMPLES_H

#include "score/run.h"

/* RSIFT_E_ARG when options->samples is an input, no file, or of another kind. */
rsift_status rs_score_check_samples(const rs_score_options *options, rsift_error *err);
/* Writes options->samples: id, category, image, question, gold, prediction, read, state, score. */
rsift_status rs_score_write_samples(rs_score_job *job, const rs_score_run *run, rsift_error *err);

#endif
