/* Counts of what goals find: the same samples that a recommendation would choose from. */
#include "decide/goal_counts.h"

#include "decide/ask.h"
#include "decide/candidates.h"
#include "store/quote.h"

/* Datasets that licence, sensor or resolution refuse, as the table refused_dataset. */
static rsift_status list_refused(rs_store *store, const rs_pool *pool, rsift_error *err)
{
    rs_buf sql = {0};
    rs_buf_cstr(&sql, "CREATE OR REPLACE TEMP TABLE refused_dataset(dataset VARCHAR);\n");
    for (size_t i = 0; i < pool->n_candidates; i++) {
        if (!pool->candidates[i].indexed || !pool->candidates[i].left_out) continue;
        rs_buf_cstr(&sql, "INSERT INTO refused_dataset VALUES (");
        rs_store_put_literal(&sql, pool->candidates[i].id);
        rs_buf_cstr(&sql, ");\n");
    }
    const rsift_status status = sql.failed ? rs_err_nomem(err, "a statement")
                                           : rs_store_exec(store, rs_buf_view(&sql), err);
    rs_buf_fini(&sql);
    return status;
}

rsift_status rs_decide_count_goals(const rs_recommend_job *job, rs_arena *arena,
                                   rs_goal_counts *out, rsift_error *err)
{
    rs_pool pool;
    rs_result *rows;
    *out = (rs_goal_counts){0};
    RS_TRY(rs_pool_make(job, arena, &pool, err));
    RS_TRY(list_refused(job->store, &pool, err));
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
