/* Temporary files and their bound. See spool.h. */
#define _XOPEN_SOURCE 700 /* mkstemp */
#include "io/spool.h"

#include "base/alloc.h"
#include "io/disk.h"
#include "io/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum { WINDOW = 256 * 1024 };

/* A disk or a quota that is full is no fault of the disk: the archive is too large for it. */
static rsift_status disk_error(const rs_io_tree *tree, int reason, rsift_error *err)
{
    if (reason == ENOSPC || reason == EDQUOT || reason == EFBIG)
        return rs_err_set(err, RSIFT_E_LIMIT,
                          "no space left for temporary files in %.100s: name a larger folder in "
                          "TMPDIR, or unpack it and open the folder",
                          tree->spool_dir);
    return rs_err_errno(err, reason, "cannot write a temporary file in %.100s", tree->spool_dir);
}

rsift_status rs_io_spool_open(const rs_io_tree *tree, int *fd, rsift_error *err)
{
    char name[1024];
    int n = snprintf(name, sizeof name, "%s/rsift-XXXXXX", tree->spool_dir);
    if (n < 0 || (size_t)n >= sizeof name)
        return rs_err_set(err, RSIFT_E_ARG,
                          "the name of the folder for temporary files is too long");
    int made = mkstemp(name);
    if (made < 0) return disk_error(tree, errno, err);
    /* without a name it vanishes with its descriptor */
    unlink(name);
    (void)fcntl(made, F_SETFD, FD_CLOEXEC);
    *fd = made;
    return RSIFT_OK;
}

/* Half of what was free when the tree first asked; what it has written since is part of it. */
static uint64_t half_of_free(const rs_io_tree *tree)
{
    rs_io_shared *shared = tree->shared;
    struct statvfs fs;
    pthread_mutex_lock(&shared->lock);
    if (!shared->half_of_free) {
        shared->half_of_free = UINT64_MAX;
        if (statvfs(tree->spool_dir, &fs) == 0)
            shared->half_of_free = (uint64_t)fs.f_bavail * fs.f_frsize / 2 + 1;
    }
    const uint64_t half = shared->half_of_free;
    pthread_mutex_unlock(&shared->lock);
    return half;
}

/* n bytes are wanted in all. */
static rsift_status check_bound(const rs_io_tree *tree, uint64_t n, rsift_error *err)
{
    const uint64_t half = half_of_free(tree);
    if (n <= tree->limits.max_spool && n <= half) return RSIFT_OK;
    if (tree->limits.max_spool <= half)
        return rs_err_set(err, RSIFT_E_LIMIT,
                          "unpacks to more than max_spool = %" PRIu64 " bytes of temporary files: "
                          "unpack it and open the folder",
                          tree->limits.max_spool);
    return rs_err_set(err, RSIFT_E_LIMIT,
                      "unpacks to more than %" PRIu64 " MiB, half of what is free in %.80s: name a "
                      "larger folder in TMPDIR, or unpack it and open the folder",
                      half >> 20, tree->spool_dir);
}

/* Is there room for what the stream states, before anything of it is written? */
static rsift_status check_stated(const rs_io_tree *tree, const rs_io_stream *stream,
                                 rsift_error *err)
{
    const int64_t n = stream->n_bytes;
    if (n <= 0) return RSIFT_OK;
    return check_bound(tree, (uint64_t)atomic_load(&tree->shared->n_spooled) + (uint64_t)n, err);
}

rsift_status rs_io_spool_append(const rs_io_tree *tree, int fd, rs_str bytes, int64_t *n_bytes,
                                rsift_error *err)
{
    /* counted before it is written: threads share the limit */
    int64_t before = atomic_fetch_add(&tree->shared->n_spooled, (int64_t)bytes.len);
    *n_bytes += (int64_t)bytes.len;
    RS_TRY(check_bound(tree, (uint64_t)before + bytes.len, err));
    const int reason = rs_io_fd_write_all(fd, bytes.ptr, bytes.len);
    return reason ? disk_error(tree, reason, err) : RSIFT_OK;
}

void rs_io_spool_forget(const rs_io_tree *tree, int64_t n_bytes)
{
    atomic_fetch_sub(&tree->shared->n_spooled, n_bytes);
}

/* `head` and the rest of the stream, appended to fd. */
static rsift_status copy(const rs_io_tree *tree, int fd, rs_str head, rs_io_stream *stream,
                         int64_t *n_bytes, rsift_error *err)
{
    char *window = rs_alloc(WINDOW);
    if (!window) return rs_err_nomem(err, "a window for unpacking");
    rsift_status status = rs_io_spool_append(tree, fd, head, n_bytes, err);
    size_t got = 1;
    while (status == RSIFT_OK && got > 0) {
        status = rs_io_read(stream, window, WINDOW, &got, err);
        if (status == RSIFT_OK)
            status = rs_io_spool_append(tree, fd, rs_str_make(window, got), n_bytes, err);
    }
    rs_free(window);
    return status;
}

rsift_status rs_io_spool(const rs_io_tree *tree, rs_io_stream *stream, int *fd, int64_t *n_bytes,
                         rsift_error *err)
{
    int made;
    int64_t n = 0;
    *n_bytes = 0;
    RS_TRY(check_stated(tree, stream, err));
    RS_TRY(rs_io_spool_open(tree, &made, err));
    rsift_status status = copy(tree, made, RS_STR(""), stream, &n, err);
    if (status != RSIFT_OK) {
        close(made);
        rs_io_spool_forget(tree, n);
        return status;
    }
    *fd = made;
    *n_bytes = n;
    return RSIFT_OK;
}

/* The tree's own temporary file. */
static rsift_status own_file(rs_io_tree *tree, rsift_error *err)
{
    int fd;
    if (tree->spool) return RSIFT_OK;
    RS_TRY(rs_io_spool_open(tree, &fd, err));
    tree->spool = rs_io_disk_of_spool(tree, fd);
    if (tree->spool) return RSIFT_OK;
    close(fd);
    return rs_err_nomem(err, "a temporary file");
}

rsift_status rs_io_spool_keep(rs_io_tree *tree, rs_str head, rs_io_stream *stream, rs_io_span *out,
                              rsift_error *err)
{
    int64_t n = 0;
    RS_TRY(check_stated(tree, stream, err));
    RS_TRY(own_file(tree, err));
    rs_io_disk *disk = tree->spool;
    rsift_status status = copy(tree, disk->fd, head, stream, &n, err);
    if (status == RSIFT_OK && !rs_io_span_piece(tree, disk, disk->n_bytes, n, out))
        status = rs_err_nomem(err, "an archive in an archive");
    if (status == RSIFT_OK) {
        disk->n_bytes += n;
        return RSIFT_OK;
    }
    /* the file is as before: its next archive begins here */
    rs_io_spool_forget(tree, n);
    if (ftruncate(disk->fd, (off_t)disk->n_bytes) != 0 ||
        lseek(disk->fd, (off_t)disk->n_bytes, SEEK_SET) < 0)
        return rs_err_errno(err, errno, "cannot cut a temporary file in %.100s", tree->spool_dir);
    return status;
}
