/* Taking a release out of the workspace. */
#include "store/internal.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>

static int by_name(const void *a, const void *b)
{
    return rs_str_cmp(*(const rs_str *)a, *(const rs_str *)b);
}

/* Takes every lock under which the release was ever indexed, so that nobody is at it. */
static rsift_status lock_release(rs_store *store, rs_str release_id, rsift_error *err)
{
    char prefix[256], name[280];
    snprintf(prefix, sizeof prefix, "index-%.*s-", RS_STR_ARG(release_id));
    snprintf(name, sizeof name, "%s1-of-1", prefix); /* the one of a run that is no unit */
    RS_TRY(rs_store_lock(store, rs_str_of(name), err));
    rs_path path;
    RS_TRY(rs_path_set(&path, err, "%s/locks", store->dir.text));
    DIR *dir = opendir(path.text);
    if (!dir) return rs_err_errno(err, errno, "cannot open folder %s", path.text);
    rsift_status status = RSIFT_OK;
    for (struct dirent *entry; status == RSIFT_OK && (entry = readdir(dir)) != NULL;) {
        rs_str file = rs_str_of(entry->d_name);
        if (!rs_str_starts(file, rs_str_of(prefix)) || !rs_str_ends(file, RS_STR(".lock")))
            continue;
        rs_str lock = rs_str_sub(file, 0, file.len - 5);
        if (!rs_str_eq(lock, rs_str_of(name))) status = rs_store_lock(store, lock, err);
    }
    (void)closedir(dir);
    return status;
}

rsift_status rs_release_find(rs_str dir, rs_str id, rs_arena *arena, rs_str **ids, size_t *n,
                             rsift_error *err)
{
    rs_path path;
    *ids = NULL;
    *n = 0;
    RS_TRY(rs_path_set(&path, err, "%.*s/parts", RS_STR_ARG(dir)));
    RS_TRY(rs_store_check_folder(path.text, err));
    DIR *folder = opendir(path.text);
    if (!folder) return rs_err_errno(err, errno, "cannot open folder %s", path.text);
    size_t cap = 0;
    bool enough = true;
    for (struct dirent *entry; enough && (entry = readdir(folder)) != NULL;) {
        const rs_str name = rs_str_of(entry->d_name);
        const rs_str dataset = rs_str_sub(name, 0, rs_str_find_char(name, '@'));
        if (!rs_str_eq(name, id) && !rs_str_eq(dataset, id)) continue;
        if (rs_store_check_name("release", name, NULL) != RSIFT_OK) continue;
        const rs_str kept = rs_arena_str(arena, name);
        enough = kept.ptr && rs_arena_grow(arena, (void **)ids, &cap, *n + 1, sizeof **ids);
        if (enough) (*ids)[(*n)++] = kept;
    }
    (void)closedir(folder);
    if (!enough) return rs_err_nomem(err, "the releases");
    if (*n > 1) qsort(*ids, *n, sizeof **ids, by_name);
    return RSIFT_OK;
}

rsift_status rs_release_remove(rs_store *store, rs_str release_id, rsift_error *err)
{
    if (store->mode != RS_STORE_PARTS)
        return rs_err_set(err, RSIFT_E_ARG, "the workspace is not open for writing parts");
    RS_TRY(rs_store_check_name("release", release_id, err));
    RS_TRY(lock_release(store, release_id, err));
    rs_path path, gone, parts;
    RS_TRY(rs_path_set(&path, err, "%s/parts/%.*s", store->dir.text, RS_STR_ARG(release_id)));
    unsigned number = atomic_fetch_add(&store->n_parts, 1);
    RS_TRY(rs_path_set(&gone, err, "%s/gone-%u", store->instance->tmp.text, number));
    RS_TRY(rs_store_take_away(path.text, gone.text, err));
    RS_TRY(rs_path_set(&parts, err, "%s/parts", store->dir.text));
    RS_TRY(rs_store_sync(parts.text, err));
    /* what was to replace it */
    RS_TRY(rs_path_set(&path, err, "%s/stage/%.*s", store->dir.text, RS_STR_ARG(release_id)));
    RS_TRY(rs_store_remove_tree(path.text, err));
    return rs_store_remove_tree(gone.text, err);
}
