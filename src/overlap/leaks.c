#include "overlap/leaks.h"

#include "decide/ask.h"
#include "decide/protect.h"

rsift_status rs_overlap_leaks(const rs_overlap_leaks_job *job, rsift_error *err)
{
    const rs_overlap_job between = {.session = job->session,
                                    .store = job->store,
                                    .kind = "leak",
                                    .radius = RS_OVERLAP_RADIUS,
                                    .crops = job->crops};
    RS_TRY(rs_protect_make(job->store, job->catalog, job->protect, err));
    RS_TRY(rs_decide_run_section(job->store, "protect", "near_side", RS_STR(""), err));
    return rs_overlap_between(&between, err);
}
