/* Finished pieces, read off the names of parts. */
#include "index/parts.h"

#include "base/alloc.h"
#include "base/buf.h"
#include "base/num.h"

#include <stdlib.h>

/* Reads "...-<begin>-<end>" or "...-<begin>-<end>-end" from its end; false for another name. */
static bool range_of(rs_str name, rs_index_range *out)
{
    *out = (rs_index_range){0};
    if (rs_str_ends(name, RS_STR("-end"))) {
        out->last = true;
        name.len -= 4;
    }
    size_t dash = rs_str_rfind_char(name, '-');
    if (dash == RS_NPOS || !rs_num_i64(rs_str_sub(name, dash + 1, name.len), &out->end))
        return false;
    name.len = dash;
    dash = rs_str_rfind_char(name, '-');
    return dash != RS_NPOS && rs_num_i64(rs_str_sub(name, dash + 1, name.len), &out->begin);
}

static int by_begin(const void *a, const void *b)
{
    const rs_index_range *x = a, *y = b;
    return x->begin < y->begin ? -1 : x->begin > y->begin;
}

rsift_status rs_index_ranges_load(rs_index_ranges *ranges, rs_store *store, rs_str release_id,
                                  rs_str family, rs_str prefix, rsift_error *err)
{
    *ranges = (rs_index_ranges){0};
    rs_arena arena = {0};
    rs_str *names;
    size_t n;
    rsift_status status = rs_part_list(store, release_id, &arena, &names, &n, err);
    for (size_t i = 0; status == RSIFT_OK && i < n; i++) {
        if (!rs_str_starts(names[i], family)) continue;
        rs_index_range range;
        if (!rs_str_starts(names[i], prefix)) { /* of files as they were before */
            status = rs_release_stage(store, release_id, err);
            if (status == RSIFT_OK) status = rs_part_remove(store, release_id, names[i], err);
        } else if (range_of(names[i], &range)) {
            if (!RS_VEC_RESERVE(ranges->items, ranges->cap, ranges->n + 1))
                status = rs_err_nomem(err, "the list of parts");
            else ranges->items[ranges->n++] = range;
        }
    }
    if (ranges->n) qsort(ranges->items, ranges->n, sizeof *ranges->items, by_begin);
    rs_arena_fini(&arena);
    if (status != RSIFT_OK) rs_index_ranges_fini(ranges);
    return status;
}

bool rs_index_ranges_has(const rs_index_ranges *ranges, int64_t at)
{
    for (size_t i = 0; i < ranges->n; i++)
        if (ranges->items[i].begin <= at && at < ranges->items[i].end) return true;
    return false;
}

int64_t rs_index_ranges_end(const rs_index_ranges *ranges, int64_t at)
{
    for (size_t i = 0; i < ranges->n; i++)
        if (ranges->items[i].begin <= at && at < ranges->items[i].end) return ranges->items[i].end;
    return at;
}

int64_t rs_index_ranges_next(const rs_index_ranges *ranges, int64_t at)
{
    for (size_t i = 0; i < ranges->n; i++)
        if (ranges->items[i].begin > at) return ranges->items[i].begin;
    return INT64_MAX;
}

bool rs_index_ranges_complete(const rs_index_ranges *ranges)
{
    int64_t at = 0;
    for (size_t i = 0; i < ranges->n; i++) {
        if (ranges->items[i].begin > at) return false; /* a gap: another unit's, or never made */
        if (ranges->items[i].end > at) at = ranges->items[i].end;
        if (ranges->items[i].last) return true;
    }
    return false;
}

void rs_index_ranges_fini(rs_index_ranges *ranges)
{
    rs_free(ranges->items);
    *ranges = (rs_index_ranges){0};
}

rs_str rs_index_part_prefix(rs_str name)
{
    rs_index_range range;
    if (!range_of(name, &range)) return (rs_str){NULL, 0};
    if (range.last) name.len -= strlen("-end");
    for (int i = 0; i < 2; i++) name.len = rs_str_rfind_char(name, '-');
    return name;
}

bool rs_index_names_complete(const rs_str *names, size_t n, rs_str prefix)
{
    int64_t at = 0;
    for (size_t i = 0; i < n; i++) {
        rs_index_range range;
        /* numbers have leading zeros, so that the order of names is theirs */
        if (!rs_str_eq(rs_index_part_prefix(names[i]), prefix) || !range_of(names[i], &range))
            continue;
        if (range.begin > at) return false;
        if (range.end > at) at = range.end;
        if (range.last) return true;
    }
    return false;
}
