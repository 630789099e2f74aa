/* Rows of the mixture or of the evaluation; see wanted.h. */
#include "emit/wanted.h"

#include "base/alloc.h"

#include <inttypes.h>
#include <stdlib.h>

enum { MOST_REPEATS = 255 }; /* of one sample; mix writes at most 80 */

/* rs_complete of a row. */
#define COMPLETE_SQL "CASE WHEN s.complete THEN 1 WHEN NOT s.complete THEN 2 ELSE 0 END"
/* A row for each picture of a sample; a list per sample would be made by an aggregation over all
 * samples, which takes twice the time. They are put in order here, in a third of the memory that
 * ORDER BY takes. */
#define ASSETS_SQL \
    "LEFT JOIN sample_asset a ON a.sample_id = s.sample_id AND a.asset_role <> 'mask' "
static const char eval_sql[] =
    "SELECT s.ordinal, s.sub, s.sample_id, 1, CASE WHEN s.complete AND s.sample_id IN (SELECT "
    "sample_id FROM parted_list) THEN 2 ELSE " COMPLETE_SQL " END, a.i, a.asset_id "
    "FROM sample s " ASSETS_SQL "WHERE "
    "s.release_id = $1 AND s.source = $2 AND " RS_EVAL_PART_SQL("$3", "$4", "$5");
static const char mixture_sql[] =
    "SELECT s.ordinal, s.sub, s.sample_id, l.n_repeats, " COMPLETE_SQL ", a.i, a.asset_id "
    "FROM ledger l JOIN sample s ON s.sample_id = l.sample_id " ASSETS_SQL
    "WHERE s.release_id = $1 AND s.source = $2 AND l.mixture_id = $3 AND l.kept";

static int compare(const rs_wanted *a, const rs_wanted *b)
{
    if (a->ordinal != b->ordinal) return a->ordinal < b->ordinal ? -1 : 1;
    if (a->sub != b->sub) return a->sub < b->sub ? -1 : 1;
    const int ids = rs_id_cmp(a->id, b->id);
    return ids ? ids : (a->picture > b->picture) - (a->picture < b->picture);
}

static int by_place(const void *a, const void *b)
{
    return compare(a, b);
}

/* Sorts the rows; most often they come as they were indexed, in their order. */
static void sort_rows(rs_wanted_list *list)
{
    for (size_t i = 1; i < list->n; i++) {
        if (compare(&list->rows[i - 1], &list->rows[i]) <= 0) continue;
        qsort(list->rows, list->n, sizeof *list->rows, by_place);
        return;
    }
}

size_t rs_wanted_end(const rs_wanted *rows, size_t n)
{
    size_t end = 1;
    while (end < n && rows[end].ordinal == rows[0].ordinal && rs_id_eq(rows[end].id, rows[0].id))
        end++;
    return end;
}

/* A sample, or a picture of it, that is there twice would be written twice. */
static rsift_status check_rows(const rs_wanted_list *list, rsift_error *err)
{
    for (size_t i = 1; i < list->n; i++) {
        const rs_wanted *a = &list->rows[i - 1], *b = &list->rows[i];
        if (!rs_id_eq(a->id, b->id)) continue;
        if (a->ordinal == b->ordinal && a->picture < b->picture) continue;
        return rs_err_set(err, RSIFT_E_FORMAT,
                          "record %" PRId64 " is in the workspace or the ledger twice; `rsift "
                          "remove` the dataset, index it, and run `rsift mix` again",
                          b->ordinal);
    }
    return RSIFT_OK;
}

/* The number of the picture, which is most often that of the row before. */
static uint32_t picture_of(const rs_wanted_list *list, const rs_emit_pictures *pictures,
                           rs_id asset)
{
    const uint32_t last = list->n ? list->rows[list->n - 1].shown : RS_WANTED_UNRESOLVED;
    if (last != RS_WANTED_UNRESOLVED && rs_id_eq(pictures->items[last].asset_id, asset))
        return last;
    const size_t number = rs_idmap_get(&pictures->ids, asset);
    return number == RS_NPOS ? RS_WANTED_UNRESOLVED : (uint32_t)number;
}

static rsift_status add_row(rs_wanted_list *list, const rs_emit_pictures *pictures, rs_result *row,
                            rsift_error *err)
{
    const int64_t n_repeats = rs_result_i64(row, 3);
    if (n_repeats < 1 || n_repeats > MOST_REPEATS)
        return rs_err_set(err, RSIFT_E_FORMAT,
                          "the ledger repeats a sample %" PRId64 " times, expected 1 to %d; run "
                          "`rsift mix` again",
                          n_repeats, MOST_REPEATS);
    if (!RS_VEC_RESERVE(list->rows, list->cap, list->n + 1))
        return rs_err_nomem(err, "the list of samples");
    const bool none = rs_result_null(row, 5);
    const uint32_t shown =
        none ? RS_WANTED_UNRESOLVED : picture_of(list, pictures, rs_result_id(row, 6));
    list->rows[list->n++] = (rs_wanted){.ordinal = rs_result_i64(row, 0),
                                        .sub = (uint32_t)rs_result_i64(row, 1),
                                        .id = rs_result_id(row, 2),
                                        .n_repeats = (uint8_t)n_repeats,
                                        .complete = (uint8_t)rs_result_i64(row, 4),
                                        .picture = none ? -1 : (int32_t)rs_result_i64(row, 5),
                                        .shown = shown};
    return RSIFT_OK;
}

rsift_status rs_wanted_load(rs_wanted_list *list, const rs_emit_job *j, rs_str release_id,
                            rs_str source, rsift_error *err)
{
    const bool eval = j->mixture_id.len == 0;
    /* $3: the split ('' = all) of an evaluation, or the mixture. */
    rs_arg args[5] = {{.type = RS_ARG_STR, .str = release_id},
                      {.type = RS_ARG_STR, .str = source},
                      {.type = RS_ARG_STR, .str = eval ? j->part.split.name : j->mixture_id},
                      {.type = RS_ARG_STR, .str = j->part.split.scheme},
                      {.type = RS_ARG_STR, .str = j->part.role}};
    rs_result *rows;
    rsift_status status;
    RS_TRY(rs_store_query(j->store, rs_str_of(eval ? eval_sql : mixture_sql), args, eval ? 5 : 3,
                          &rows, err));
    while ((status = rs_result_next(rows, err)) == RSIFT_OK &&
           (status = add_row(list, &j->pictures, rows, err)) == RSIFT_OK)
        continue;
    rs_result_close(rows);
    if (status != RSIFT_END) return status;
    sort_rows(list);
    return check_rows(list, err);
}

void rs_wanted_fini(rs_wanted_list *list)
{
    rs_free(list->rows);
    *list = (rs_wanted_list){0};
}
