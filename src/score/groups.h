/* Categories of samples besides their type: by fields of the truth's records, or by something
 * computed from the reference (number of objects, area, range of a count). */
#ifndef RS_SCORE_GROUPS_H
#define RS_SCORE_GROUPS_H

#include "score/run.h"

/* Before the truth is read: sets the job's fields to show categories by (--by, else the profile's)
 * and what the reader has to keep for them. Errors: RSIFT_E_ARG, RSIFT_E_NOMEM. */
rsift_status rs_score_wanted_fields(rs_score_job *job, rs_score_wants *wants, rsift_error *err);
/* Afterwards: numbers each sample's category. A field that no record has is dropped, with a note
 * where the user asked for it. */
rsift_status rs_score_group(rs_score_job *job, rsift_error *err);

#endif
