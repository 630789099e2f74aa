/* Files by size and time, as the index noted them; see unchanged.h. */
#include "emit/unchanged.h"

#include "base/alloc.h"
#include "image/name.h"
#include "io/name.h"

/* Files of a tree that samples depend on beside pictures by themselves, which stop nobody but their
 * own samples (picture_write.h): those of the release, and archives among the pictures. What else
 * lies in a folder of pictures (notes, logs, somebody's scripts) was never read. NULL = no memory.
 */
static bool *list_needed(const rs_plan *plan, size_t tree)
{
    const rs_io_tree *t = plan->trees[tree];
    const size_t n = rs_io_n_files(t);
    bool *needed = rs_calloc(n + 1, sizeof *needed);
    rs_io_part part;
    for (size_t i = 0; needed && i < n; i++) {
        const rs_str path = rs_io_file_at(t, i)->path, name = rs_str_basename(path);
        needed[i] =
            !rs_image_is_name(path) &&
            (tree == 0 || rs_io_kind_by_name(name) != RS_IO_PLAIN || rs_io_part_of(name, &part));
    }
    for (size_t m = 0; needed && tree > 0 && m < rs_io_n_members(t); m++) {
        const rs_io_member *member = rs_io_member_at(t, m);
        if (!rs_str_eq(member->chain, rs_io_file_at(t, member->file)->path))
            needed[member->file] = true;
    }
    return needed;
}

rsift_status rs_emit_check_files(rs_store *store, const rs_plan *plan, rsift_error *err)
{
    rs_arg release = {.type = RS_ARG_STR, .str = plan->release_id};
    rs_result *result;
    RS_TRY(rs_store_query(store,
                          RS_STR("SELECT file_id, n_bytes, mtime FROM file WHERE release_id = $1"),
                          &release, 1, &result, err));
    rs_idmap known = {0};
    int64_t *facts = NULL;
    size_t cap = 0;
    rsift_status status;
    while ((status = rs_result_next(result, err)) == RSIFT_OK) {
        size_t at = rs_idmap_put(&known, rs_result_id(result, 0), NULL);
        if (at == RS_NPOS || !RS_VEC_RESERVE(facts, cap, 2 * at + 2)) {
            status = rs_err_nomem(err, "the list of files");
            break;
        }
        /* facts[2 i] is the size in bytes and facts[2 i + 1] the time of the last change in
         * nanoseconds of file i of `known`. */
        facts[2 * at] = rs_result_i64(result, 1);
        facts[2 * at + 1] = rs_result_i64(result, 2);
    }
    if (status == RSIFT_END) status = RSIFT_OK;
    rs_result_close(result);
    for (size_t t = 0; status == RSIFT_OK && t < plan->n_trees; t++) {
        bool *needed = list_needed(plan, t);
        if (!needed) status = rs_err_nomem(err, "the list of files");
        for (size_t i = 0; status == RSIFT_OK && i < rs_io_n_files(plan->trees[t]); i++) {
            if (!needed[i]) continue;
            const rs_io_file *file = rs_io_file_at(plan->trees[t], i);
            rs_id id = rs_model_record_hash(plan->dataset_id, plan->roots[t], file->path,
                                            (rs_str){NULL, 0});
            size_t at = rs_idmap_get(&known, id); /* added since the index: passed over */
            if (at == RS_NPOS ||
                (facts[2 * at] == file->n_bytes && facts[2 * at + 1] == file->mtime_ns))
                continue;
            status = rs_err_set(err, RSIFT_E_FORMAT,
                                "changed since the index; run `rsift index` on it again");
            rs_err_within(err, status, "%.*s/%.*s", RS_STR_ARG(plan->roots[t]),
                          RS_STR_ARG(file->path));
        }
        rs_free(needed);
    }
    rs_idmap_fini(&known);
    rs_free(facts);
    return status;
}
