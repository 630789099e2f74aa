/* Datasets by what is taken of them; see aim_datasets.h. */
#include "decide/aim_datasets.h"

#include "base/alloc.h"
#include "decide/aim_goals.h"
#include "decide/ask.h"

#include <inttypes.h>

/* What each dataset gives; NULL = out of memory. */
rs_aim_taken *rs_aim_count_taken(const rs_aim_plan *p)
{
    const size_t n = p->asked.datasets.n;
    rs_aim_taken *by_dataset = rs_calloc(n + 1, sizeof *by_dataset);
    int64_t *of_goal = rs_calloc(n * p->n_goals + 1, sizeof *of_goal);
    if (!by_dataset || !of_goal) {
        rs_free(by_dataset);
        rs_free(of_goal);
        return NULL;
    }
    by_dataset[0].of_goal = of_goal;
    for (size_t d = 0; d < n; d++) by_dataset[d].of_goal = of_goal + d * p->n_goals;
    for (size_t i = 0; i < p->n_samples; i++) {
        const rs_aim_sample *s = &p->samples[i];
        rs_aim_taken *g = &by_dataset[s->source];
        g->usable++;
        g->different += s->chosen;
        g->aimed += s->aimed ? s->uses : 0;
        g->copies += s->chosen && s->copy;
        g->general += s->general;
        g->filled += s->chosen && !s->aimed && !s->general && !s->copy;
        g->value += s->chosen ? (double)s->value * s->uses : 0;
        if (s->aimed) g->of_goal[p->goal_of[p->result.cells[s->cell].part]] += s->uses;
    }
    return by_dataset;
}

void rs_aim_free_taken(rs_aim_taken *by_dataset)
{
    if (by_dataset) rs_free(by_dataset[0].of_goal);
    rs_free(by_dataset);
}

int64_t rs_aim_all_taken(const rs_aim_taken *g)
{
    return g->aimed + g->general + g->filled + g->copies;
}

/* Why a dataset gives what it gives, in one sentence. */
static void put_why(const rs_aim_plan *p, const rs_candidate *c, const rs_aim_taken *g,
                    rs_json_writer *json)
{
    rs_buf why = {0};
    size_t n = 0;
    rs_buf_printf(&why, "%" PRId64 " usable samples (measured)", g->usable);
    /* a sentence has room for four */
    for (size_t i = 0; i < p->n_goals && n < 4; i++)
        if (g->of_goal[i])
            rs_buf_printf(&why, "%s%" PRId64 " for %.*s", n++ ? ", " : "; ", g->of_goal[i],
                          RS_STR_ARG(p->goals[i].name));
    if (rs_aim_all_taken(g) > g->different)
        rs_buf_printf(&why,
                      "; %" PRId64 " different samples, used again where a form has fewer "
                      "than its share",
                      g->different);
    rs_buf_printf(&why, "; licence %s (%s)", rs_catalog_licence_class_name(c->licence),
                  rs_basis_name(c->record ? RS_FROM_CATALOGUE : RS_MEASURED));
    if (c->leaks)
        rs_buf_printf(&why, "; %" PRId64 " leak into protected benchmarks and stay out (measured)",
                      c->leaks);
    if (c->may_leak.n)
        rs_buf_printf(&why,
                      "; may share pictures with %.*s: rsift leaks says how far that was checked "
                      "(catalogue)",
                      RS_STR_ARG(c->may_leak.items[0]));
    if (c->faulty)
        rs_buf_printf(&why, "; %" PRId64 " have serious findings or no answer (measured)",
                      c->faulty);
    if (c->unresolved)
        rs_buf_printf(&why, "; %" PRId64 " lack their pictures (measured)", c->unresolved);
    rs_json_field_str(json, "why", rs_buf_view(&why));
    json->buf->failed = json->buf->failed || why.failed;
    rs_buf_fini(&why);
}

/* Where the dataset comes from, and what of it can't be used. */
static void put_state(const rs_candidate *c, rs_json_writer *json)
{
    rs_json_field_cstr(json, "licence", rs_catalog_licence_class_name(c->licence));
    rs_json_field_cstr(json, "origin", rs_catalog_origin_name(c->origin));
    rs_json_field_i64(json, "indexed_samples", c->total);
    rs_json_field_i64(json, "evaluation", c->eval);
    rs_json_field_i64(json, "leaks", c->leaks);
    rs_json_field_i64(json, "faulty", c->faulty);
    rs_json_field_i64(json, "unresolved", c->unresolved);
    if (c->may_leak.n) rs_json_field_str(json, "may_leak", c->may_leak.items[0]);
}

static void put_row(const rs_aim_plan *p, size_t dataset, const rs_aim_taken *g,
                    const rs_aim_gain *gain, rs_json_writer *json)
{
    const rs_str name = p->asked.datasets.keys[dataset];
    const int64_t n = rs_aim_all_taken(g);
    rs_json_blank(json, RS_DECIDE_LINE);
    rs_json_begin_object(json);
    rs_json_field_str(json, "dataset", name);
    rs_json_field_i64(json, "samples", n);
    rs_json_field_i64(json, "different", g->different);
    rs_json_field_i64(json, "aimed", g->aimed);
    rs_json_field_i64(json, "general", g->general);
    rs_json_field_i64(json, "filled", g->filled);
    rs_json_field_i64(json, "copies", g->copies);
    rs_json_field_i64(json, "usable", g->usable);
    rs_json_field_i64(json, "gain_permille", (int64_t)(gain->covered * 1000 + 0.5));
    rs_json_field_i64(json, "irreplaceable", gain->n_aimed);
    rs_json_field_i64(json, "value_permille", n ? (int64_t)(g->value / (double)n * 1000 + 0.5) : 0);
    const rs_candidate *candidate = rs_aim_candidate(p, name);
    put_state(candidate, json);
    put_why(p, candidate, g, json);
    rs_json_end_object(json);
}

/* Datasets by what they give, most first; equal ones by name. A selection sort over some hundreds.
 * */
void rs_aim_put_datasets(const rs_aim_plan *p, const rs_aim_gain *gains, rs_aim_taken *by_dataset,
                         rs_json_writer *json)
{
    const rs_str *names = p->asked.datasets.keys;
    const size_t n = p->asked.datasets.n;
    rs_json_field_array(json, "rows");
    for (;;) {
        size_t best = n;
        for (size_t d = 0; d < n; d++) {
            if (rs_aim_all_taken(&by_dataset[d]) == 0) continue;
            const int64_t more =
                best == n ? 1
                          : rs_aim_all_taken(&by_dataset[d]) - rs_aim_all_taken(&by_dataset[best]);
            if (more > 0 || (more == 0 && rs_str_cmp(names[d], names[best]) < 0)) best = d;
        }
        if (best == n) break;
        put_row(p, best, &by_dataset[best], &gains[best], json);
        by_dataset[best] = (rs_aim_taken){.of_goal = by_dataset[best].of_goal};
    }
    rs_json_end_array(json);
}
