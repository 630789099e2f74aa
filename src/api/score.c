/* rsift_score: predictions by a benchmark's own rule. */
#include "score/score.h"

rsift_status rsift_score(rsift_context *context, const rsift_score_options *options,
                         rsift_answer *out, rsift_error *err)
{
    return rs_score_make(context, options, out, err);
}

rsift_status rsift_score_profiles(rsift_context *context, rsift_answer *out, rsift_error *err)
{
    (void)context;
    return rs_score_list_profiles(out, err);
}
