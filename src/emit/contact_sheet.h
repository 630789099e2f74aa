/* contact-sheet.html: what the trainer will see. */
#ifndef RS_EMIT_CONTACT_SHEET_H
#define RS_EMIT_CONTACT_SHEET_H

#include "emit/job.h"

/* A written record kept for the sheet. */
typedef struct rs_emit_shown {
    rs_id id;
    rs_str record;            /* as written */
    const uint32_t *pictures; /* numbers of its pictures, in the record's order */
    uint32_t n_pictures;
} rs_emit_shown;

enum { RS_EMIT_SHOWN_MAX = 20 };

typedef struct rs_emit_shown_list {
    rs_arena arena; /* of the records */
    rs_emit_shown items[RS_EMIT_SHOWN_MAX];
    size_t n;
} rs_emit_shown_list;

/* Writes the sheet: pictures with the boxes decoded back from the written text. */
rsift_status rs_emit_contact_sheet(rs_emit_job *job, const rs_emit_shown_list *shown,
                                   rsift_error *err);

#endif
