/* Options of verbs whose answer is data to train on: see pool_options.h. */
#include "api/pool_options.h"

#include "base/num.h"

/* The filter of a word that the table of parameters has checked. */
static rs_recipe_licence licence_of(const char *word)
{
    for (int i = RS_RECIPE_OPEN; word && i <= RS_RECIPE_ANY; i++)
        if (rs_str_eq(rs_str_of(word), rs_str_of(rs_recipe_licence_name((rs_recipe_licence)i))))
            return (rs_recipe_licence)i;
    return RS_RECIPE_RESEARCH;
}

/* "20000", "50k", "2M" samples; "5000images" pictures; "50Mtokens". */
static bool read_budget(rs_str s, rs_recommend_job *job)
{
    static const char *const endings[] = {"images", "tokens", "samples"};
    for (int i = 0; i < 3; i++) {
        if (!rs_str_ends(s, rs_str_of(endings[i]))) continue;
        s = rs_str_trim(rs_str_sub(s, 0, s.len - rs_str_of(endings[i]).len));
        job->budget_in_images = i == 0;
        job->budget_in_tokens = i == 1;
    }
    /* Decimal: 50k = 50,000 and 2M = 2,000,000. */
    const int64_t by = rs_str_ends(s, RS_STR("k"))   ? 1000
                       : rs_str_ends(s, RS_STR("M")) ? 1000000
                                                     : 1;
    if (by > 1) s = rs_str_sub(s, 0, s.len - 1);
    /* At most 10^12 with the factor, so that the product below cannot overflow. */
    if (!rs_num_i64(s, &job->budget) || job->budget <= 0 ||
        job->budget > INT64_C(1000000000000) / by)
        return false;
    job->budget *= by;
    return true;
}

rsift_status rs_api_pool_options(rs_call *call, bool samples_only, rs_recommend_job *job,
                                 rsift_error *err)
{
    char quoted[RS_QUOTE_SIZE];
    const rs_str budget = rs_call_str(call, "budget");
    *job = (rs_recommend_job){.protect = rs_call_texts(call, "protect"),
                              .licence = licence_of(rs_call_text(call, "licence")),
                              .seed = rs_call_integer(call, "seed", 0),
                              .max_bytes = -1};
    if (!budget.ptr || (read_budget(budget, job) &&
                        !(samples_only && (job->budget_in_images || job->budget_in_tokens))))
        return RSIFT_OK;
    rs_err_set(err, RSIFT_E_ARG,
               samples_only ? "expected samples (20000, 50k, 2M), found \"%s\""
                            : "expected samples (20000, 50k, 2M), pictures (5000images) or tokens "
                              "(50Mtokens), found \"%s\"",
               rs_err_quote(quoted, budget));
    return rs_err_within(err, RSIFT_E_ARG, "budget");
}
