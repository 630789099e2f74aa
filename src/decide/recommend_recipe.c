/* The recommendation as a recipe: a person may edit it before `rsift mix` reads it. */
#include "decide/recommend_plan.h"

#include <inttypes.h>

/* Text as YAML comment lines of at most 108 characters, broken at blanks. */
static void put_comment(rs_buf *out, rs_str text)
{
    enum { width = 108 };
    while (text.len) {
        size_t n = text.len <= width ? text.len : width;
        /* at a blank, unless a word is very long */
        while (n < text.len && n > 40 && text.ptr[n] != ' ') n--;
        rs_buf_cstr(out, "  # ");
        rs_buf_str(out, rs_str_sub(text, 0, n));
        rs_buf_char(out, '\n');
        text = rs_str_trim(rs_str_sub(text, n, text.len));
    }
}

/* What is allocated of a dataset's task, over all skills; in *first the first offer of it. */
static int64_t sum_task(const rs_plan *p, size_t candidate, rs_task task, size_t *first)
{
    int64_t sum = 0;
    *first = p->pool.n_offers;
    for (size_t i = p->pool.n_offers; i-- > 0;) {
        const rs_offer *o = &p->pool.offers[i];
        if (o->dataset != candidate || p->few.allocated[i] == 0) continue;
        if (p->pool.cells[o->cell].task != task) continue;
        sum += p->few.allocated[i];
        *first = i;
    }
    return sum;
}

/* The entries of one dataset, one per task: how its samples are spread over skills is not known. */
static void put_candidate(rs_buf *out, const rs_plan *p, size_t at)
{
    rs_buf sentence = {0};
    rs_plan_give_reasons(p, at, NULL, &sentence);
    put_comment(out, rs_buf_view(&sentence));
    for (size_t i = 0; i < p->pool.n_offers; i++) {
        const rs_offer *o = &p->pool.offers[i];
        if (o->dataset != at || p->few.allocated[i] == 0) continue;
        const rs_task task = p->pool.cells[o->cell].task;
        size_t first;
        const int64_t samples = sum_task(p, at, task, &first);
        if (first != i) continue;
        rs_buf_cstr(out, "  - {id: ");
        rs_json_put_str(out, p->pool.candidates[at].id);
        rs_buf_printf(out, ", tasks: [%s], samples: %" PRId64 "}\n", rs_model_task_name(task),
                      samples);
    }
    out->failed = out->failed || sentence.failed;
    rs_buf_fini(&sentence);
}

rsift_status rs_plan_put_recipe(const rs_plan *p, rs_buf *out, rsift_error *err)
{
    const rs_recommend_job *job = p->job;
    rs_buf_cstr(out, "# An allocation by rsift recommend; docs/recipe.md explains every key. Edit "
                     "it as you like.\n# goals:");
    for (size_t i = 0; i < job->goals.n; i++)
        rs_buf_printf(out, " %.*s", RS_STR_ARG(job->goals.items[i]));
    rs_buf_cstr(out, job->goals.n ? "\n" : " everything alike\n");
    rs_buf_cstr(out, "# From the catalogue alone: download and index these datasets first; "
                     "their numbers are assumed.\n");
    const rs_recipe head = {.name = job->recipe_name,
                            .seed = job->seed,
                            .protect = job->protect,
                            .licence = job->licence};
    rs_recipe_put_head(out, &head);
    rs_buf_printf(out, "budget: {%s: %" PRId64 "}\ndatasets:\n",
                  job->budget_in_images ? "images" : "samples", job->budget);
    for (size_t i = 0; i < p->n_order; i++) put_candidate(out, p, p->order[i]);
    return out->failed ? rs_err_nomem(err, "the recipe") : RSIFT_OK;
}
