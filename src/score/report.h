/* The answer of rsift_score. */
#ifndef RS_SCORE_REPORT_H
#define RS_SCORE_REPORT_H

#include "score/score.h"

typedef struct rs_score_pair {
    bool known, right_wrong;
    uint64_t only_first, only_second; /* samples that only one of the two got right */
    double mcnemar;
    double difference, interval[2], p; /* of the headline; NaN = not known */
} rs_score_pair;

typedef struct rs_score_report {
    rs_score_run run, subset, second;
    rs_score_pair pair;
    rs_score_blind blind;
} rs_score_report;

void rs_score_put_profile(rs_buf *b, const rs_profile *p);
rsift_status rs_score_answer(const rs_score_job *job, const rs_score_report *report,
                             rsift_answer *out, rsift_error *err);
/* Truth from the workspace: questions and answers of options->dataset. */
rsift_status rs_score_indexed(rs_session *session, rs_score_job *job, rsift_error *err);
/* RSIFT_E_ARG when options->samples is an input, no file, or of another kind. */
rsift_status rs_score_check_samples(const rs_score_options *options, rsift_error *err);
/* options->samples: JSON lines, or Parquet when the name says so. */
rsift_status rs_score_write_samples(rs_session *session, rs_score_job *job, const rs_score_run *run,
                                    rsift_error *err);

#endif
