/* Output files appear under their final name only when they are complete and on disk. */
#include "base/alloc.h"
#include "io/fd.h"
#include "io/io.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sys/stat.h>
#include <unistd.h>

enum { window_bytes = 256 * 1024 };

struct rs_io_out {
    char *path, *partial; /* NUL-terminated */
    size_t n_path;
    int fd;
    bool failed;
    int64_t n_bytes;
    size_t filled;
    rs_hasher hasher;
    uint8_t window[window_bytes];
};

static rsift_status blame(const rs_io_out *out, rsift_status status, rsift_error *err)
{
    return rs_err_within(err, status, "%s", out->path);
}

static void out_free(rs_io_out *out)
{
    if (out->fd >= 0) close(out->fd);
    rs_free(out->path);
    rs_free(out->partial);
    rs_free(out);
}

/* "<folder>/<name>.partial-<pid>"; of a name near the limit of file systems (255 bytes) its first
 * 200 bytes. False when `size` bytes do not hold it. */
static bool name_partial(char *partial, size_t size, rs_str path)
{
    enum { NAME_BYTES = 200 };
    const rs_str name = rs_str_basename(path);
    const size_t cut = name.len > NAME_BYTES ? name.len - NAME_BYTES : 0;
    const int n = snprintf(partial, size, "%.*s.partial-%ld", (int)(path.len - cut), path.ptr,
                           (long)getpid());
    return n > 0 && (size_t)n < size;
}

/* A rename would replace a device, a pipe or a folder by a file. */
static rsift_status check_target(const char *path, rsift_error *err)
{
    struct stat st;
    if (stat(path, &st) != 0 || S_ISREG(st.st_mode)) return RSIFT_OK; /* also behind a link */
    return rs_err_set(err, RSIFT_E_ARG,
                      "there is something that is no file; name a file to write to");
}

rsift_status rs_io_out_open(rs_str path, rs_io_out **result, rsift_error *err)
{
    *result = NULL;
    if (path.len == 0 || path.len > 1 << 20 || memchr(path.ptr, 0, path.len))
        return rs_err_set(err, RSIFT_E_ARG, "not a path to write to");
    rs_io_out *out = rs_alloc(sizeof *out);
    if (!out) return rs_err_nomem(err, "an output file");
    size_t n_partial = path.len + 40;
    out->fd = -1;
    out->failed = false;
    out->n_bytes = 0;
    out->filled = 0;
    out->n_path = path.len;
    out->path = rs_alloc(path.len + 1);
    out->partial = rs_alloc(n_partial);
    if (!out->path || !out->partial) {
        out_free(out);
        return rs_err_nomem(err, "an output file");
    }
    memcpy(out->path, path.ptr, path.len);
    out->path[path.len] = 0;
    (void)name_partial(out->partial, n_partial, rs_str_make(out->path, out->n_path));
    rs_hash_start(&out->hasher);
    rsift_status status = check_target(out->path, err);
    if (status == RSIFT_OK)
        out->fd = open(out->partial, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (out->fd < 0) {
        if (status == RSIFT_OK) status = rs_err_errno(err, errno, "cannot write here");
        blame(out, status, err);
        out_free(out);
        return status;
    }
    *result = out;
    return RSIFT_OK;
}

static rsift_status write_through(rs_io_out *out, const uint8_t *bytes, size_t n, rsift_error *err)
{
    rsift_status status = rs_io_fd_write(out->fd, bytes, n, err);
    if (status == RSIFT_OK) return status;
    out->failed = true;
    return blame(out, status, err);
}

static rsift_status flush(rs_io_out *out, rsift_error *err)
{
    size_t n = out->filled;
    out->filled = 0;
    return write_through(out, out->window, n, err);
}

rsift_status rs_io_out_write(rs_io_out *out, const void *bytes, size_t n, rsift_error *err)
{
    if (n == 0) return RSIFT_OK;
    rs_hash_bytes(&out->hasher, bytes, n);
    out->n_bytes += (int64_t)n;
    /* small writes are gathered, large ones pass through */
    if (n > window_bytes - out->filled) RS_TRY(flush(out, err));
    if (n >= window_bytes) return write_through(out, bytes, n, err);
    memcpy(out->window + out->filled, bytes, n);
    out->filled += n;
    return RSIFT_OK;
}

rs_id rs_io_out_hash(const rs_io_out *out)
{
    return rs_hash_end(&out->hasher);
}

int64_t rs_io_out_size(const rs_io_out *out)
{
    return out->n_bytes;
}

/* The new name is only safe once the folder that holds it is on disk too. */
static rsift_status sync_folder(const rs_io_out *out, rsift_error *err)
{
    size_t n = out->n_path;
    while (n > 0 && out->path[n - 1] != '/') n--;
    char *folder = rs_alloc(n + 2);
    if (!folder) return rs_err_nomem(err, "a folder's name");
    memcpy(folder, out->path, n);
    if (n == 0) folder[n++] = '.';
    folder[n] = 0;
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    rs_free(folder);
    if (fd < 0) return rs_err_errno(err, errno, "cannot open the folder");
    int result = fsync(fd);
    int reason = errno;
    close(fd);
    if (result != 0 && reason != EINVAL) return rs_err_errno(err, reason, "cannot sync the folder");
    return RSIFT_OK;
}

static rsift_status finish(rs_io_out *out, rsift_error *err)
{
    if (out->failed) return rs_err_set(err, RSIFT_E_IO, "an earlier write failed");
    RS_TRY(flush(out, err));
    /* pipes and some file systems cannot sync */
    if (fsync(out->fd) != 0 && errno != EINVAL) return rs_err_errno(err, errno, "cannot sync");
    int result = close(out->fd);
    out->fd = -1;
    if (result != 0) return rs_err_errno(err, errno, "cannot close");
    if (rename(out->partial, out->path) != 0)
        return rs_err_errno(err, errno, "cannot rename into place");
    return sync_folder(out, err);
}

rsift_status rs_io_out_commit(rs_io_out *out, rsift_error *err)
{
    rsift_status status = finish(out, err);
    if (status != RSIFT_OK) {
        if (err && !err->where[0]) blame(out, status, err);
        unlink(out->partial);
    }
    out_free(out);
    return status;
}

void rs_io_out_discard(rs_io_out *out)
{
    if (!out) return;
    unlink(out->partial);
    out_free(out);
}

/* Renames; a file of that name is removed first, since renaming over it makes ext4 write it out at
 * once. Most often there is none, and asking costs as much as removing. */
static rsift_status move_into_place(const char *partial, const char *final, rsift_error *err)
{
    /* Not every file system has this flag; errors are those of the second call. */
    if (renameat2(AT_FDCWD, partial, AT_FDCWD, final, RENAME_NOREPLACE) == 0) return RSIFT_OK;
    unlink(final);
    if (rename(partial, final) == 0) return RSIFT_OK;
    return rs_err_errno(err, errno, "cannot rename into place");
}

rsift_status rs_io_write_small(rs_str path, const void *bytes, size_t n, rsift_error *err)
{
    char final[4096], partial[4160];
    if (path.len >= sizeof final)
        return rs_err_set(err, RSIFT_E_LIMIT, "a path of %zu bytes", path.len);
    snprintf(final, sizeof final, "%.*s", (int)path.len, path.ptr);
    (void)name_partial(partial, sizeof partial, path);
    int fd = open(partial, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd < 0) return rs_err_within(err, rs_err_errno(err, errno, "cannot create"), "%s", final);
    rsift_status status = rs_io_fd_write(fd, bytes, n, err);
    if (close(fd) != 0 && status == RSIFT_OK) status = rs_err_errno(err, errno, "cannot close");
    if (status == RSIFT_OK) status = move_into_place(partial, final, err);
    if (status == RSIFT_OK) return status;
    unlink(final);
    unlink(partial);
    return rs_err_within(err, status, "%s", final);
}

rsift_status rs_io_sync(rs_str path, rsift_error *err)
{
    char text[4096];
    if (path.len >= sizeof text)
        return rs_err_set(err, RSIFT_E_LIMIT, "a path of %zu bytes", path.len);
    snprintf(text, sizeof text, "%.*s", (int)path.len, path.ptr);
    int fd = open(text, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return rs_err_within(err, rs_err_errno(err, errno, "cannot open"), "%s", text);
    int result = syncfs(fd);
    int reason = errno;
    close(fd);
    if (result == 0) return RSIFT_OK;
    return rs_err_within(err, rs_err_errno(err, reason, "cannot sync"), "%s", text);
}
