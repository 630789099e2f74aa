/* See walls.h; the questions are walls.sql. */
#include "decide/walls.h"

#include "decide/ask.h"
#include "image/hash.h"

#include <inttypes.h>
#include <math.h>

/* The columns of a side begin here in [pairs]. */
enum { SIDE_A = 12, SIDE_B = 19, METHODS = 26 };

static rs_str text_or_empty(rs_result *row, size_t column)
{
    return rs_result_null(row, column) ? RS_STR("") : rs_result_str(row, column);
}

static uint32_t size_or_0(rs_result *row, size_t column)
{
    const int64_t n = rs_result_null(row, column) ? 0 : rs_result_i64(row, column);
    return n > 0 && n <= UINT32_MAX ? (uint32_t)n : 0;
}

static rs_wall_side read_side(rs_result *row, size_t at)
{
    return (rs_wall_side){.picture = rs_result_id(row, at),
                          .dataset = text_or_empty(row, at + 1),
                          .name = text_or_empty(row, at + 2),
                          .width = size_or_0(row, at + 3),
                          .height = size_or_0(row, at + 4),
                          .samples = text_or_empty(row, at + 5),
                          .n_samples = rs_result_i64(row, at + 6)};
}

/* How b lies on a: a number, or where only the answer tells it, its words. */
static void read_orientation(rs_result *row, rs_wall_pair *pair)
{
    if (!rs_result_null(row, 6)) {
        const int64_t given = rs_result_i64(row, 6);
        pair->is_laid = given >= 0 && given < RS_IMAGE_N_ORIENTATIONS;
        pair->orientation = pair->is_laid ? (unsigned)given : 0;
        return;
    }
    const rs_str words = text_or_empty(row, 7);
    for (unsigned i = 0; i < RS_IMAGE_N_ORIENTATIONS && !pair->is_laid; i++) {
        pair->is_laid = rs_str_eq(words, rs_str_of(rs_image_orientation_name(i)));
        if (pair->is_laid) pair->orientation = i;
    }
}

static void read_place(rs_result *row, rs_wall_pair *pair)
{
    pair->has_place = true;
    for (size_t i = 0; i < 4; i++) {
        pair->place[i] = rs_result_null(row, 8 + i) ? NAN : rs_result_double(row, 8 + i);
        if (!isfinite(pair->place[i]) || fabs(pair->place[i]) > 1e9) pair->has_place = false;
    }
    if (!(pair->place[2] > 0) || !(pair->place[3] > 0)) pair->has_place = false;
}

/* Hands the chosen pairs to the visitor. */
static rsift_status give_pairs(rs_store *store, const rs_wall_visitor *visitor, rsift_error *err)
{
    rs_result *rows;
    RS_TRY(rs_decide_ask(store, "walls", "pairs", RS_STR(""), &rows, err));
    rsift_status status;
    while ((status = rs_result_next(rows, err)) == RSIFT_OK) {
        rs_wall_pair pair = {.benchmark = text_or_empty(rows, 0),
                             .method = text_or_empty(rows, 1),
                             .level = text_or_empty(rows, 2),
                             .evidence = text_or_empty(rows, 3),
                             .methods = text_or_empty(rows, METHODS),
                             .a = read_side(rows, SIDE_A),
                             .b = read_side(rows, SIDE_B),
                             .distance = rs_result_null(rows, 5) ? -1 : rs_result_i64(rows, 5)};
        pair.has_score = !rs_result_null(rows, 4);
        pair.score = pair.has_score ? rs_result_double(rows, 4) : 0;
        pair.has_score = pair.has_score && isfinite(pair.score);
        read_orientation(rows, &pair);
        read_place(rows, &pair);
        if ((status = visitor->pair(visitor->ctx, &pair, err)) != RSIFT_OK) break;
    }
    rs_result_close(rows);
    return status == RSIFT_END ? RSIFT_OK : status;
}

static rsift_status give_cells(rs_store *store, const char *section, const rs_wall_visitor *visitor,
                               rsift_error *err)
{
    rs_result *rows;
    RS_TRY(rs_decide_ask(store, "walls", section, RS_STR(""), &rows, err));
    rsift_status status;
    while ((status = rs_result_next(rows, err)) == RSIFT_OK) {
        const rs_wall_cell cell = {text_or_empty(rows, 0), text_or_empty(rows, 1),
                                   text_or_empty(rows, 2), text_or_empty(rows, 3)};
        if ((status = visitor->cell(visitor->ctx, &cell, err)) != RSIFT_OK) break;
    }
    rs_result_close(rows);
    return status == RSIFT_END ? RSIFT_OK : status;
}

static rsift_status set_limits(rs_store *store, int64_t most, rsift_error *err)
{
    rs_buf sql = {0};
    rs_buf_printf(&sql,
                  "SET VARIABLE rsift_wall_pairs = %" PRId64 "; SET VARIABLE rsift_wall_ids = %d",
                  most, RS_WALL_MOST_IDS);
    const rsift_status status = sql.failed ? rs_err_nomem(err, "a statement")
                                           : rs_store_exec(store, rs_buf_view(&sql), err);
    rs_buf_fini(&sql);
    return status;
}

rsift_status rs_decide_wall(rs_store *store, rs_wall_kind kind, int64_t most,
                            const rs_wall_visitor *visitor, int64_t *n_all, rsift_error *err)
{
    /* of walls.sql: the pairs, their samples, the table above them */
    static const char *const sections[][3] = {
        [RS_WALL_LEAKS] = {"leaks", "leak_samples", "leak_cells"},
        [RS_WALL_DUPLICATES] = {"duplicates", "duplicate_samples", "duplicate_cells"}};
    RS_TRY(set_limits(store, most, err));
    RS_TRY(rs_decide_run_section(store, "walls", sections[kind][0], RS_STR(""), err));
    RS_TRY(rs_decide_number(store, "SELECT count(*) FROM wall_pair", n_all, err));
    RS_TRY(rs_decide_run_section(store, "walls", "choose", RS_STR(""), err));
    RS_TRY(rs_decide_run_section(store, "walls", sections[kind][1], RS_STR(""), err));
    RS_TRY(give_cells(store, sections[kind][2], visitor, err));
    return give_pairs(store, visitor, err);
}
