/* rsift_context_*, rsift_answer_free, rsift_version. */
#include "api/handle.h"

#include "base/alloc.h"
#include "rsift/rsift.h"

const char *rsift_version(void)
{
    return RSIFT_VERSION;
}

rsift_status rsift_context_new(const rsift_context_options *options, rsift_context **out,
                               rsift_error *err)
{
    if (!out) return rs_err_set(err, RSIFT_E_ARG, "rsift_context_new: out is NULL");
    /* So that a caller may free the handle after a failure too. */
    *out = NULL;
    rsift_context *c = rs_calloc(1, sizeof *c);
    if (!c) return rs_err_nomem(err, "a context");
    rsift_status status = rs_session_new(options, NULL, &c->session, err);
    if (status == RSIFT_OK) *out = c;
    else rs_free(c);
    return status;
}

void rsift_context_free(rsift_context *context)
{
    if (!context) return;
    rs_session_free(context->session);
    rs_free(context);
}

void rsift_context_cancel(rsift_context *context)
{
    if (context) rs_cancel_request(&context->session->cancel);
}

void rsift_context_reset(rsift_context *context)
{
    if (context) rs_cancel_reset(&context->session->cancel);
}

void rsift_answer_free(rsift_answer *answer)
{
    if (!answer) return;
    rs_free(answer->json);
    *answer = (rsift_answer){0};
}
