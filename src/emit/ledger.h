/* ledger.parquet: one row for every candidate of the mixture, kept or not, with the reason. */
#ifndef RS_EMIT_LEDGER_H
#define RS_EMIT_LEDGER_H

#include "emit/job.h"

rsift_status rs_emit_write_ledger(rs_emit_job *job, rsift_error *err);

#endif
