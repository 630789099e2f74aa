/* Descriptors are opened late and shared; beyond a few hundred they are closed again after each
 * use, so that a folder of ten thousand tars does not run out of them. */
#include "io/disk.h"

#include "base/alloc.h"
#include "base/buf.h"
#include "io/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <unistd.h>

/* A tree's own: several trees are open at once, and a process has often no more than 1,024. */
enum { most_idle_fds = 64 };

int64_t rs_io_mtime_ns(const struct stat *st)
{
    return (int64_t)st->st_mtim.tv_sec * 1000000000 + st->st_mtim.tv_nsec;
}

static rs_io_disk *add_disk(rs_io_tree *tree, rs_io_disk disk)
{
    if (!RS_VEC_RESERVE(tree->disks, tree->cap_disks, tree->n_disks + 1)) return NULL;
    rs_io_disk *made = rs_arena_alloc(&tree->arena, sizeof *made);
    if (!made) return NULL;
    *made = disk;
    if (pthread_mutex_init(&made->lock, NULL) != 0) return NULL;
    tree->disks[tree->n_disks++] = made;
    return made;
}

rs_io_disk *rs_io_disk_new(rs_io_tree *tree, rs_str name, int64_t n_bytes, int64_t mtime_ns)
{
    return add_disk(
        tree, (rs_io_disk){.name = name.ptr, .n_bytes = n_bytes, .mtime_ns = mtime_ns, .fd = -1});
}

rs_io_disk *rs_io_disk_of_spool(rs_io_tree *tree, int fd)
{
    return add_disk(tree, (rs_io_disk){.fd = fd});
}

void rs_io_disk_free(rs_io_disk *disk)
{
    if (disk->fd >= 0) close(disk->fd);
    pthread_mutex_destroy(&disk->lock);
}

rsift_status rs_io_open_listed(const rs_io_tree *tree, const char *name, int64_t n_bytes,
                               int64_t mtime_ns, int *fd, rsift_error *err)
{
    struct stat st;
    /* O_NONBLOCK: a FIFO put in the file's place must not block the open */
    int opened = openat(tree->root_fd, name, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (opened < 0) return rs_err_errno(err, errno, "cannot open the file");
    if (fstat(opened, &st) != 0) {
        int reason = errno;
        close(opened);
        return rs_err_errno(err, reason, "cannot read the file's size");
    }
    if (!S_ISREG(st.st_mode) || (int64_t)st.st_size != n_bytes || rs_io_mtime_ns(&st) != mtime_ns) {
        close(opened);
        return rs_err_set(err, RSIFT_E_IO, "changed since it was listed");
    }
    *fd = opened;
    return RSIFT_OK;
}

rsift_status rs_io_file_check(const rs_io_tree *tree, size_t file, rsift_error *err)
{
    struct stat st;
    rsift_status status = RSIFT_OK;
    RS_ASSERT(file < tree->n_files);
    const rs_io_file *listed = &tree->files[file];
    if (fstatat(tree->root_fd, listed->path.ptr, &st, 0) != 0)
        status = rs_err_errno(err, errno, "changed since it was listed");
    else if ((int64_t)st.st_size != listed->n_bytes || rs_io_mtime_ns(&st) != listed->mtime_ns)
        status = rs_err_set(err, RSIFT_E_IO, "changed since it was listed");
    if (status == RSIFT_OK) return RSIFT_OK;
    return rs_err_within(err, status, "%.*s", RS_STR_ARG(listed->path));
}

static rsift_status disk_acquire(const rs_io_tree *tree, rs_io_disk *disk, int *fd,
                                 rsift_error *err)
{
    rsift_status status = RSIFT_OK;
    /* temporary files stay open */
    if (!disk->name) {
        *fd = disk->fd;
        return RSIFT_OK;
    }
    pthread_mutex_lock(&disk->lock);
    if (disk->fd < 0) {
        status = rs_io_open_listed(tree, disk->name, disk->n_bytes, disk->mtime_ns, &disk->fd, err);
        if (status == RSIFT_OK) atomic_fetch_add(&tree->shared->n_open, 1);
    }
    if (status == RSIFT_OK) disk->n_users++;
    *fd = disk->fd;
    pthread_mutex_unlock(&disk->lock);
    return status;
}

static void disk_release(const rs_io_tree *tree, rs_io_disk *disk)
{
    if (!disk->name) return;
    pthread_mutex_lock(&disk->lock);
    /* many archives in a folder: descriptors are closed again when they are many */
    if (--disk->n_users == 0 && atomic_load(&tree->shared->n_open) > most_idle_fds) {
        close(disk->fd);
        disk->fd = -1;
        atomic_fetch_sub(&tree->shared->n_open, 1);
    }
    pthread_mutex_unlock(&disk->lock);
}

bool rs_io_span_of(rs_io_tree *tree, rs_io_disk *const *disks, size_t n, rs_io_span *out)
{
    rs_io_segment *segments = rs_arena_calloc(&tree->arena, n, sizeof *segments);
    if (!segments) return false;
    int64_t at = 0;
    for (size_t i = 0; i < n; i++) {
        segments[i] = (rs_io_segment){disks[i], 0, at, disks[i]->n_bytes};
        if (__builtin_add_overflow(at, disks[i]->n_bytes, &at)) return false;
    }
    *out = (rs_io_span){segments, n, at};
    return true;
}

bool rs_io_span_piece(rs_io_tree *tree, rs_io_disk *disk, int64_t begin, int64_t n_bytes,
                      rs_io_span *out)
{
    rs_io_segment *segment = rs_arena_calloc(&tree->arena, 1, sizeof *segment);
    if (!segment) return false;
    *segment = (rs_io_segment){disk, begin, 0, n_bytes};
    *out = (rs_io_span){segment, 1, n_bytes};
    return true;
}

/* Segment that holds byte `offset`, which lies inside the span. Empty segments never match. */
static size_t segment_at(const rs_io_span *span, int64_t offset)
{
    /* binary search for the last segment that begins at or before offset */
    size_t low = 0, high = span->n_segments;
    while (high - low > 1) {
        size_t mid = low + (high - low) / 2;
        if (span->segments[mid].begin <= offset) low = mid;
        else high = mid;
    }
    return low;
}

bool rs_io_span_slice(rs_io_tree *tree, const rs_io_span *span, int64_t begin, int64_t n_bytes,
                      rs_io_span *out)
{
    RS_ASSERT(begin >= 0 && n_bytes >= 0 && begin <= span->n_bytes &&
              n_bytes <= span->n_bytes - begin);
    size_t first = span->n_segments ? segment_at(span, begin) : 0;
    size_t n = 0;
    while (first + n < span->n_segments &&
           (n == 0 || span->segments[first + n].begin < begin + n_bytes))
        n++;
    rs_io_segment *segments = rs_arena_calloc(&tree->arena, n, sizeof *segments);
    if (!segments) return false;
    int64_t at = 0;
    for (size_t i = 0; i < n; i++) {
        rs_io_segment s = span->segments[first + i];
        int64_t skip = s.begin < begin ? begin - s.begin : 0;
        int64_t left = s.n_bytes - skip;
        if (left > n_bytes - at) left = n_bytes - at;
        segments[i] = (rs_io_segment){s.disk, s.disk_begin + skip, at, left};
        at += left;
    }
    *out = (rs_io_span){segments, n, n_bytes};
    return true;
}

static rsift_status segment_read(const rs_io_tree *tree, const rs_io_segment *s, int64_t skip,
                                 void *dst, size_t n, rsift_error *err)
{
    int fd;
    size_t got = 0;
    RS_TRY(disk_acquire(tree, s->disk, &fd, err));
    rsift_status status = rs_io_fd_read(fd, s->disk_begin + skip, dst, n, &got, err);
    disk_release(tree, s->disk);
    if (status == RSIFT_OK && got < n)
        return rs_err_set(err, RSIFT_E_IO, "changed since it was listed: now ends at byte %" PRId64,
                          s->disk_begin + skip + (int64_t)got);
    return status;
}

rsift_status rs_io_span_read(const rs_io_tree *tree, const rs_io_span *span, int64_t offset,
                             void *dst, size_t n, size_t *got, rsift_error *err)
{
    *got = 0;
    if (offset < 0 || offset >= span->n_bytes) return RSIFT_OK;
    if ((uint64_t)n > (uint64_t)(span->n_bytes - offset)) n = (size_t)(span->n_bytes - offset);
    size_t i = segment_at(span, offset);
    while (*got < n) {
        const rs_io_segment *s = &span->segments[i++];
        int64_t skip = offset + (int64_t)*got - s->begin;
        size_t n_part = n - *got;
        if ((uint64_t)n_part > (uint64_t)(s->n_bytes - skip)) n_part = (size_t)(s->n_bytes - skip);
        /* a joined part without bytes */
        if (n_part == 0) continue;
        RS_TRY(segment_read(tree, s, skip, (char *)dst + *got, n_part, err));
        *got += n_part;
    }
    return RSIFT_OK;
}

rsift_status rs_io_span_need(const rs_io_tree *tree, const rs_io_span *span, int64_t offset,
                             void *dst, size_t n, rsift_error *err)
{
    size_t got;
    RS_TRY(rs_io_span_read(tree, span, offset, dst, n, &got, err));
    if (got < n)
        return rs_err_set(err, RSIFT_E_FORMAT,
                          "ends early: %zu bytes wanted at byte %" PRId64 ", %zu are there", n,
                          offset, got);
    return RSIFT_OK;
}

void rs_io_span_advise(const rs_io_tree *tree, const rs_io_span *span, int64_t offset,
                       int64_t n_bytes)
{
    if (offset < 0 || offset >= span->n_bytes) return;
    const rs_io_segment *s = &span->segments[segment_at(span, offset)];
    int fd;
    if (disk_acquire(tree, s->disk, &fd, NULL) != RSIFT_OK) return;
    int64_t skip = offset - s->begin;
    if (n_bytes > s->n_bytes - skip) n_bytes = s->n_bytes - skip;
    (void)posix_fadvise(fd, (off_t)(s->disk_begin + skip), (off_t)n_bytes, POSIX_FADV_SEQUENTIAL);
    disk_release(tree, s->disk);
}

/* A span as the source of a stream ---- */

static rsift_status read_span(rs_io_stream *stream, void *dst, size_t n, size_t *got,
                              rsift_error *err)
{
    RS_TRY(rs_io_span_read(stream->tree, stream->span, stream->at, dst, n, got, err));
    if (*got == 0) return rs_err_set(err, RSIFT_E_FORMAT, "ends early: the archive is cut short");
    stream->at += (int64_t)*got;
    return RSIFT_OK;
}

void rs_io_stream_over_span(rs_io_stream *stream, const rs_io_span *span, int64_t begin,
                            int64_t n_bytes)
{
    stream->read = read_span;
    stream->span = span;
    stream->begin = stream->at = begin;
    stream->n_bytes = n_bytes;
}
