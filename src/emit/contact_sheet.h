/* contact-sheet.html: what the trainer will see. */
#ifndef RS_EMIT_CONTACT_SHEET_H
#define RS_EMIT_CONTACT_SHEET_H

#include "emit/job.h"
#include "emit/shown.h"

/* Writes the sheet: pictures with the boxes decoded back from the written text. */
rsift_status rs_emit_contact_sheet(rs_emit_job *job, rs_emit_shown_list *shown, rsift_error *err);

#endif
