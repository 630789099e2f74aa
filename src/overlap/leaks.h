/* Compares the pictures of protected data with all other data, before a verb decides. */
#ifndef RS_OVERLAP_LEAKS_H
#define RS_OVERLAP_LEAKS_H

#include "overlap/overlap.h"

typedef struct rs_overlap_leaks_job {
    rs_session *session;
    rs_store *store; /* RS_STORE_DECIDE */
    const rs_catalog *catalog;
    rs_texts protect; /* dataset ids or benchmark names; n 0 or "all" = every known one */
    rs_overlap_crops crops;
} rs_overlap_leaks_job;

/* Fills picture_pair and picture_look (kind "leak") with what is not known yet. What has no hashes
 * is not compared: the answer of rs_decide_leaks says so. */
rsift_status rs_overlap_leaks(const rs_overlap_leaks_job *job, rsift_error *err);

#endif
