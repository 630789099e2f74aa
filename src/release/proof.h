/* Is a release still what was indexed? Its files by size and time, its records and pictures by
 * their hashes. Goes on after whatever is wrong; what to do is said with it. */
#ifndef RS_RELEASE_PROOF_H
#define RS_RELEASE_PROOF_H

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

/* Errors are those of the workspace, memory and a cancel; what the release makes is `wrong`. */
rsift_status rs_release_proof(rs_proof *proof, rsift_error *err);

#endif
