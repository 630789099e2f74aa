/* The context behind the public handle: what every verb needs, made lazily. One thread at a time.
 */
#ifndef RS_SESSION_SESSION_H
#define RS_SESSION_SESSION_H

#include "base/arena.h"
#include "base/buf.h"
#include "catalog/catalog.h"
#include "rsift/rsift.h"
#include "run/pipeline.h"
#include "run/progress.h"
#include "store/store.h"

struct rsift_context {
    rs_arena arena;
    rs_str workspace;      /* ptr NULL = none given */
    const char **catalogs; /* overlay folders */
    size_t n_catalogs;
    size_t n_threads; /* at least 1 */
    int memory_mb;
    rsift_limits limits;
    rsift_progress_fn *progress;
    void *progress_user;
    rs_cancel cancel;
    rs_catalog *catalog; /* loaded on first use */
};

/* What a driver gets. */
typedef rsift_context rs_session;

/* The catalogue, loaded on first use. */
rsift_status rs_session_catalog(rs_session *session, const rs_catalog **out, rsift_error *err);

/* Opens the context's workspace; RSIFT_E_ARG with the way out when none was given or it is absent.
 */
rsift_status rs_session_store(rs_session *session, rs_store_mode mode, bool create, rs_store **out,
                              rsift_error *err);

rs_progress *rs_session_progress(rs_session *session, const char *what, const char *unit,
                                 int64_t n_total);

/* Turns a finished buffer into an answer (takes the buffer over); RSIFT_E_NOMEM when it failed. */
rsift_status rs_session_answer(rs_buf *json, rsift_answer *out, rsift_error *err);

#endif
