/* DOTA's own folders: labelTxt with a file an image, and results with a file a class. */
#ifndef RS_SCORE_DOTA_H
#define RS_SCORE_DOTA_H

#include "score/run.h"

/* Scores det.dota.* and det.mmrotate: mAP by VOC07 and VOC12, and AP of each class. Errors as
 * rs_score_detection. */
rsift_status rs_score_dota(rs_score_job *job, rs_score_report *report, rsift_error *err);

#endif
