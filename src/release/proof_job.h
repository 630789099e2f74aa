/* What a proof of a release works on, and how it tells what is wrong. */
#ifndef RS_RELEASE_PROOF_JOB_H
#define RS_RELEASE_PROOF_JOB_H

#include "session/session.h"

/* What was looked at, and what was wrong with it. */
typedef struct rs_proof_row {
    const char *what; /* "files", "records", "pictures" */
    int64_t n_checked, n_wrong;
} rs_proof_row;

typedef struct rs_proof {
    rs_session *session;
    rs_store *store; /* mode READ; its parts prove */
    rs_str release_id, config;
    bool deep; /* also every record, and the bytes of every picture */
    /* Called for each thing that is wrong; `place` names it. */
    void (*wrong)(void *ctx, const char *what, rs_str place, const char *why);
    void *ctx;
    rs_proof_row files, records, pictures; /* out */
} rs_proof;

/* One thing that is wrong: counted in the row and handed to the caller. */
void rs_proof_tell(rs_proof *proof, rs_proof_row *row, rs_str place, const char *why);
/* An error of the release becomes something wrong; one of memory or a cancel stays an error.
 * RSIFT_OK and RSIFT_END are neither. */
rsift_status rs_proof_tell_error(rs_proof *proof, rs_proof_row *row, rsift_status status,
                                 const rsift_error *why, rsift_error *err);

#endif
