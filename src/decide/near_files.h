/* What near.h finds, as files beside a decision's other temporary ones: lines of tab-separated
 * columns, which duplicates.sql reads. */
#ifndef RS_DECIDE_NEAR_FILES_H
#define RS_DECIDE_NEAR_FILES_H

#include "decide/near.h"

typedef struct rs_near_job {
    rs_store *store;
    const rs_near *near;
    rs_str tmp; /* the folder */
} rs_near_job;

/* Stars over the pictures that `sql` lists, the best first, into near_pictures.tsv: picture,
 * centre, method, transform, distance, score, evidence; centres have no line. *n = lines. */
rsift_status rs_near_write_pictures(const rs_near_job *job, rs_str sql, int64_t *n,
                                    rsift_error *err);
/* Samples that are the same as one that stays, into near_samples.tsv: sample, the one that
 * stays, method, transform, distance, score, evidence. `sql` lists key, sample and picture,
 * ordered by key, then the best first. */
rsift_status rs_near_write_samples(const rs_near_job *job, rs_str sql, int64_t *n,
                                   rsift_error *err);

#endif
