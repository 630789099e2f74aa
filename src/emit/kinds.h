/* The samples of an emit counted by release, task and skill: most of what is asked about all of
 * them is answered by these few rows, without joining the ledger and the samples again. */
#ifndef RS_EMIT_KINDS_H
#define RS_EMIT_KINDS_H

#include "emit/job.h"

/* Makes the table emit_kind(release_id, task, skill, n, n_repeats, n_assets) on the job's store: of
 * the samples that its mixture keeps, or of all samples of the evaluation's dataset. n_assets is
 * the most pictures that one of them has. */
rsift_status rs_emit_make_kinds(rs_emit_job *job, rsift_error *err);

#endif
