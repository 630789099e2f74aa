/* Rows of the mixture or of the evaluation; see wanted.h. */
#include "emit/wanted.h"

#include <inttypes.h>

enum { MOST_REPEATS = 255 }; /* of one sample; mix writes at most 80 */

/* rs_complete of a row. */
#define COMPLETE_SQL "CASE WHEN s.complete THEN 1 WHEN NOT s.complete THEN 2 ELSE 0 END"
/* A row for each picture of a sample; a list per sample would be made by an aggregation over all
 * samples, which takes twice the time. */
#define ASSETS_SQL \
    "LEFT JOIN sample_asset a ON a.sample_id = s.sample_id AND a.asset_role <> 'mask' "
#define ORDER_SQL " ORDER BY s.ordinal, s.sub, s.sample_id, a.i"
static const char eval_sql[] =
    "SELECT s.ordinal, s.sub, s.sample_id, 1, CASE WHEN s.complete AND s.sample_id IN (SELECT "
    "sample_id FROM parted_list) THEN 2 ELSE " COMPLETE_SQL " END, a.i, a.asset_id "
    "FROM sample s " ASSETS_SQL "WHERE "
    "s.release_id = $1 AND s.source = $2 AND " RS_EVAL_PART_SQL("$3", "$4", "$5") ORDER_SQL;
static const char mixture_sql[] =
    "SELECT s.ordinal, s.sub, s.sample_id, l.n_repeats, " COMPLETE_SQL ", a.i, a.asset_id "
    "FROM ledger l JOIN sample s ON s.sample_id = l.sample_id " ASSETS_SQL
    "WHERE s.release_id = $1 AND s.source = $2 AND l.mixture_id = $3 AND l.kept" ORDER_SQL;

/* Loads the next row of the result; `on_row` = there is one. */
static rsift_status load_row(rs_wanted_cursor *c, rsift_error *err)
{
    const rsift_status status = rs_result_next(c->rows, err);
    c->on_row = status == RSIFT_OK;
    return status == RSIFT_END ? RSIFT_OK : status;
}

static rsift_status fail_twice(const rs_wanted_cursor *c, rsift_error *err)
{
    return rs_err_set(err, RSIFT_E_FORMAT,
                      "record %" PRId64 " is in the workspace or the ledger twice; `rsift "
                      "remove` the dataset, index it, and run `rsift mix` again",
                      c->next.ordinal);
}

/* Reads the pictures of `next`, a row each, up to the first row of another sample. */
static rsift_status load_assets(rs_wanted_cursor *c, rsift_error *err)
{
    rs_id *assets = NULL;
    size_t n = 0, cap = 0;
    int64_t last = -1;
    rs_arena_reset(&c->arena);
    for (bool first = true; c->on_row; first = false) {
        const bool same = rs_id_eq(rs_result_id(c->rows, 2), c->next.id) &&
                          rs_result_i64(c->rows, 0) == c->next.ordinal;
        if (!same) break;
        const bool none = rs_result_null(c->rows, 5);
        const int64_t i = none ? -1 : rs_result_i64(c->rows, 5);
        if (!first && i <= last) return fail_twice(c, err);
        last = i;
        if (!none) {
            if (!rs_arena_grow(&c->arena, (void **)&assets, &cap, n + 1, sizeof *assets))
                return rs_err_nomem(err, "a chunk");
            assets[n++] = rs_result_id(c->rows, 6);
        }
        RS_TRY(load_row(c, err));
    }
    c->next.assets = assets;
    c->next.n_assets = n;
    return RSIFT_OK;
}

rsift_status rs_wanted_next(rs_wanted_cursor *c, rsift_error *err)
{
    const rs_id before = c->next.id;
    const bool had = c->has_next;
    c->has_next = c->on_row;
    if (!c->on_row) return RSIFT_OK;
    const int64_t n_repeats = rs_result_i64(c->rows, 3);
    if (n_repeats < 1 || n_repeats > MOST_REPEATS)
        return rs_err_set(err, RSIFT_E_FORMAT,
                          "the ledger repeats a sample %" PRId64 " times, expected 1 to %d; run "
                          "`rsift mix` again",
                          n_repeats, MOST_REPEATS);
    c->next = (rs_wanted){.ordinal = rs_result_i64(c->rows, 0),
                          .sub = (uint32_t)rs_result_i64(c->rows, 1),
                          .id = rs_result_id(c->rows, 2),
                          .n_repeats = (uint32_t)n_repeats,
                          .complete = (rs_complete)rs_result_i64(c->rows, 4)};
    if (had && rs_id_eq(before, c->next.id)) return fail_twice(c, err);
    return load_assets(c, err);
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
    RS_TRY(load_row(c, err));
    return rs_wanted_next(c, err);
}

void rs_wanted_close(rs_wanted_cursor *c)
{
    rs_result_close(c->rows);
    rs_arena_fini(&c->arena);
    *c = (rs_wanted_cursor){0};
}
