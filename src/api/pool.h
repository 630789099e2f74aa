/* What the verbs that ask or decide over all datasets share: the store, its end, the answer. */
#ifndef RS_API_POOL_H
#define RS_API_POOL_H

#include "api/call.h"

typedef struct rs_pool_call {
    const rs_catalog *catalog;
    rs_store *store;
    rs_buf json; /* the answer, as rs_decide_* append it */
} rs_pool_call;

/* The catalogue and the workspace in `mode`. Call rs_api_pool_end also after a failure. */
rsift_status rs_api_pool_begin(rs_call *call, rs_store_mode mode, rs_pool_call *pool,
                               rsift_error *err);
/* Closes the store; when `status` is RSIFT_OK, what was decided becomes visible and `json` the
 * answer, with n_findings. Returns `status` or what failed here. */
rsift_status rs_api_pool_end(rs_pool_call *pool, rsift_status status, int64_t n_findings,
                             rsift_answer *out, rsift_error *err);

#endif
