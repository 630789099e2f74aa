/* What stands behind the public handles. */
#ifndef RS_API_HANDLE_H
#define RS_API_HANDLE_H

#include "api/positions.h"
#include "api/releases.h"
#include "signals/rules.h"

struct rsift_context {
    rs_session *session;
};

struct rsift_workspace {
    rsift_context *context;
    rs_arena arena;
    rs_str dir; /* ptr NULL = opened without a folder */
    rsift_mode mode;
    rs_store *asking;        /* for questions, opened on first use; NULL = not yet */
    rs_positions *positions; /* where samples and pictures are; NULL = not asked yet */
    rs_releases *releases;   /* what is open to read them */
    rs_tag_rules *tag_rules; /* for `sample`, read on first use; NULL = not yet */
};

/* The session, with its workspace set to this handle's folder: a context serves one thread, and
 * each call aims it anew. */
rs_session *rs_api_session(const rsift_workspace *workspace);
/* RSIFT_E_CANCELLED when a cancel has not been reset. */
rsift_status rs_api_check_cancel(const rs_session *session, rsift_error *err);

/* The store for SQL from outside: opened anew when a decision has appeared since. The statement is
 * checked unless the context's maker chose otherwise. */
rsift_status rs_api_question(rsift_workspace *workspace, rs_str sql, rs_store **out,
                             rsift_error *err);
/* The same with positions and releases made, and forgotten when something was indexed since. */
rsift_status rs_api_lookup(rsift_workspace *workspace, rs_store **out, rsift_error *err);

#endif
