/* rsift_run: finds the verb, checks its options, runs it. */
#include "api/handle.h"
#include "api/call.h"

rsift_status rsift_run(rsift_workspace *workspace, const char *verb, const char *options,
                       rsift_answer *answer, rsift_error *err)
{
    if (!answer) return rs_err_set(err, RSIFT_E_ARG, "rsift_run: answer is NULL");
    *answer = (rsift_answer){0}; /* so that a caller may free it after any failure */
    if (!workspace) return rs_err_set(err, RSIFT_E_ARG, "rsift_run: workspace is NULL");
    rs_call call = {.workspace = workspace, .session = rs_api_session(workspace)};
    RS_TRY(rs_verb_require(verb, &call.verb, err));
    if (!call.verb->run)
        return rs_err_set(err, RSIFT_E_UNSUPPORTED, "%s is a verb of the command alone", verb);
    /* The request to stop is not cleared here: it may have come just before this call. */
    RS_TRY(rs_api_check_cancel(call.session, err));
    /* A handle without a folder passes: a verb that needs one says so when it opens the store. */
    if (call.verb->use >= RS_WRITES && workspace->dir.ptr && workspace->mode == RSIFT_READ)
        return rs_err_set(err, RSIFT_E_ARG,
                          "%s writes into the workspace, which is open for reading; open it with "
                          "RSIFT_WRITE",
                          call.verb->name);
    rsift_status status = rs_call_read(&call, options, err);
    if (status == RSIFT_OK) status = call.verb->run(&call, answer, err);
    if (status != RSIFT_OK) rsift_answer_free(answer);
    rs_arena_fini(&call.arena);
    return status;
}
