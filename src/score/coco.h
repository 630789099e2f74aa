/* COCO's own files: instances with images, categories and annotations, and a results list. */
#ifndef RS_SCORE_COCO_H
#define RS_SCORE_COCO_H

#include "score/run.h"

/* Scores det.coco.*: the twelve COCO numbers, and AP of each category. Errors as
 * rs_score_detection. */
rsift_status rs_score_coco(rs_score_job *job, rs_score_report *report, rsift_error *err);

#endif
