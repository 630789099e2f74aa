/* Folders and durable files of a workspace. A name appears only when its content is on disk: data
 * is synced, then renamed, then the folder is synced. */
#include "store/files.h"

#include "io/fd.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

rsift_status rs_path_set(rs_path *path, rsift_error *err, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    int n = vsnprintf(path->text, sizeof path->text, fmt, args);
    va_end(args);
    if (n < 0 || (size_t)n >= sizeof path->text)
        return rs_err_set(err, RSIFT_E_LIMIT, "a path is longer than %d bytes", RS_PATH_SIZE - 1);
    return RSIFT_OK;
}

rsift_status rs_store_check_name(const char *what, rs_str name, rsift_error *err)
{
    /* Names become parts of SQL literals and of glob patterns, so neither quotes nor glob
     * characters are let in; entries that begin with '.' or '_' are rsift's own. */
    bool good = name.len > 0 && name.len <= 200 && name.ptr[0] != '.' && name.ptr[0] != '_';
    for (size_t i = 0; good && i < name.len; i++) {
        unsigned char c = (unsigned char)name.ptr[i];
        good = c >= ' ' && c != 0x7f && memchr("/\\'\"*?[]{}", c, 10) == NULL;
    }
    if (good) return RSIFT_OK;
    char quoted[RS_QUOTE_SIZE];
    return rs_err_set(err, RSIFT_E_ARG, "%s \"%s\" cannot be a folder's name", what,
                      rs_err_quote(quoted, name));
}

rsift_status rs_store_mkdirs(const char *path, rsift_error *err)
{
    rs_path part;
    RS_TRY(rs_path_set(&part, err, "%s", path));
    for (char *p = part.text + 1; *p; p++) {
        if (*p != '/') continue;
        *p = '\0';
        /* a parent that cannot be made shows itself when the last one is made */
        (void)mkdir(part.text, 0777);
        *p = '/';
    }
    if (mkdir(path, 0777) == 0) return RSIFT_OK;
    /* A folder that stands there already is fine; a file of that name is not. */
    int errno_value = errno;
    struct stat st;
    if (errno_value == EEXIST && stat(path, &st) == 0 && S_ISDIR(st.st_mode)) return RSIFT_OK;
    return rs_err_errno(err, errno_value, "cannot make folder %s", path);
}

static rsift_status remove_entries(const char *path, DIR *dir, rsift_error *err)
{
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        rs_str name = rs_str_of(entry->d_name);
        if (rs_str_eq(name, RS_STR(".")) || rs_str_eq(name, RS_STR(".."))) continue;
        rs_path child;
        RS_TRY(rs_path_set(&child, err, "%s/%s", path, entry->d_name));
        RS_TRY(rs_store_remove_tree(child.text, err));
    }
    return RSIFT_OK;
}

rsift_status rs_store_remove_tree(const char *path, rsift_error *err)
{
    struct stat st;
    /* lstat: a link is removed itself, never what it points to. Absent is success at every step,
     * because two processes may remove the same leftovers. */
    if (lstat(path, &st) != 0) {
        return errno == ENOENT ? RSIFT_OK : rs_err_errno(err, errno, "cannot stat %s", path);
    }
    if (!S_ISDIR(st.st_mode)) {
        if (unlink(path) == 0 || errno == ENOENT) return RSIFT_OK;
        return rs_err_errno(err, errno, "cannot remove %s", path);
    }
    DIR *dir = opendir(path);
    if (!dir) {
        return errno == ENOENT ? RSIFT_OK : rs_err_errno(err, errno, "cannot open folder %s", path);
    }
    rsift_status status = remove_entries(path, dir, err);
    (void)closedir(dir);
    RS_TRY(status);
    if (rmdir(path) == 0 || errno == ENOENT) return RSIFT_OK;
    return rs_err_errno(err, errno, "cannot remove folder %s", path);
}

rsift_status rs_store_take_away(const char *path, const char *gone, rsift_error *err)
{
    if (rename(path, gone) == 0) return RSIFT_OK;
    if (errno != EXDEV) return rs_err_errno(err, errno, "cannot remove %s", path);
    return rs_store_remove_tree(path, err);
}

rsift_status rs_store_sync(const char *path, rsift_error *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return rs_err_errno(err, errno, "cannot open %s", path);
    int failed = fsync(fd) != 0 ? errno : 0;
    (void)close(fd);
    /* some network file systems refuse fsync on folders; nothing else can be done then */
    if (failed == 0 || failed == EINVAL) return RSIFT_OK;
    return rs_err_errno(err, failed, "cannot write %s to disk", path);
}

rsift_status rs_store_write_file(const char *path, rs_str bytes, rsift_error *err)
{
    rs_path temporary;
    RS_TRY(rs_path_set(&temporary, err, "%s.%ld.new", path, (long)getpid()));
    int fd = open(temporary.text, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd < 0) return rs_err_errno(err, errno, "cannot make %s", temporary.text);
    rsift_status status = rs_io_fd_write(fd, bytes.ptr, bytes.len, err);
    if (status != RSIFT_OK) rs_err_within(err, status, "%s", temporary.text);
    if (status == RSIFT_OK && fsync(fd) != 0)
        status = rs_err_errno(err, errno, "cannot write %s to disk", temporary.text);
    if (close(fd) != 0 && status == RSIFT_OK)
        status = rs_err_errno(err, errno, "cannot write %s", temporary.text);
    /* The content is on disk before the name appears; the caller syncs the folder. */
    if (status == RSIFT_OK && rename(temporary.text, path) != 0)
        status = rs_err_errno(err, errno, "cannot rename %s", temporary.text);
    if (status != RSIFT_OK) (void)unlink(temporary.text);
    return status;
}

bool rs_store_exists(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0;
}

static rsift_status check_mode(const char *path, mode_t wanted, const char *word, rsift_error *err)
{
    struct stat st;
    if (lstat(path, &st) != 0)
        return errno == ENOENT ? RSIFT_OK : rs_err_errno(err, errno, "cannot stat %s", path);
    if ((st.st_mode & S_IFMT) == wanted) return RSIFT_OK;
    return rs_err_set(err, RSIFT_E_FORMAT, "%s is %s, expected a %s; take it away by hand", path,
                      S_ISLNK(st.st_mode)   ? "a link"
                      : S_ISDIR(st.st_mode) ? "a folder"
                      : S_ISREG(st.st_mode) ? "a file"
                                            : "a FIFO or a device",
                      word);
}

rsift_status rs_store_check_folder(const char *path, rsift_error *err)
{
    return check_mode(path, S_IFDIR, "folder", err);
}

rsift_status rs_store_check_file(const char *path, rsift_error *err)
{
    return check_mode(path, S_IFREG, "file", err);
}

rsift_status rs_store_copy_file(const char *from, const char *to, rsift_error *err)
{
    enum { WINDOW = 1 << 16 };
    rsift_status status = RSIFT_OK;
    int in = open(from, O_RDONLY | O_CLOEXEC);
    if (in < 0) return rs_err_errno(err, errno, "cannot open %s", from);
    int out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (out < 0) status = rs_err_errno(err, errno, "cannot make %s", to);
    ssize_t n = 0;
    bool any = false; /* something was copied by the kernel, which then does it all */
    while (status == RSIFT_OK && (n = copy_file_range(in, NULL, out, NULL, 1 << 30, 0)) > 0)
        any = true;
    char window[WINDOW];
    if (status == RSIFT_OK && n < 0 && any) status = rs_err_errno(err, errno, "cannot copy %s", to);
    while (status == RSIFT_OK && !any && (n = read(in, window, sizeof window)) > 0)
        for (ssize_t at = 0, put = 0; at < n && status == RSIFT_OK; at += put)
            if ((put = write(out, window + at, (size_t)(n - at))) < 0)
                status = rs_err_errno(err, errno, "cannot write %s", to);
    if (status == RSIFT_OK && n < 0) status = rs_err_errno(err, errno, "cannot read %s", from);
    if (out >= 0 && close(out) != 0 && status == RSIFT_OK)
        status = rs_err_errno(err, errno, "cannot write %s", to);
    (void)close(in);
    return status;
}

rs_file_mark rs_store_file_mark(const char *path)
{
    struct stat st;
    if (stat(path, &st) != 0) return (rs_file_mark){0};
    return (rs_file_mark){.device = (uint64_t)st.st_dev,
                          .inode = (uint64_t)st.st_ino,
                          .size = (uint64_t)st.st_size,
                          .seconds = st.st_mtim.tv_sec,
                          .nanoseconds = st.st_mtim.tv_nsec};
}

bool rs_file_mark_eq(const rs_file_mark *a, const rs_file_mark *b)
{
    return a->device == b->device && a->inode == b->inode && a->size == b->size &&
           a->seconds == b->seconds && a->nanoseconds == b->nanoseconds;
}
