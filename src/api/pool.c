/* Begin and end of audit, duplicates, leaks, mix. */
#include "api/pool.h"

rsift_status rs_api_pool_begin(rs_call *call, rs_store_mode mode, rs_pool_call *pool,
                               rsift_error *err)
{
    *pool = (rs_pool_call){0};
    RS_TRY(rs_session_catalog(call->session, &pool->catalog, err));
    return rs_session_store(call->session, mode, false, &pool->store, err);
}

rsift_status rs_api_pool_end(rs_pool_call *pool, rsift_status status, int64_t n_findings,
                             rsift_answer *out, rsift_error *err)
{
    /* The order matters: an answer may not tell of decisions that could not be made visible. */
    if (status == RSIFT_OK) status = rs_store_finish(pool->store, err);
    else rs_store_close(pool->store);
    if (status == RSIFT_OK) status = rs_session_answer(&pool->json, out, err);
    if (status == RSIFT_OK) out->n_findings = n_findings > INT32_MAX ? INT32_MAX : (int)n_findings;
    rs_buf_fini(&pool->json);
    *pool = (rs_pool_call){0};
    return status;
}
