/* A release is replaced as a whole. What is to replace parts of it is made in DIR/stage/<release>,
 * which begins as a copy of the release's folder (links: no byte is copied). There parts of earlier
 * files are removed and new ones made; one rename then exchanges the two folders. Whoever reads
 * meanwhile sees the release as it was, also when the run is killed: the next one goes on in the
 * folder. A release that is read for the first time, or goes on after a kill without a change, is
 * not staged: its parts can be asked while they appear. */
#include "store/internal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

enum { WAIT_MS = 10000 }; /* for readers to end; later they get an error, never half a release */

static bool is_entry(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

/* Makes `to` a file with the bytes of `from`: another name for it where the disk knows that. */
static rsift_status link_file(const char *from, const char *to, rsift_error *err)
{
    if (link(from, to) == 0 || errno == EEXIST) return RSIFT_OK;
    RS_TRY(rs_store_copy_file(from, to, err));
    return rs_store_sync(to, err);
}

/* One part, made in the store's tmp and renamed; a part that is there already is left alone. */
static rsift_status clone_part(rs_store *store, const char *from, const char *to, rsift_error *err)
{
    rs_path made, a, b;
    const unsigned number = atomic_fetch_add(&store->n_parts, 1);
    RS_TRY(rs_path_set(&made, err, "%s/clone-%u", store->instance->tmp.text, number));
    RS_TRY(rs_store_mkdirs(made.text, err));
    DIR *dir = opendir(from);
    if (!dir && errno == ENOTDIR)
        return rs_err_set(err, RSIFT_E_FORMAT, "%.200s is no part; take it away by hand", from);
    if (!dir) return errno == ENOENT ? RSIFT_OK : rs_err_errno(err, errno, "cannot open %s", from);
    rsift_status status = RSIFT_OK;
    for (struct dirent *entry; status == RSIFT_OK && (entry = readdir(dir)) != NULL;) {
        if (!is_entry(entry)) continue;
        status = rs_path_set(&a, err, "%s/%s", from, entry->d_name);
        if (status == RSIFT_OK) status = rs_path_set(&b, err, "%s/%s", made.text, entry->d_name);
        if (status == RSIFT_OK) status = link_file(a.text, b.text, err);
    }
    (void)closedir(dir);
    if (status == RSIFT_OK) status = rs_store_sync(made.text, err);
    if (status == RSIFT_OK && rename(made.text, to) != 0 && errno != EEXIST && errno != ENOTEMPTY)
        status = rs_err_errno(err, errno, "cannot make %s", to);
    (void)rs_store_remove_tree(made.text, NULL);
    return status;
}

/* Parts of `from` whose names begin with `prefix` and which `to` lacks. */
static rsift_status clone_parts(rs_store *store, const char *from, const char *to,
                                const char *prefix, rsift_error *err)
{
    RS_TRY(rs_store_mkdirs(to, err));
    DIR *dir = opendir(from);
    if (!dir) return errno == ENOENT ? RSIFT_OK : rs_err_errno(err, errno, "cannot open %s", from);
    rsift_status status = RSIFT_OK;
    for (struct dirent *entry; status == RSIFT_OK && (entry = readdir(dir)) != NULL;) {
        rs_path a, b;
        if (!is_entry(entry) || !rs_str_starts(rs_str_of(entry->d_name), rs_str_of(prefix)))
            continue;
        status = rs_path_set(&a, err, "%s/%s", from, entry->d_name);
        if (status == RSIFT_OK) status = rs_path_set(&b, err, "%s/%s", to, entry->d_name);
        if (status == RSIFT_OK && !rs_store_exists(b.text))
            status = clone_part(store, a.text, b.text, err);
    }
    (void)closedir(dir);
    return status == RSIFT_OK ? rs_store_sync(to, err) : status;
}

static rsift_status set_paths(const rs_store *store, rs_str release_id, rs_path *live,
                              rs_path *staged, rsift_error *err)
{
    RS_TRY(rs_store_check_name("release", release_id, err));
    RS_TRY(rs_path_set(live, err, "%s/parts/%.*s", store->dir.text, RS_STR_ARG(release_id)));
    return rs_path_set(staged, err, "%s/stage/%.*s", store->dir.text, RS_STR_ARG(release_id));
}

rsift_status rs_release_folder(const rs_store *store, rs_str release_id, rs_path *out,
                               rsift_error *err)
{
    rs_path live, staged;
    RS_TRY(set_paths(store, release_id, &live, &staged, err));
    /* Gone: another unit was the last and has let it take the position of the release. */
    const bool is_staged =
        rs_str_eq(release_id, rs_str_of(store->staged)) && rs_store_exists(staged.text);
    *out = is_staged ? staged : live;
    return RSIFT_OK;
}

bool rs_release_is_staged(const rs_store *store)
{
    rs_path live, staged;
    return store->staged[0] &&
           set_paths(store, rs_str_of(store->staged), &live, &staged, NULL) == RSIFT_OK &&
           rs_store_exists(staged.text);
}

rsift_status rs_release_stage(rs_store *store, rs_str release_id, rsift_error *err)
{
    rs_path live, staged, schema, of_stage;
    if (rs_str_eq(release_id, rs_str_of(store->staged))) return RSIFT_OK;
    RS_TRY(set_paths(store, release_id, &live, &staged, err));
    RS_TRY(rs_path_set(&schema, err, "%s/parts/_schema", store->dir.text));
    RS_TRY(rs_path_set(&of_stage, err, "%s/stage/_schema", store->dir.text));
    /* The zero-row files too: what is staged is read as the parts are. */
    RS_TRY(clone_parts(store, schema.text, of_stage.text, "", err));
    RS_TRY(clone_parts(store, live.text, staged.text, "", err));
    snprintf(store->staged, sizeof store->staged, "%.*s", RS_STR_ARG(release_id));
    return RSIFT_OK;
}

rsift_status rs_release_resume(rs_store *store, rs_str release_id, rsift_error *err)
{
    rs_path live, staged;
    RS_TRY(set_paths(store, release_id, &live, &staged, err));
    return rs_store_exists(staged.text) ? rs_release_stage(store, release_id, err) : RSIFT_OK;
}

/* What is staged gets the release's name, which is free. From the lower layer of an overlay (a
 * workspace that came with a container's image) no folder is renamed: its parts are copied. */
static rsift_status put_live(rs_store *store, const char *staged, const char *live,
                             rsift_error *err)
{
    if (rename(staged, live) == 0) return RSIFT_OK;
    if (errno != EXDEV) return rs_err_errno(err, errno, "cannot make %s", live);
    RS_TRY(clone_parts(store, staged, live, "", err));
    return rs_store_remove_tree(staged, err);
}

/* The staged folder and the live one exchange their names. A file system that cannot do it at once
 * does it in two steps: readers are locked out, and a run that is killed in between goes on with
 * what is staged. */
static rsift_status exchange(rs_store *store, const char *staged, const char *live,
                             const char *gone, rsift_error *err)
{
    if (!rs_store_exists(live)) return put_live(store, staged, live, err);
    if (renameat2(AT_FDCWD, staged, AT_FDCWD, live, RENAME_EXCHANGE) == 0) {
        if (rename(staged, gone) == 0) return RSIFT_OK;
        return rs_err_errno(err, errno, "cannot remove %s", staged);
    }
    if (errno != EINVAL && errno != ENOSYS && errno != ENOTSUP && errno != EXDEV)
        return rs_err_errno(err, errno, "cannot replace %s", live);
    RS_TRY(rs_store_take_away(live, gone, err));
    return put_live(store, staged, live, err);
}

static rsift_status publish(rs_store *store, rs_str release_id, const char *const *keep,
                            rsift_error *err)
{
    rs_path live, staged, gone, folder;
    RS_TRY(set_paths(store, release_id, &live, &staged, err));
    const unsigned number = atomic_fetch_add(&store->n_parts, 1);
    RS_TRY(rs_path_set(&gone, err, "%s/gone-%u", store->instance->tmp.text, number));
    if (!rs_store_exists(staged.text)) return RSIFT_OK; /* another unit was here first */
    rs_exclusion readers = rs_lock_exclude(store->dir.text, WAIT_MS);
    /* Whoever adds parts to the release reads it first, so that nobody adds one from here on. */
    rsift_status status = RSIFT_OK;
    for (; status == RSIFT_OK && *keep; keep++)
        status = clone_parts(store, live.text, staged.text, *keep, err);
    if (status == RSIFT_OK) status = exchange(store, staged.text, live.text, gone.text, err);
    rs_lock_admit(&readers);
    RS_TRY(status);
    RS_TRY(rs_path_set(&folder, err, "%s/parts", store->dir.text));
    RS_TRY(rs_store_sync(folder.text, err));
    return rs_store_remove_tree(gone.text, err);
}

rsift_status rs_release_publish(rs_store *store, const char *const *keep, rsift_error *err)
{
    if (!rs_release_is_staged(store)) return RSIFT_OK;
    rs_path path;
    rs_lock lock;
    RS_TRY(rs_path_set(&path, err, "%s/locks/publish.lock", store->dir.text));
    /* Units that end together take turns. */
    RS_TRY(rs_lock_wait(&lock, path.text, "the workspace (replacing a release)", 2 * WAIT_MS, err));
    const rsift_status status = publish(store, rs_str_of(store->staged), keep, err);
    rs_lock_drop(&lock, false);
    if (status == RSIFT_OK) store->staged[0] = '\0';
    return status;
}
