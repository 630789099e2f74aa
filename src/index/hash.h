/* hash: the pictures of an indexed release are decoded once, and what their pixels are is kept in
 * parts of table picture_hash (store/picture_hash.h), `hash-<fingerprint>-<begin>-<end>`.
 *
 * The key is the content hash. What is hashed already, in whichever release, is not decoded again;
 * a run that was stopped goes on behind its finished parts; parts survive when the release is
 * indexed again, and a picture that changed has another key. */
#ifndef RS_INDEX_HASH_H
#define RS_INDEX_HASH_H

#include "index/media.h"
#include "index/units.h"

#define RS_INDEX_HASH_FAMILY "hash-" /* of the names of the parts */

typedef struct rs_index_hash_job {
    rs_session *session;
    rs_store *store; /* mode PARTS; the caller holds the release's unit (index/units.h) */
    rs_str release_id;
    rs_index_unit unit;
    bool no_exact;
    /* index --hash: the unit's pictures are those that it read; NULL = shares go by the content */
    const rs_index_media *media;
    /* Called for each picture that is no longer what was indexed. May be NULL. */
    void (*wrong)(void *ctx, rs_str place, const char *why);
    void *ctx;
    int64_t n_hashed, n_failed, n_changed; /* out: contents that this run looked at */
} rs_index_hash_job;

/* Errors: the workspace, memory, a cancel. A picture that cannot be hashed is a row; one that is no
 * longer what was indexed gets none. */
rsift_status rs_index_hash_run(rs_index_hash_job *job, rsift_error *err);

#endif
