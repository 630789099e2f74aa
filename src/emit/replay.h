/* Replay: the sources of every release are read again in their own order, the wanted samples are
 * rendered by all threads, and their records go into the job's spill. */
#ifndef RS_EMIT_REPLAY_H
#define RS_EMIT_REPLAY_H

#include "emit/job.h"

/* Fills job->spill, job->pictures (which are used) and the report's dropped samples.
 * Errors: RSIFT_E_FORMAT when a release is not what was indexed or a record cannot be verified. */
rsift_status rs_emit_replay(rs_emit_job *job, rsift_error *err);

#endif
