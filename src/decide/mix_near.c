/* The recipe's policy over near-duplicates; see mix_near.h. */
#include "decide/mix_near.h"

#include "decide/ask.h"
#include "decide/keep.h"
#include "decide/near_files.h"

/* The best picture first: the best of the candidates that show it. */
static const char pictures[] =
    "SELECT picture FROM (SELECT picture, min(open_) AS open_, min(origin) AS origin, max(area) AS "
    "area, min(licence) AS licence FROM near_candidate GROUP BY picture) ORDER BY ";
static const char samples[] =
    "SELECT key, sample_id, picture FROM near_candidate WHERE %s ORDER BY key, ";

static rsift_status write_files(const rs_recipe *r, const rs_near_job *near, rsift_error *err)
{
    rs_buf one = {0}, other = {0};
    int64_t n;
    rs_buf_cstr(&one, pictures);
    rsift_status status = rs_keep_put_order(r->near_keep, &one, err);
    rs_buf_cstr(&one, "picture");
    rs_buf_printf(&other, samples, r->near == RS_RECIPE_NEAR_DROP ? "true" : "false");
    if (status == RSIFT_OK) status = rs_keep_put_order(r->near_keep, &other, err);
    rs_buf_cstr(&other, "sample_id");
    if (status == RSIFT_OK && (one.failed || other.failed))
        status = rs_err_nomem(err, "a statement");
    if (status == RSIFT_OK) status = rs_near_write_pictures(near, rs_buf_view(&one), &n, err);
    if (status == RSIFT_OK) status = rs_near_write_samples(near, rs_buf_view(&other), &n, err);
    rs_buf_fini(&one);
    rs_buf_fini(&other);
    return status;
}

rsift_status rs_mix_find_near(const rs_mix_job *job, rs_str tmp, rsift_error *err)
{
    const rs_recipe *r = job->recipe;
    rs_near *near = NULL;
    RS_TRY(rs_decide_run_section(job->store, "mix", "near", tmp, err));
    /* by no method: no pairs, and both files are empty */
    const rs_near_choice choice = {.methods = r->near == RS_RECIPE_NEAR_KEEP ? 0 : r->near_methods,
                                   .score = r->near_score};
    RS_TRY(rs_near_load(job->store, &choice, &near, err));
    const rs_near_job files = {job->store, near, tmp};
    const rsift_status status = write_files(r, &files, err);
    rs_near_free(near);
    RS_TRY(status);
    RS_TRY(rs_decide_run_section(job->store, "duplicates", "members", tmp, err));
    return rs_decide_run_section(job->store, "mix", "near_files", tmp, err);
}
