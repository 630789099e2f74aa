/* Reading one member. The kinds differ only in where the next bytes come from; checksums and the
 * declared size are checked here for all of them. */
#include "io/stream.h"

#include "base/alloc.h"
#include "base/buf.h"
#include "io/tar.h"
#include "io/zip.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <libdeflate.h>
#include <unistd.h>

enum { most_idle = 64, keep_buffer = 4 << 20, large_file = 1 << 20 };

/* Taking and giving back ---- */

rs_io_stream *rs_io_stream_take(const rs_io_tree *tree)
{
    rs_io_shared *shared = tree->shared;
    pthread_mutex_lock(&shared->lock);
    rs_io_stream *stream = shared->idle;
    if (stream) {
        shared->idle = stream->next_idle;
        shared->n_idle--;
    }
    pthread_mutex_unlock(&shared->lock);
    if (!stream) stream = rs_calloc(1, sizeof *stream);
    if (!stream) return NULL;
    stream->tree = tree;
    stream->fd = -1;
    stream->n_given = 0;
    stream->n_bytes = -1;
    stream->has_crc = false;
    stream->crc = 0;
    stream->pass = NULL;
    stream->owns_pass = false;
    stream->z_done = false;
    stream->next_idle = NULL;
    return stream;
}

static void stream_free(rs_io_stream *stream)
{
    if (stream->small) libdeflate_free_decompressor(stream->small);
    if (stream->z_made) inflateEnd(&stream->z);
    rs_free(stream->in);
    rs_free(stream->out);
    rs_free(stream);
}

void rs_io_streams_free(rs_io_stream *idle)
{
    for (rs_io_stream *next; idle; idle = next) {
        next = idle->next_idle;
        stream_free(idle);
    }
}

static void drop_large(uint8_t **buffer, size_t *cap)
{
    if (*cap <= keep_buffer) return;
    rs_free(*buffer);
    *buffer = NULL;
    *cap = 0;
}

void rs_io_close(rs_io_stream *stream)
{
    if (!stream) return;
    rs_io_shared *shared = stream->tree->shared;
    if (stream->fd >= 0) close(stream->fd);
    if (stream->owns_pass) rs_io_pass_close(stream->pass);
    drop_large(&stream->in, &stream->cap_in);
    drop_large(&stream->out, &stream->cap_out);
    stream->fd = -1;
    stream->pass = NULL;
    pthread_mutex_lock(&shared->lock);
    bool keep = shared->n_idle < most_idle;
    if (keep) {
        stream->next_idle = shared->idle;
        shared->idle = stream;
        shared->n_idle++;
    }
    pthread_mutex_unlock(&shared->lock);
    if (!keep) stream_free(stream);
}

uint8_t *rs_io_stream_room(uint8_t **buffer, size_t *cap, size_t n)
{
    if (n <= *cap && *buffer) return *buffer;
    size_t want = n < 64 * 1024 ? 64 * 1024 : n;
    uint8_t *bigger = rs_alloc(want);
    if (!bigger) return NULL;
    rs_free(*buffer);
    *buffer = bigger;
    *cap = want;
    return bigger;
}

rsift_status rs_io_stream_blame(const rs_io_stream *stream, rsift_status status, rsift_error *err)
{
    if (status == RSIFT_OK || !err) return status;
    if (!err->where[0] && stream->n_given > 0)
        rs_err_within(err, status, "byte %" PRId64, stream->n_given);
    return rs_err_within(err, status, "%.*s", RS_STR_ARG(stream->chain));
}

/* Opening ---- */

static rsift_status start_loose(rs_io_stream *stream, const rs_io_file *file, rsift_error *err)
{
    RS_TRY(rs_io_open_listed(stream->tree, file->path.ptr, file->n_bytes, file->mtime_ns,
                             &stream->fd, err));
    stream->from = RS_IO_FROM_FILE;
    stream->n_bytes = file->n_bytes;
    if (file->n_bytes > large_file) (void)posix_fadvise(stream->fd, 0, 0, POSIX_FADV_SEQUENTIAL);
    return RSIFT_OK;
}

rsift_status rs_io_stream_start(rs_io_stream *stream, const rs_io_container *container,
                                const rs_io_entry *entry, rs_str chain, int64_t n_bytes,
                                rsift_error *err)
{
    stream->chain = chain;
    if (container->kind == RS_IO_ZIP)
        return rs_io_zip_start(stream, container, entry, n_bytes, err);
    stream->from = RS_IO_FROM_SPAN;
    stream->span = &container->span;
    stream->begin = entry->begin;
    stream->at = entry->begin;
    stream->n_bytes = n_bytes;
    if (n_bytes > large_file) rs_io_span_advise(stream->tree, stream->span, entry->begin, n_bytes);
    return RSIFT_OK;
}

static rsift_status start_sequential(rs_io_stream *stream, const rs_io_container *container,
                                     const rs_io_entry *entry, int64_t n_bytes, rsift_error *err)
{
    RS_TRY(rs_io_pass_open(stream->tree, container, &stream->pass, err));
    stream->owns_pass = true;
    stream->from = RS_IO_FROM_PASS;
    stream->n_bytes = n_bytes;
    return rs_io_pass_seek(stream->pass, entry->begin, err);
}

rsift_status rs_io_open(const rs_io_tree *tree, size_t member, rs_io_stream **out, rsift_error *err)
{
    RS_ASSERT(member < tree->n_members);
    const rs_io_member *m = &tree->members[member];
    const rs_io_entry *entry = &tree->entries[member];
    *out = NULL;
    rs_io_stream *stream = rs_io_stream_take(tree);
    if (!stream) return rs_err_nomem(err, "a stream");
    stream->chain = m->chain;
    rsift_status status;
    if (entry->container == RS_IO_LOOSE) {
        status = start_loose(stream, &tree->files[m->file], err);
    } else {
        const rs_io_container *container = tree->containers[entry->container];
        status = rs_io_is_sequential(container->kind)
                     ? start_sequential(stream, container, entry, m->n_bytes, err)
                     : rs_io_stream_start(stream, container, entry, m->chain, m->n_bytes, err);
    }
    if (status == RSIFT_OK) {
        *out = stream;
        return RSIFT_OK;
    }
    rs_io_stream_blame(stream, status, err);
    rs_io_close(stream);
    return status;
}

/* Reading ---- */

static rsift_status read_file(rs_io_stream *stream, void *dst, size_t n, size_t *got,
                              rsift_error *err)
{
    ssize_t k;
    do k = read(stream->fd, dst, n);
    while (k < 0 && errno == EINTR);
    if (k < 0) return rs_err_errno(err, errno, "cannot read");
    if (k == 0) return rs_err_set(err, RSIFT_E_IO, "changed since it was listed: ends early");
    *got = (size_t)k;
    return RSIFT_OK;
}

static rsift_status read_span(rs_io_stream *stream, void *dst, size_t n, size_t *got,
                              rsift_error *err)
{
    RS_TRY(rs_io_span_read(stream->tree, stream->span, stream->at, dst, n, got, err));
    if (*got == 0) return rs_err_set(err, RSIFT_E_FORMAT, "ends early: the archive is cut short");
    stream->at += (int64_t)*got;
    return RSIFT_OK;
}

static rsift_status read_some(rs_io_stream *stream, void *dst, size_t n, size_t *got,
                              rsift_error *err)
{
    switch (stream->from) {
    case RS_IO_FROM_FILE: return read_file(stream, dst, n, got, err);
    case RS_IO_FROM_SPAN: return read_span(stream, dst, n, got, err);
    case RS_IO_FROM_MEMORY:
        memcpy(dst, stream->memory + stream->n_given, n);
        *got = n;
        return RSIFT_OK;
    case RS_IO_FROM_DEFLATE: return rs_io_zip_inflate(stream, dst, n, got, err);
    case RS_IO_FROM_PASS: return rs_io_pass_read(stream->pass, dst, n, got, err);
    }
    return RSIFT_OK;
}

static rsift_status check_end(rs_io_stream *stream, rsift_error *err)
{
    if (!stream->has_crc || stream->crc == stream->want_crc) return RSIFT_OK;
    return rs_err_set(err, RSIFT_E_FORMAT,
                      "checksum is %08" PRIx32 ", the archive promises %08" PRIx32, stream->crc,
                      stream->want_crc);
}

/* A pass learns only by reading on that its entry is longer or shorter than it declared. */
static rsift_status check_pass_end(rs_io_stream *stream, size_t got, rsift_error *err)
{
    if (stream->n_bytes < 0) return RSIFT_OK;
    int64_t n = stream->n_given + (int64_t)got;
    if (n > stream->n_bytes || (got == 0 && n < stream->n_bytes))
        return rs_err_set(err, RSIFT_E_FORMAT, "the archive promises %" PRId64 " bytes, it has %s",
                          stream->n_bytes, got ? "more" : "fewer");
    return RSIFT_OK;
}

static rsift_status stream_read(rs_io_stream *stream, void *dst, size_t n, size_t *got,
                                rsift_error *err)
{
    bool is_pass = stream->from == RS_IO_FROM_PASS;
    if (!is_pass) {
        if (stream->n_given >= stream->n_bytes) return RSIFT_OK;
        if ((uint64_t)n > (uint64_t)(stream->n_bytes - stream->n_given))
            n = (size_t)(stream->n_bytes - stream->n_given);
    }
    RS_TRY(read_some(stream, dst, n, got, err));
    if (is_pass) RS_TRY(check_pass_end(stream, *got, err));
    if (stream->has_crc) stream->crc = libdeflate_crc32(stream->crc, dst, *got);
    stream->n_given += (int64_t)*got;
    return !is_pass && stream->n_given == stream->n_bytes ? check_end(stream, err) : RSIFT_OK;
}

rsift_status rs_io_read(rs_io_stream *stream, void *dst, size_t n, size_t *got, rsift_error *err)
{
    *got = 0;
    if (n == 0) return RSIFT_OK;
    rsift_status status = stream_read(stream, dst, n, got, err);
    if (status == RSIFT_OK) return RSIFT_OK;
    *got = 0;
    return rs_io_stream_blame(stream, status, err);
}

static rsift_status read_source(void *ctx, void *dst, size_t n, size_t *got, rsift_error *err)
{
    return rs_io_read(ctx, dst, n, got, err);
}

rs_byte_source rs_io_source(rs_io_stream *stream)
{
    return (rs_byte_source){read_source, stream};
}

/* Whole members ---- */

static rsift_status too_large(const rs_io_tree *tree, rs_str chain, rsift_error *err)
{
    rs_err_set(err, RSIFT_E_LIMIT, "larger than max_record = %" PRIu64 " bytes",
               tree->limits.max_record);
    return rs_err_within(err, RSIFT_E_LIMIT, "%.*s", RS_STR_ARG(chain));
}

static rsift_status slurp_sized(rs_io_stream *stream, size_t n, rs_arena *arena, rs_str *out,
                                rsift_error *err)
{
    char *bytes = rs_arena_alloc(arena, n + 1);
    if (!bytes) return rs_err_nomem(err, "a whole member");
    size_t done = 0, got = 1;
    while (done < n && got > 0) {
        RS_TRY(rs_io_read(stream, bytes + done, n - done, &got, err));
        done += got;
    }
    bytes[done] = 0;
    *out = (rs_str){bytes, done};
    return RSIFT_OK;
}

static rsift_status slurp_growing(rs_io_stream *stream, uint64_t most, rs_arena *arena, rs_str *out,
                                  rsift_error *err)
{
    rs_buf buf = {0};
    size_t got = 1;
    rsift_status status = RSIFT_OK;
    while (status == RSIFT_OK && got > 0) {
        if (!rs_buf_reserve(&buf, 64 * 1024)) {
            status = rs_err_nomem(err, "a whole member");
            break;
        }
        status = rs_io_read(stream, buf.ptr + buf.len, buf.cap - buf.len, &got, err);
        buf.len += got;
        if (buf.len > most) status = too_large(stream->tree, stream->chain, err);
    }
    if (status == RSIFT_OK) {
        *out = rs_arena_str(arena, rs_buf_view(&buf));
        if (!out->ptr) status = rs_err_nomem(err, "a whole member");
    }
    rs_buf_fini(&buf);
    return status;
}

rsift_status rs_io_slurp(const rs_io_tree *tree, size_t member, rs_arena *arena, rs_str *out,
                         rsift_error *err)
{
    RS_ASSERT(member < tree->n_members);
    const rs_io_member *m = &tree->members[member];
    rs_io_stream *stream = NULL;
    *out = (rs_str){NULL, 0};
    if (m->n_bytes >= 0 && (uint64_t)m->n_bytes > tree->limits.max_record)
        return too_large(tree, m->chain, err);
    RS_TRY(rs_io_open(tree, member, &stream, err));
    rsift_status status = m->n_bytes >= 0
                              ? slurp_sized(stream, (size_t)m->n_bytes, arena, out, err)
                              : slurp_growing(stream, tree->limits.max_record, arena, out, err);
    rs_io_close(stream);
    return status;
}
