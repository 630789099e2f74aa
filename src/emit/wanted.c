/* Rows of the mixture or of the evaluation; see wanted.h. */
#include "emit/wanted.h"

#include <inttypes.h>

enum { MOST_REPEATS = 255 }; /* of one sample; mix writes at most 80 */

/* rs_complete of a row. */
#define COMPLETE_SQL "CASE WHEN s.complete THEN 1 WHEN NOT s.complete THEN 2 ELSE 0 END"
/* The sample's pictures, in their order. */
#define ASSETS_SQL                                                                                \
    "(SELECT list(replace(CAST(a.asset_id AS VARCHAR), '-', '') ORDER BY a.i) FROM sample_asset " \
    "a WHERE "                                                                                    \
    "a.sample_id = s.sample_id AND a.asset_role <> 'mask') "
static const char eval_sql[] =
    "SELECT s.ordinal, s.sub, s.sample_id, 1, CASE WHEN s.complete AND s.sample_id IN (SELECT "
    "sample_id FROM parted_list) THEN 2 ELSE " COMPLETE_SQL " END, " ASSETS_SQL
    "FROM sample s WHERE "
    "s.release_id = $1 AND s.source = $2 AND " RS_EVAL_PART_SQL(
        "$3", "$4", "$5") " ORDER BY s.ordinal, s.sub, s.sample_id";
static const char mixture_sql[] =
    "SELECT s.ordinal, s.sub, s.sample_id, l.n_repeats, " COMPLETE_SQL ", " ASSETS_SQL
    "FROM ledger l JOIN sample s USING "
    "(sample_id) "
    "WHERE s.release_id = $1 AND s.source = $2 AND l.mixture_id = $3 AND l.kept "
    "ORDER BY s.ordinal, s.sub, s.sample_id";

rsift_status rs_wanted_next(rs_wanted_cursor *c, rsift_error *err)
{
    const rs_id before = c->next.id;
    const bool had = c->has_next;
    rsift_status status = rs_result_next(c->rows, err);
    c->has_next = status == RSIFT_OK;
    if (status == RSIFT_END) return RSIFT_OK;
    RS_TRY(status);
    const int64_t n_repeats = rs_result_i64(c->rows, 3);
    if (n_repeats < 1 || n_repeats > MOST_REPEATS)
        return rs_err_set(err, RSIFT_E_FORMAT,
                          "the ledger repeats a sample %" PRId64 " times, expected 1 to %d; run "
                          "`rsift mix` again",
                          n_repeats, MOST_REPEATS);
    if (had && rs_id_eq(before, rs_result_id(c->rows, 2)))
        return rs_err_set(err, RSIFT_E_FORMAT,
                          "record %" PRId64 " is in the workspace or the ledger twice; `rsift "
                          "remove` the dataset, index it, and run `rsift mix` again",
                          rs_result_i64(c->rows, 0));
    c->next = (rs_wanted){.ordinal = rs_result_i64(c->rows, 0),
                          .sub = (uint32_t)rs_result_i64(c->rows, 1),
                          .id = rs_result_id(c->rows, 2),
                          .n_repeats = (uint32_t)n_repeats,
                          .complete = (rs_complete)rs_result_i64(c->rows, 4)};
    const rs_str *texts;
    const size_t n = rs_result_strs(c->rows, 5, &texts);
    rs_arena_reset(&c->arena);
    rs_id *assets = rs_arena_alloc(&c->arena, (n + 1) * sizeof *assets);
    if (!assets) return rs_err_nomem(err, "a chunk");
    for (size_t i = 0; i < n; i++)
        if (!rs_id_parse(texts[i], &assets[i]))
            return rs_err_set(err, RSIFT_E_FORMAT, "a picture's id cannot be read");
    c->next.assets = assets;
    c->next.n_assets = n;
    return RSIFT_OK;
}

rsift_status rs_wanted_open(rs_wanted_cursor *c, const rs_emit_job *j, rs_str release_id,
                            rs_str source, rsift_error *err)
{
    const bool eval = j->mixture_id.len == 0;
    /* $3: the split ('' = all) of an evaluation, or the mixture. */
    rs_arg args[5] = {{.type = RS_ARG_STR, .str = release_id},
                      {.type = RS_ARG_STR, .str = source},
                      {.type = RS_ARG_STR, .str = eval ? j->part.split.name : j->mixture_id},
                      {.type = RS_ARG_STR, .str = j->part.split.scheme},
                      {.type = RS_ARG_STR, .str = j->part.role}};
    *c = (rs_wanted_cursor){0};
    RS_TRY(rs_store_query(j->cursor_store, rs_str_of(eval ? eval_sql : mixture_sql), args,
                          eval ? 5 : 3, &c->rows, err));
    return rs_wanted_next(c, err);
}

void rs_wanted_close(rs_wanted_cursor *c)
{
    rs_result_close(c->rows);
    rs_arena_fini(&c->arena);
    *c = (rs_wanted_cursor){0};
}
