/* What is stale, the stages over it, and the note of what was looked at. */
#include "overlap/overlap.h"

#include "decide/ask.h"
#include "decide/look.h"
#include "overlap/crops.h"
#include "overlap/perceptual.h"
#include "overlap/verify.h"

static rsift_status section(const rs_overlap_job *job, const char *name, rsift_error *err)
{
    return rs_decide_run_section(job->store, "look", name, RS_STR(""), err);
}

/* Equal keys whose pixels lie in another order. */
static rsift_status prove_turned(const rs_overlap_job *job, rsift_error *err)
{
    rs_verify verify = {.job = job};
    rs_result *result;
    RS_TRY(rs_decide_ask(job->store, "look", "turned", RS_STR(""), &result, err));
    rsift_status status;
    while ((status = rs_result_next(result, err)) == RSIFT_OK) {
        const rs_candidate c = {.a = rs_result_id(result, 0),
                                .b = rs_result_id(result, 1),
                                .kind = RS_CANDIDATE_PIXELS};
        if ((status = rs_verify_add(&verify, &c, err)) != RSIFT_OK) break;
    }
    rs_result_close(result);
    if (status == RSIFT_END) status = rs_verify_flush(&verify, err);
    rs_verify_fini(&verify);
    return status;
}

/* Stages 0 and 1 over the pictures of stale looks. */
static rsift_status search(const rs_overlap_job *job, bool within, rsift_error *err)
{
    RS_TRY(section(job, "work", err));
    RS_TRY(section(job, "pixels", err));
    RS_TRY(prove_turned(job, err));
    RS_TRY(rs_overlap_flat(job, within, err));
    RS_TRY(rs_overlap_perceptual(job, within, err));
    RS_TRY(rs_store_begin(job->store, err));
    const rsift_status status = section(job, "finish", err);
    const rsift_status end =
        rs_store_end(job->store, status == RSIFT_OK, status == RSIFT_OK ? err : NULL);
    return status == RSIFT_OK ? end : status;
}

static rsift_status run(const rs_overlap_job *job, bool within, rsift_error *err)
{
    int64_t n_stale = 0;
    RS_TRY(rs_look_make_marks(job->store, job->kind, job->radius, err));
    RS_TRY(section(job, within ? "within" : "between", err));
    RS_TRY(section(job, "old", err));
    RS_TRY(section(job, "stale", err));
    RS_TRY(rs_decide_number(job->store, "SELECT count(*) FROM near_stale", &n_stale, err));
    if (n_stale) RS_TRY(search(job, within, err));
    return within ? RSIFT_OK : rs_overlap_crops_between(job, err);
}

rsift_status rs_overlap_between(const rs_overlap_job *job, rsift_error *err)
{
    return run(job, false, err);
}

rsift_status rs_overlap_within(const rs_overlap_job *job, rsift_error *err)
{
    return run(job, true, err);
}
