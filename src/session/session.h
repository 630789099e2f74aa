/* What a driver gets: threads, memory, limits, progress, cancel, the catalogue and the workspace's
 * folder. Not the public handles: those stand in api and hold a session. One thread at a time;
 * `cancel` is the exception. */
#ifndef RS_SESSION_SESSION_H
#define RS_SESSION_SESSION_H

#include "base/arena.h"
#include "base/buf.h"
#include "catalog/catalog.h"
#include "io/io.h"
#include "rsift/rsift.h"
#include "run/budget.h"
#include "run/pipeline.h"
#include "run/progress.h"
#include "store/store.h"

typedef struct rs_session {
    rs_arena arena;
    rs_str workspace;      /* folder; ptr NULL = none */
    const char **catalogs; /* folders of the caller's own catalogue records */
    size_t n_catalogs;
    size_t n_threads;   /* at least 1 */
    bool spare_threads; /* nobody asked for a number: the database may do with fewer */
    int memory_mb;
    bool unsafe_sql; /* questions are not checked */
    rsift_limits limits;
    rsift_progress_fn *progress;
    void *progress_user;
    rs_cancel cancel;
    rs_catalog *catalog; /* loaded on first use */
    rs_budget images;    /* bytes of decoded pictures, of all threads: limits.max_image */
} rs_session;

/* options NULL = defaults; `workspace` (NULL = none) and what the options point to is copied.
 * Errors: RSIFT_E_ARG (a struct of size 0, a negative number, a NULL folder), RSIFT_E_NOMEM. */
rsift_status rs_session_new(const rsift_context_options *options, const char *workspace,
                            rs_session **out, rsift_error *err);
void rs_session_free(rs_session *session);

/* Copies a client's struct of options into ours: what an older, smaller one lacks stays 0, and
 * the fields that only a newer one has must be 0. The first field of both is `size_t size`.
 * Errors: RSIFT_E_ARG; `what` names the struct. */
rsift_status rs_session_read_options(void *ours, size_t our_size, const void *theirs,
                                     const char *what, rsift_error *err);

/* The catalogue, loaded on first use. */
rsift_status rs_session_catalog(rs_session *session, const rs_catalog **out, rsift_error *err);

/* Opens the session's workspace. RSIFT_E_ARG with what to do when there is none. */
rsift_status rs_session_store(rs_session *session, rs_store_mode mode, bool create, rs_store **out,
                              rsift_error *err);

/* A reading store that sees what `writing` (mode PARTS) has made so far, also when it is staged. */
rsift_status rs_session_reading(rs_session *session, const rs_store *writing, rs_store **out,
                                rsift_error *err);

/* Opens data of others: a folder, an archive or a file, with archives and files of rows in it. */
rsift_status rs_session_tree(const rs_session *session, rs_str path, rs_io_tree **out,
                             rsift_error *err);

rs_progress *rs_session_progress(rs_session *session, const char *stage, const char *unit,
                                 int64_t n_total);

/* Turns a finished buffer into an answer, which owns its memory then; RSIFT_E_NOMEM when the buffer
 * failed. */
rsift_status rs_session_answer(rs_buf *json, rsift_answer *out, rsift_error *err);

#endif
