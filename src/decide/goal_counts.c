/* Counts of what goals find: the same samples that a recommendation would choose from. */
#include "decide/goal_counts.h"

#include "decide/ask.h"
#include "decide/candidates.h"

rsift_status rs_decide_count_goals(const rs_recommend_job *job, rs_arena *arena,
                                   rs_goal_counts *out, rsift_error *err)
{
    rs_pool pool;
    rs_result *rows;
    *out = (rs_goal_counts){0};
    RS_TRY(rs_pool_make(job, arena, &pool, err));
    RS_TRY(rs_decide_ask(job->store, "aim", "goals", RS_STR(""), &rows, err));
    rsift_status status;
    while ((status = rs_result_next(rows, err)) == RSIFT_OK) {
        if (!rs_arena_grow(arena, (void **)&out->items, &out->cap, out->n + 1,
                           sizeof *out->items)) {
            status = rs_err_nomem(err, "the goals");
            break;
        }
        rs_goal_count *c = &out->items[out->n++];
        *c = (rs_goal_count){rs_arena_str(arena, rs_result_str(rows, 0)),
                             rs_arena_str(arena, rs_result_str(rows, 1)), rs_result_i64(rows, 2)};
        if (!c->kind.ptr || !c->name.ptr) {
            status = rs_err_nomem(err, "the goals");
            break;
        }
    }
    rs_result_close(rows);
    return status == RSIFT_END ? RSIFT_OK : status;
}

int64_t rs_goal_count_of(const rs_goal_counts *counts, const char *kind, rs_str name)
{
    if (!counts || rs_str_eq(rs_str_of(kind), RS_STR("benchmark"))) return -1;
    for (size_t i = 0; i < counts->n; i++)
        if (rs_str_eq(counts->items[i].kind, rs_str_of(kind)) &&
            rs_str_eq(counts->items[i].name, name))
            return counts->items[i].n;
    return 0;
}
