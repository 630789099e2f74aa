/* Why a dataset is recommended: everything that speaks for or against it, each with its basis. */
#include "decide/recommend_plan.h"

#include <inttypes.h>

/* The reasons of one row, as JSON objects (NULL = not wanted) and as one sentence. */
typedef struct reasons {
    rs_json_writer *json;
    rs_buf *sentence;
    size_t n;
} reasons;

static void RS_PRINTF(3, 4) add_reason(reasons *r, rs_basis basis, const char *fmt, ...)
{
    char text[400];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    if (r->json) {
        rs_json_begin_object(r->json);
        rs_json_field_cstr(r->json, "text", text);
        rs_json_field_cstr(r->json, "basis", rs_basis_name(basis));
        rs_json_end_object(r->json);
    }
    rs_buf_printf(r->sentence, "%s%s (%s)", r->n ? "; " : "", text, rs_basis_name(basis));
    r->n++;
}

/* The cells that a candidate serves, at most four of them, for a sentence. */
static void put_cells(const rs_plan *p, size_t candidate, rs_buf *out)
{
    size_t n = 0;
    for (size_t i = 0; i < p->pool.n_offers; i++) {
        if (p->pool.offers[i].dataset != candidate || p->few.allocated[i] == 0) continue;
        const rs_cell *cell = &p->pool.cells[p->pool.offers[i].cell];
        /* a sentence has room for four */
        if (n == 4) {
            rs_buf_cstr(out, " and more");
            return;
        }
        rs_buf_printf(out, "%s%s", n++ ? ", " : "", rs_model_task_name(cell->task));
        if (cell->skill.len) rs_buf_printf(out, "/%.*s", RS_STR_ARG(cell->skill));
    }
}

/* The most often that a sample of the candidate is used: ceil(allocated / offered) over its
 * cells. */
static int most_repeats(const rs_plan *p, size_t candidate)
{
    int64_t most = 1;
    for (size_t i = 0; i < p->pool.n_offers; i++) {
        const rs_offer *s = &p->pool.offers[i];
        if (s->dataset != candidate || p->few.allocated[i] == 0) continue;
        int64_t uses = (p->few.allocated[i] + s->n - 1) / s->n;
        if (uses > most) most = uses;
    }
    return (int)most;
}

/* What of the pictures may be somebody's test data. */
static void give_leaks(const rs_candidate *c, reasons *r)
{
    if (c->may_leak.n == 0) return;
    rs_buf names = {0};
    for (size_t i = 0; i < c->may_leak.n && i < 4; i++)
        rs_buf_printf(&names, "%s%.*s", i ? ", " : "", RS_STR_ARG(c->may_leak.items[i]));
    if (c->may_leak.n > 4) rs_buf_printf(&names, " and %zu more", c->may_leak.n - 4);
    if (!names.failed)
        add_reason(r, RS_FROM_CATALOGUE,
                   "may share pictures with %.*s: run rsift leaks once it is indexed",
                   RS_STR_ARG(rs_buf_view(&names)));
    r->sentence->failed = r->sentence->failed || names.failed;
    rs_buf_fini(&names);
}

/* What a dataset that is not here yet brings to the goals, and what it costs. */
static void give_gain(const rs_plan *p, size_t at, reasons *r)
{
    const rs_candidate *c = &p->pool.candidates[at];
    if (c->first) add_reason(r, RS_FROM_CATALOGUE, "it is the goal's own training data");
    for (size_t i = 0; i < p->few.answer.n_chosen; i++) {
        const rs_dataset_choice *choice = &p->few.answer.chosen[i];
        if (choice->dataset != at) continue;
        const int without = rs_few_permille(choice->without);
        add_reason(r, RS_ASSUMED, "without it %d.%d %% of what is covered would be missing",
                   without / 10, without % 10);
    }
    if (c->bytes < 0) add_reason(r, RS_FROM_CATALOGUE, "nobody says how large its download is");
}

/* Everything that speaks for or against a candidate, each with its basis. */
static void give_reasons(const rs_plan *p, size_t at, reasons *r)
{
    static const char *const writers[] = {[RS_ORIGIN_UNKNOWN] = "nobody says who wrote it",
                                          [RS_ORIGIN_HUMAN] = "written by people",
                                          [RS_ORIGIN_TEMPLATE] = "made from templates",
                                          [RS_ORIGIN_LLM] = "written by a language model",
                                          [RS_ORIGIN_MIXED] = "partly written by people"};
    const rs_candidate *c = &p->pool.candidates[at];
    add_reason(r, c->size_basis, "about %" PRId64 " training %s", c->usable,
               p->job->budget_in_images ? "pictures" : "samples");
    give_gain(p, at, r);
    rs_buf cells = {0};
    put_cells(p, at, &cells);
    if (!cells.failed) add_reason(r, RS_ASSUMED, "serves %.*s", RS_STR_ARG(rs_buf_view(&cells)));
    rs_buf_fini(&cells);
    add_reason(r, RS_FROM_CATALOGUE, "%s", writers[c->origin]);
    add_reason(r, RS_FROM_CATALOGUE, "licence %s", rs_catalog_licence_class_name(c->licence));
    if (c->band) add_reason(r, RS_FROM_CATALOGUE, "%s per pixel", rs_recommend_band_name(c->band));
    give_leaks(c, r);
    int repeats = most_repeats(p, at);
    if (repeats > 1)
        add_reason(r, RS_ASSUMED, "scarce, used up to %d times, each further use counts half",
                   repeats);
}

void rs_plan_give_reasons(const rs_plan *p, size_t candidate, rs_json_writer *json,
                          rs_buf *sentence)
{
    reasons r = {.json = json, .sentence = sentence};
    give_reasons(p, candidate, &r);
}
