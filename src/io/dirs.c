/* Making and removing folders. */
#include "base/alloc.h"
#include "io/io.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static char *cstr_of(rs_str path)
{
    char *copy = rs_alloc(path.len + 1);
    if (!copy) return NULL;
    memcpy(copy, path.ptr, path.len);
    copy[path.len] = 0;
    return copy;
}

static rsift_status check_path(rs_str path, rsift_error *err)
{
    if (path.len == 0 || path.len > 1 << 20 || memchr(path.ptr, 0, path.len))
        return rs_err_set(err, RSIFT_E_ARG, "not a path");
    return RSIFT_OK;
}

static rsift_status make_one(const char *path, rsift_error *err)
{
    struct stat st;
    if (mkdir(path, 0777) == 0) return RSIFT_OK;
    int reason = errno;
    if (stat(path, &st) == 0) {
        if (S_ISDIR(st.st_mode)) return RSIFT_OK;
        reason = ENOTDIR;
    }
    rs_err_errno(err, reason, "cannot make the folder");
    return rs_err_within(err, RSIFT_E_IO, "%s", path);
}

rsift_status rs_io_make_dirs(rs_str path, rsift_error *err)
{
    RS_TRY(check_path(path, err));
    char *copy = cstr_of(path);
    if (!copy) return rs_err_nomem(err, "a path");
    rsift_status status = RSIFT_OK;
    for (size_t i = 1; i <= path.len && status == RSIFT_OK; i++) {
        /* each prefix that ends before a slash */
        if (i < path.len && (copy[i] != '/' || copy[i - 1] == '/')) continue;
        char before = copy[i];
        copy[i] = 0;
        status = make_one(copy, err);
        copy[i] = before;
    }
    rs_free(copy);
    return status;
}

static int remove_below(int parent, const char *name);

static int remove_entries(DIR *dir)
{
    for (;;) {
        errno = 0;
        const struct dirent *entry = readdir(dir);
        if (!entry) return errno;
        if (strncmp(entry->d_name, ".", 2) == 0 || strncmp(entry->d_name, "..", 3) == 0) continue;
        int reason = remove_below(dirfd(dir), entry->d_name);
        if (reason) return reason;
    }
}

/* Returns an errno value, 0 = done. */
static int remove_below(int parent, const char *name)
{
    /* files first: most entries are files */
    if (unlinkat(parent, name, 0) == 0 || errno == ENOENT) return 0;
    if (errno != EISDIR && errno != EPERM) return errno;
    int reason = errno;
    /* O_NOFOLLOW: a link put in its place is not followed */
    int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0) return errno == ENOTDIR || errno == ELOOP ? reason : errno;
    DIR *dir = fdopendir(fd);
    if (!dir) {
        reason = errno;
        close(fd);
        return reason;
    }
    reason = remove_entries(dir);
    closedir(dir);
    if (reason) return reason;
    return unlinkat(parent, name, AT_REMOVEDIR) == 0 || errno == ENOENT ? 0 : errno;
}

rsift_status rs_io_remove_tree(rs_str path, rsift_error *err)
{
    RS_TRY(check_path(path, err));
    char *copy = cstr_of(path);
    if (!copy) return rs_err_nomem(err, "a path");
    int reason = remove_below(AT_FDCWD, copy);
    if (reason) {
        rs_err_errno(err, reason, "cannot remove");
        rs_err_within(err, RSIFT_E_IO, "%s", copy);
    }
    rs_free(copy);
    return reason ? RSIFT_E_IO : RSIFT_OK;
}
