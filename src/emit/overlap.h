/* What the data card says of leaks, as `rsift leaks` says it; and clean/<benchmark>.ids. */
#ifndef RS_EMIT_OVERLAP_H
#define RS_EMIT_OVERLAP_H

#include "emit/job.h"

/* Writes clean/<benchmark>.ids and appends the card's sections of leaks and of those lists. */
rsift_status rs_emit_write_overlap(rs_emit_job *job, rs_buf *card, rsift_error *err);

#endif
