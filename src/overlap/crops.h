/* Stage 2: pieces of pictures, found on their decoded pixels. Private to this room. */
#ifndef RS_OVERLAP_CROPS_H
#define RS_OVERLAP_CROPS_H

#include "overlap/job.h"

/* In: near_set, near_meet and near_mark of look.sql, near_suspect. Leaves pairs and looks of method
 * "crop"; those of a pair of sets are kept when a later pair fails. */
rsift_status rs_overlap_crops_between(const rs_overlap_job *job, rsift_error *err);

#endif
