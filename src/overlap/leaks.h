/* Compares the pictures of protected data with all other data, before a verb decides. */
#ifndef RS_OVERLAP_LEAKS_H
#define RS_OVERLAP_LEAKS_H

#include "decide/decide.h"
#include "overlap/job.h"

typedef struct rs_overlap_leaks_job {
    rs_session *session;
    rs_store *store; /* RS_STORE_DECIDE */
    const rs_catalog *catalog;
    rs_leak_question question;
    rs_overlap_crops crops;
} rs_overlap_leaks_job;

/* Fills picture_pair and picture_look with what is not known yet; text_pair and text_look anew
 * where a text, a picture's name or a protected sample is another than at the last comparison.
 * What has no hashes is not compared: the answer of rs_decide_leaks says so. Leaves what
 * rs_protect_ask makes. */
rsift_status rs_overlap_leaks(const rs_overlap_leaks_job *job, rsift_error *err);

#endif
