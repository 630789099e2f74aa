/* ledger.parquet: one row for every candidate of the mixture, kept or not, with the reason. */
#ifndef RS_EMIT_LEDGER_H
#define RS_EMIT_LEDGER_H

#include "emit/job.h"

/* Of a sample that this emit left out: kept false, the emit's reason, 0 repeats. */
rsift_status rs_emit_write_ledger(rs_emit_job *job, rsift_error *err);

/* Writes the reasons into the column left_out of the workspace's ledger, and clears those of an
 * earlier emit of the mixture. *marked false: the workspace cannot be written now. */
rsift_status rs_emit_mark_ledger(rs_emit_job *job, bool *marked, rsift_error *err);

#endif
