/* Writing the records: from the spill, in their order, into the layout's container, with what the
 * layout wants next to it, and in an evaluation with truth.jsonl. */
#ifndef RS_EMIT_WRITE_H
#define RS_EMIT_WRITE_H

#include "emit/contact_sheet.h"
#include "emit/job.h"

/* Pictures must have been written: a record that names a failed one is dropped ("picture-failed",
 * "picture-changed").
 * The first 200 records and every 997th are verified; some are kept for the contact sheet. Sets the
 * numbers of records and boxes in the report. */
rsift_status rs_emit_write_records(rs_emit_job *job, rs_emit_shown_list *shown, rsift_error *err);

#endif
