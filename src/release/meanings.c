/* Meanings of box numbers between plan and workspace: see meanings.h. */
#include "release/meanings.h"

#include "release/sources.h"

/* Gives source `i` copies of the meanings and its fingerprint anew: another decision is another
 * reading. */
static rsift_status set_meanings(rs_plan *plan, size_t i, const rs_meaning *meanings, size_t n,
                                 rsift_error *err)
{
    rs_meaning *copy = rs_arena_calloc(&plan->arena, n + 1, sizeof *copy);
    if (!copy) return rs_err_nomem(err, "a plan");
    for (size_t k = 0; k < n; k++) {
        const rs_str from[] = {meanings[k].spelling, meanings[k].convention, meanings[k].verdict,
                               meanings[k].question, meanings[k].evidence};
        rs_str *to[] = {&copy[k].spelling, &copy[k].convention, &copy[k].verdict, &copy[k].question,
                        &copy[k].evidence};
        for (size_t t = 0; t < sizeof to / sizeof *to; t++) {
            *to[t] = rs_arena_str(&plan->arena, from[t]);
            if (!to[t]->ptr) return rs_err_nomem(err, "a plan");
        }
    }
    plan->sources[i].source.meanings = copy;
    plan->sources[i].source.n_meanings = n;
    return rs_plan_fingerprint(plan, &plan->sources[i], err);
}

rsift_status rs_plan_read_meanings(rs_plan *plan, size_t i, rs_store *store, bool *surveyed,
                                   rsift_error *err)
{
    enum { MOST = 64 };
    const rs_arg args[2] = {{.type = RS_ARG_STR, .str = plan->release_id},
                            {.type = RS_ARG_STR, .str = plan->sources[i].id}};
    rs_meaning found[MOST];
    size_t n = 0;
    rs_result *rows;
    *surveyed = false;
    RS_TRY(rs_store_query(store,
                          RS_STR("SELECT DISTINCT spelling, coalesce(convention, ''), verdict, "
                                 "question, evidence FROM convention WHERE release_id = $1 AND "
                                 "source = $2 ORDER BY spelling"),
                          args, 2, &rows, err));
    rsift_status status;
    while ((status = rs_result_next(rows, err)) == RSIFT_OK) {
        *surveyed = true;
        if (rs_result_str(rows, 0).len == 0 || n == MOST) continue;
        rs_str *to[] = {&found[n].spelling, &found[n].convention, &found[n].verdict,
                        &found[n].question, &found[n].evidence};
        for (size_t t = 0; t < sizeof to / sizeof *to; t++)
            *to[t] = rs_arena_str(&plan->arena, rs_result_str(rows, t));
        n++;
    }
    rs_result_close(rows);
    if (status != RSIFT_END) return status;
    return *surveyed ? set_meanings(plan, i, found, n, err) : RSIFT_OK;
}

rsift_status rs_plan_load_meanings(rs_plan *plan, rs_store *store, rsift_error *err)
{
    for (size_t i = 0; i < plan->n_sources; i++) {
        const rs_plan_source *s = &plan->sources[i];
        bool surveyed;
        if (s->reader->is_open && s->reader->is_open(&s->source))
            RS_TRY(rs_plan_read_meanings(plan, i, store, &surveyed, err));
    }
    return RSIFT_OK;
}
