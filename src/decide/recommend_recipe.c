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

static void put_entry(rs_buf *out, const rs_plan *p, const rs_offer *s, int64_t allocated)
{
    const rs_candidate *c = &p->pool.candidates[s->dataset];
    const rs_cell *cell = &p->pool.cells[s->cell];
    rs_buf_cstr(out, "  - {id: ");
    rs_json_put_str(out, c->id);
    rs_buf_printf(out, ", tasks: [%s]", rs_model_task_name(cell->task));
    if (c->indexed) {
        rs_buf_cstr(out, ", skills: [");
        rs_json_put_str(out, cell->skill.len ? cell->skill : RS_STR("none"));
        rs_buf_char(out, ']');
    }
    rs_buf_printf(out, ", samples: %" PRId64, allocated);
    int64_t uses = c->indexed && s->n ? (allocated + s->n - 1) / s->n : 1;
    if (uses > 1) rs_buf_printf(out, ", repeats: %" PRId64, uses);
    rs_buf_cstr(out, "}\n");
}

/* The entries of one dataset. From the catalogue alone it is not known how samples are spread over
 * skills: one entry per task then. */
static void put_candidate(rs_buf *out, const rs_plan *p, size_t at)
{
    rs_buf sentence = {0};
    rs_plan_give_reasons(p, at, NULL, &sentence);
    put_comment(out, rs_buf_view(&sentence));
    for (size_t i = 0; i < p->n_used; i++) {
        const rs_offer *s = &p->used[i];
        if (s->dataset != at || s->allocated == 0) continue;
        if (p->pool.candidates[at].indexed) {
            put_entry(out, p, s, s->allocated);
            continue;
        }
        int64_t allocated = 0;
        /* cells of one task are added up at the first of them */
        bool first = true;
        for (size_t k = 0; k < p->n_used; k++) {
            if (p->used[k].dataset != at || p->used[k].allocated == 0 ||
                p->pool.cells[p->used[k].cell].task != p->pool.cells[s->cell].task)
                continue;
            first = first && k >= i;
            allocated += p->used[k].allocated;
        }
        if (first) put_entry(out, p, s, allocated);
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
    if (!job->store)
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
