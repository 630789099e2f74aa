/* COCO's files as metrics/coco.c wants them: boxes or masks with numbers for images and classes. */
#ifndef RS_SCORE_COCO_READ_H
#define RS_SCORE_COCO_READ_H

#include "score/coco_files.h"

/* Reads the job's truth: images, categories, annotations. Sets its hash and number of records.
 * Errors: RSIFT_E_IO, RSIFT_E_FORMAT or RSIFT_E_LIMIT with the place, RSIFT_E_NOMEM. `files` is to
 * be freed in any case. */
rsift_status rs_coco_read_truth(rs_coco_files *files, rsift_error *err);

/* Reads the detections of run->path in the place of those read before. Errors as above. */
rsift_status rs_coco_read_found(rs_coco_files *files, rs_score_run *run, rsift_error *err);

void rs_coco_files_fini(rs_coco_files *files);

#endif
