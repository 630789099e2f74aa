/* Parts that do not prove, taken out so that index makes them again. */
#include "store/internal.h"

#include "base/num.h"
#include "store/proven.h"

/* Is `release` the id itself, or "<id>-2" and so on: the same release at another root? */
static bool is_release_of(rs_str release, rs_str id)
{
    int64_t number;
    if (rs_str_eq(release, id)) return true;
    return release.len > id.len + 1 && rs_str_starts(release, id) && release.ptr[id.len] == '-' &&
           rs_num_i64(rs_str_sub(release, id.len + 1, release.len), &number);
}

/* Another unit may repair at the same time: under the lock the part is looked at again, and what
 * the other one has made by then proves. */
static rsift_status repair_part(rs_store *store, rs_str name, size_t *n_removed, rsift_error *err)
{
    const char *dir = store->dir.text;
    if (rs_seal_prove(dir, name, store->cancel, NULL, NULL) == RSIFT_OK) return RSIFT_OK;
    rs_path path;
    rs_lock lock;
    RS_TRY(rs_path_set(&path, err, "%s/locks/repair.lock", dir));
    RS_TRY(rs_lock_take(&lock, path.text, "the workspace (repairing parts)", err));
    rsift_status status = rs_seal_prove(dir, name, store->cancel, NULL, err);
    if (status == RSIFT_E_FORMAT) {
        const size_t slash = rs_str_find_char(name, '/');
        status = rs_part_remove(store, rs_str_sub(name, 0, slash),
                                rs_str_sub(name, slash + 1, name.len), err);
        *n_removed += status == RSIFT_OK;
        /* A copy that is to replace the release has the same file. */
        if (status == RSIFT_OK)
            status = rs_path_set(&path, err, "%s/stage/%.*s", dir, RS_STR_ARG(name));
        if (status == RSIFT_OK) status = rs_store_remove_tree(path.text, err);
    }
    rs_lock_drop(&lock, false);
    return status;
}

rsift_status rs_release_repair(rs_store *store, rs_str release_id, rs_str mark, size_t *n_removed,
                               rsift_error *err)
{
    *n_removed = 0;
    if (rs_store_prove(store, NULL) == RSIFT_OK) return RSIFT_OK;
    rs_arena arena = {0};
    rs_str *names;
    size_t n;
    rsift_status status = rs_proven_list(store->dir.text, &arena, &names, &n, err);
    /* The part `mark` goes last: a run that is killed here finds the release again by it. */
    for (size_t k = 0; status == RSIFT_OK && k < 2 * n; k++) {
        rs_path path;
        const size_t i = k % n;
        const bool is_mark = rs_str_eq(rs_str_basename(names[i]), mark);
        if (is_mark != (k >= n)) continue;
        const rs_str release = rs_str_sub(names[i], 0, rs_str_find_char(names[i], '/'));
        if (!is_release_of(release, release_id)) continue;
        status = rs_path_set(&path, err, "%s/parts/%.*s/%.*s", store->dir.text, RS_STR_ARG(release),
                             RS_STR_ARG(mark));
        if (status == RSIFT_OK && rs_store_exists(path.text))
            status = repair_part(store, names[i], n_removed, err);
    }
    rs_arena_fini(&arena);
    return status;
}
