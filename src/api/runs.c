/* Runs of one's own as a recommendation; see runs.h. */
#include "api/runs.h"

#include "api/file.h"
#include "decide/runs.h"

/* What else decides about a mixture cannot be combined with what was measured. */
static rsift_status check_options(const rs_call *call, const rs_recommend_job *job,
                                  rsift_error *err)
{
    if (rs_call_given(call, "goals") || rs_call_given(call, "like") ||
        rs_call_given(call, "benchmarks") || rs_call_given(call, "general"))
        return rs_err_set(
            err, RSIFT_E_ARG,
            "--runs has its goals in its benchmarks: it excludes --goal, --for, --like and "
            "--general");
    if (job->budget_in_images)
        return rs_err_set(err, RSIFT_E_ARG, "with --runs the budget counts samples");
    return RSIFT_OK;
}

rsift_status rs_api_recommend_runs(rs_call *call, rs_recommend_job *job, rsift_answer *out,
                                   rsift_error *err)
{
    const char *path = rs_call_text(call, "recipe");
    rs_buf json = {0}, recipe = {0};
    int64_t n_findings = 0;
    RS_TRY(check_options(call, job, err));
    RS_TRY(rs_session_catalog(call->session, &job->catalog, err));
    if (!rs_call_given(call, "budget")) job->budget = 0; /* that of the runs */
    if (call->session->workspace.ptr && !rs_call_flag(call, "catalogue_only"))
        RS_TRY(rs_session_store(call->session, RS_STORE_READ, false, &job->store, err));
    const rs_runs_job runs = {.recommend = job,
                              .file = rs_call_str(call, "runs"),
                              .own = rs_call_texts(call, "own"),
                              .losses = rs_call_flag(call, "losses"),
                              .limits = &call->session->limits};
    rsift_status status = rs_decide_runs(&runs, &json, &recipe, &n_findings, err);
    rs_store_close(job->store);
    if (status == RSIFT_OK && path && recipe.len) status = rs_api_write_file(path, &recipe, err);
    if (status == RSIFT_OK) status = rs_session_answer(&json, out, err);
    if (status == RSIFT_OK) out->n_findings = n_findings > INT32_MAX ? INT32_MAX : (int)n_findings;
    rs_buf_fini(&json);
    rs_buf_fini(&recipe);
    return status;
}
