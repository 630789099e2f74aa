/* The list is read at once: about 100 bytes for each missing picture. */
#include "index/links.h"

#include "base/alloc.h"

rsift_status rs_index_links_load(rs_index_links *links, rsift_error *err)
{
    rs_arg arg = {.type = RS_ARG_STR, .str = links->dataset};
    rs_result *result;
    RS_TRY(rs_store_query(links->reading,
                          RS_STR("SELECT a.release_id, a.path, coalesce(a.other_name, '') FROM "
                                 "asset a JOIN release r USING (release_id) "
                                 "WHERE r.dataset = $1 AND a.state = 'unresolved' ORDER BY 1, 2"),
                          &arg, 1, &result, err));
    rsift_status status;
    while ((status = rs_result_next(result, err)) == RSIFT_OK) {
        if (!RS_VEC_RESERVE(links->items, links->cap, links->n + 1)) {
            status = rs_err_nomem(err, "the list of pictures");
            break;
        }
        rs_index_missing missing = {
            .release_id = rs_arena_str(&links->arena, rs_result_str(result, 0)),
            .path = rs_arena_str(&links->arena, rs_result_str(result, 1)),
            .other_name = rs_arena_str(&links->arena, rs_result_str(result, 2))};
        if (!missing.path.ptr || !missing.other_name.ptr || !missing.release_id.ptr) {
            status = rs_err_nomem(err, "the list of pictures");
            break;
        }
        links->items[links->n++] = missing; /* in the order of the question: by release, by path */
    }
    rs_result_close(result);
    return status == RSIFT_END ? RSIFT_OK : status;
}

void rs_index_links_fini(rs_index_links *links)
{
    rs_store_close(links->writing);
    rs_store_close(links->reading);
    rs_free(links->items);
    rs_arena_fini(&links->arena);
}

size_t rs_index_release_end(const rs_index_links *links, size_t begin)
{
    size_t end = begin + 1;
    while (end < links->n &&
           rs_str_eq(links->items[end].release_id, links->items[begin].release_id))
        end++;
    return end;
}

bool rs_index_links_is_mine(const rs_index_links *links, rs_str path)
{
    const uint64_t n = links->unit.of > 1 ? (uint64_t)links->unit.of : 1;
    return n == 1 || rs_hash64(path.ptr, path.len) % n + 1 == (uint64_t)links->unit.number;
}
