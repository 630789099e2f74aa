/* See wall.h. */
#include "api/wall.h"

rsift_status rs_api_wall(rs_call *call, const rs_pool_call *pool, rs_wall_kind kind,
                         rsift_error *err)
{
    const rs_str file = rs_call_str(call, "html");
    if (!file.ptr && rs_call_given(call, "pairs"))
        return rs_err_set(err, RSIFT_E_ARG, "pairs are for a page: name its file with --html");
    if (!file.ptr) return RSIFT_OK;
    const rs_wall_job job = {.session = call->session,
                             .store = pool->store,
                             .catalog = pool->catalog,
                             .kind = kind,
                             .file = file,
                             .n_pairs = rs_call_integer(call, "pairs", 0)};
    return rs_overlap_wall(&job, err);
}
