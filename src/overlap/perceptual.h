/* Stage 1: near perceptual hashes, and flat pictures. Private to this room. */
#ifndef RS_OVERLAP_PERCEPTUAL_H
#define RS_OVERLAP_PERCEPTUAL_H

#include "overlap/job.h"

/* In: near_held and near_pool of look.sql. Side 0 with side 1, or `within` side 0. */
rsift_status rs_overlap_perceptual(const rs_overlap_job *job, bool within, rsift_error *err);
/* In: near_hash and near_work. The flat pictures of side 0 with those of side 1, or within. */
rsift_status rs_overlap_flat(const rs_overlap_job *job, bool within, rsift_error *err);

#endif
