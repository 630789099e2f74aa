/* What is asked of an emit, checked before anything is opened. */
#ifndef RS_EMIT_ASKED_H
#define RS_EMIT_ASKED_H

#include "emit/job.h"

/* Sets the job's writer, model, view, form of oriented boxes and mode of pictures by its options.
 * RSIFT_E_ARG names the option and what it may be. */
rsift_status rs_emit_check_options(rs_emit_job *job, rsift_error *err);

#endif
