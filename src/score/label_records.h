/* Label maps as records: rows of digits, rows of numbers, or one COCO mask a class. */
#ifndef RS_SCORE_LABEL_RECORDS_H
#define RS_SCORE_LABEL_RECORDS_H

#include "score/run.h"

/* Measures over all maps: mIoU, OA, mF1, kappa, fwIoU. */
rsift_status rs_score_label_records(rs_score_job *job, rs_score_run *run, const unsigned char *only,
                                    rsift_error *err);
/* RSIFT_E_UNSUPPORTED for --compare, besides what rs_score_labels_check refuses. */
rsift_status rs_score_label_records_check(const rs_score_options *options,
                                          const rs_profile *profile, rsift_error *err);

#endif
