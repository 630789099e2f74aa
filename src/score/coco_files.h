/* What COCO's files hold, once they are read. */
#ifndef RS_SCORE_COCO_FILES_H
#define RS_SCORE_COCO_FILES_H

#include "metrics/detect.h"
#include "score/coco_ids.h"
#include "score/run.h"

typedef struct rs_coco_files {
    rs_score_job *job;
    bool segm; /* masks, not boxes */
    rs_coco_ids image_ids, class_ids;
    double (*sizes)[2]; /* height, width of each image */
    rs_str *names;      /* of classes */
    rs_strmap files;    /* file_name, with or without folders and ending -> index of file_image */
    uint32_t *file_image;
    size_t cap_files;
    rs_coco_truth *truths;
    size_t n_truths, cap_truths;
    rs_coco_found *found; /* of the predictions read last */
    size_t n_found, cap_found;
    size_t n_unknown; /* detections of categories that the truth does not have */
} rs_coco_files;

#endif
