/* The largest choice within a budget of tokens or pictures; see aim_limit.h. */
#include "decide/aim_limit.h"

#include "base/alloc.h"
#include "base/map.h"
#include "choose/fit.h"
#include "decide/aim_diverse.h"

#include <inttypes.h>

/* ---- choices --------------------------------------------------------------------------------- */

typedef struct fitting {
    rs_aim_plan *plan;
    const int64_t *tokens; /* NULL: pictures count */
    rs_map64 seen;
} fitting;

/* Tokens or distinct pictures of what is chosen now. A sample's repeats cost its tokens again, and
 * no other picture. */
static rsift_status cost_of_choice(fitting *f, int64_t *cost, rsift_error *err)
{
    const rs_aim_plan *p = f->plan;
    *cost = 0;
    rs_map64_fini(&f->seen);
    for (size_t i = 0; i < p->n_samples; i++) {
        bool made = true;
        if (!p->samples[i].chosen) continue;
        if (!f->tokens && !rs_map64_put(&f->seen, p->samples[i].picture, 1, &made))
            return rs_err_nomem(err, "the pictures");
        *cost += f->tokens ? f->tokens[i] * p->samples[i].uses : made;
    }
    return RSIFT_OK;
}

/* The choice for the plan's budget of samples. */
static rsift_status choose(rs_aim_plan *p, rsift_error *err)
{
    rs_aim_result_fini(&p->result);
    RS_TRY(rs_aim_choose(&p->in, p->samples, p->n_samples, &p->result, err));
    return p->job->diverse ? rs_aim_diversify(p, err) : RSIFT_OK;
}

static rsift_status cost_of_number(void *ctx, int64_t n, int64_t *cost, rsift_error *err)
{
    fitting *f = ctx;
    rs_aim_plan *p = f->plan;
    p->in.budget = n;
    p->in.n_general = (int64_t)((double)n * p->job->general + 0.5);
    RS_TRY(choose(p, err));
    return cost_of_choice(f, cost, err);
}

static rsift_status nothing_fits(const rs_aim_plan *p, const int64_t *tokens, rsift_error *err)
{
    int64_t least = INT64_MAX;
    for (size_t i = 0; i < p->n_samples; i++)
        if (tokens[i] < least) least = tokens[i];
    return rs_err_set(err, RSIFT_E_ARG,
                      "a budget of %" PRId64 " tokens holds no sample: the smallest needs %" PRId64
                      " with %s",
                      p->job->limit.budget, least, p->job->limit.model->name);
}

static rsift_status fit(fitting *f, rsift_error *err)
{
    rs_aim_plan *p = f->plan;
    const rs_aim_limit *limit = &p->job->limit;
    const int64_t epochs = p->in.epochs ? p->in.epochs : 1;
    int64_t n, used;
    RS_TRY(
        rs_choose_fit(cost_of_number, f, limit->budget, (int64_t)p->n_samples * epochs, &n, err));
    if (n == 0 && f->tokens) return nothing_fits(p, f->tokens, err);
    /* the last look was at another number */
    RS_TRY(cost_of_number(f, n, &used, err));
    /* samples of no cell are not repeated: the largest choice may have fewer */
    const int64_t n_chosen =
        p->result.n_aimed + p->result.n_general + p->result.n_unaimed + p->result.n_copies;
    if (n_chosen < n) p->in.budget = n_chosen;
    p->limit_used = used;
    return RSIFT_OK;
}

rsift_status rs_aim_choose_within(rs_aim_plan *p, rsift_error *err)
{
    const rs_aim_limit *limit = &p->job->limit;
    if (p->job->diverse) RS_TRY(rs_aim_read_looks(p, err));
    if (limit->unit == RS_AIM_SAMPLES || p->n_samples == 0) return choose(p, err);
    fitting f = {.plan = p};
    int64_t *tokens = NULL, *of_pictures = NULL;
    rsift_status status = RSIFT_OK;
    if (limit->unit == RS_AIM_TOKENS) {
        tokens = rs_calloc(p->n_samples, sizeof *tokens);
        of_pictures = rs_calloc(p->n_samples, sizeof *of_pictures);
        status = tokens && of_pictures ? rs_aim_tokens(p->job->recommend->store, limit, p->ids,
                                                       p->n_samples, tokens, of_pictures, err)
                                       : rs_err_nomem(err, "the tokens");
    }
    f.tokens = tokens;
    if (status == RSIFT_OK) status = fit(&f, err);
    for (size_t i = 0; status == RSIFT_OK && tokens && i < p->n_samples; i++)
        p->picture_tokens += of_pictures[i] * p->samples[i].uses;
    rs_map64_fini(&f.seen);
    rs_free(tokens);
    rs_free(of_pictures);
    return status;
}

void rs_aim_put_limit(const rs_aim_plan *p, rs_json_writer *json)
{
    const rs_aim_limit *limit = &p->job->limit;
    if (limit->unit == RS_AIM_SAMPLES) return;
    const bool tokens = limit->unit == RS_AIM_TOKENS;
    rs_json_field_object(json, "limit");
    rs_json_field_cstr(json, "unit", tokens ? "tokens" : "images");
    rs_json_field_i64(json, "budget", limit->budget);
    rs_json_field_i64(json, "used", p->limit_used);
    if (tokens) {
        const rs_render_cost *cost = &limit->model->cost;
        rs_json_field_i64(json, "of_pictures", p->picture_tokens);
        rs_json_field_cstr(json, "model", limit->model->name);
        rs_json_field_i64(json, "min_pixels",
                          (int64_t)(limit->min_pixels > 0 ? limit->min_pixels : cost->min_pixels));
        rs_json_field_i64(json, "max_pixels",
                          (int64_t)(limit->max_pixels > 0 ? limit->max_pixels : cost->max_pixels));
    }
    rs_json_end_object(json);
}
