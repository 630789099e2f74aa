/* Opening one member: which source its bytes come from, and members in memory as they are. */
#include "base/alloc.h"
#include "base/buf.h"
#include "io/archive.h"
#include "io/disk.h"
#include "io/rows.h"
#include "io/zip_read.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <unistd.h>

enum { large_file = 1 << 20 };

static rsift_status read_file(rs_io_stream *stream, void *dst, size_t n, size_t *got,
                              rsift_error *err)
{
    ssize_t k;
    do k = read(stream->fd, dst, n);
    while (k < 0 && errno == EINTR);
    if (k < 0) return rs_err_errno(err, errno, "cannot read");
    /* fewer bytes than were listed */
    if (k == 0) return rs_err_set(err, RSIFT_E_IO, "changed since it was listed: ends early");
    *got = (size_t)k;
    return RSIFT_OK;
}

static void close_file(rs_io_stream *stream)
{
    close(stream->fd);
}

static rsift_status open_loose(const rs_io_tree *tree, const rs_io_member *m, rs_io_stream **out,
                               rsift_error *err)
{
    const rs_io_file *file = &tree->files[m->file];
    rs_io_stream *stream = *out = rs_io_stream_new(tree, m->chain);
    if (!stream) return rs_err_nomem(err, "a stream");
    RS_TRY(
        rs_io_open_listed(tree, file->path.ptr, file->n_bytes, file->mtime_ns, &stream->fd, err));
    stream->read = read_file;
    stream->close = close_file;
    stream->n_bytes = file->n_bytes;
    if (file->n_bytes > large_file) (void)posix_fadvise(stream->fd, 0, 0, POSIX_FADV_SEQUENTIAL);
    return RSIFT_OK;
}

/* A member of a container that can be sought in. */
static rsift_status open_placed(const rs_io_tree *tree, const rs_io_member *m,
                                const rs_io_entry *entry, const rs_io_ahead *ahead,
                                rs_io_stream **out, rsift_error *err)
{
    const rs_io_container *c = tree->containers[entry->container];
    rs_io_stream *stream = *out = rs_io_stream_new(tree, m->chain);
    if (!stream) return rs_err_nomem(err, "a stream");
    stream->ahead = ahead;
    if (c->kind == RS_IO_ROWS) return rs_io_rows_start(stream, c, err);
    if (c->kind == RS_IO_ZIP) return rs_io_zip_start(stream, c, entry, m->n_bytes, err);
    rs_io_stream_over_span(stream, &c->span, entry->begin, m->n_bytes);
    /* small members are read faster without */
    if (m->n_bytes > large_file) rs_io_span_advise(tree, &c->span, entry->begin, m->n_bytes);
    return RSIFT_OK;
}

/* A member of an archive that is read from its start up to there. */
static rsift_status open_sequential(const rs_io_tree *tree, const rs_io_member *m,
                                    const rs_io_entry *entry, rs_io_stream **out, rsift_error *err)
{
    if (tree->containers[entry->container]->kind == RS_IO_ROW_CELLS)
        return rs_io_row_cell_open(tree, m, entry, out, err);
    rs_io_pass *pass;
    RS_TRY(rs_io_pass_open(tree, tree->containers[entry->container], &pass, err));
    rs_io_stream *stream = *out = rs_io_pass_stream(pass, m->chain, m->n_bytes, true);
    if (stream) return rs_io_pass_seek(pass, entry->begin, err);
    rs_io_pass_close(pass);
    return rs_err_nomem(err, "a stream");
}

rsift_status rs_io_open_ahead(const rs_io_tree *tree, size_t member, const rs_io_ahead *ahead,
                              rs_io_stream **out, rsift_error *err)
{
    RS_ASSERT(member < tree->n_members);
    const rs_io_member *m = &tree->members[member];
    const rs_io_entry *entry = &tree->entries[member];
    rs_io_stream *stream = NULL;
    rsift_status status;
    *out = NULL;
    if (entry->container == RS_IO_LOOSE) status = open_loose(tree, m, &stream, err);
    else if (rs_io_is_sequential(tree->containers[entry->container]->kind))
        status = open_sequential(tree, m, entry, &stream, err);
    else status = open_placed(tree, m, entry, ahead, &stream, err);
    if (status == RSIFT_OK) status = rs_io_stream_decode(stream, member, err);
    if (status == RSIFT_OK) {
        *out = stream;
        return RSIFT_OK;
    }
    if (stream) rs_io_stream_error(stream, status, err);
    else rs_err_within(err, status, "%.*s", RS_STR_ARG(m->chain));
    rs_io_close(stream);
    return status;
}

rsift_status rs_io_open(const rs_io_tree *tree, size_t member, rs_io_stream **out, rsift_error *err)
{
    return rs_io_open_ahead(tree, member, NULL, out, err);
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
    if (!bytes) return rs_err_nomem(err, "a member in memory");
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
        /* the size is not known: grow by doubling */
        if (!rs_buf_reserve(&buf, 64 * 1024)) {
            status = rs_err_nomem(err, "a member in memory");
            break;
        }
        status = rs_io_read(stream, buf.ptr + buf.len, buf.cap - buf.len, &got, err);
        buf.len += got;
        if (buf.len > most) status = too_large(stream->tree, stream->chain, err);
    }
    if (status == RSIFT_OK) {
        *out = rs_arena_str(arena, rs_buf_view(&buf));
        if (!out->ptr) status = rs_err_nomem(err, "a member in memory");
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
    /* refused before anything is read or allocated */
    if (m->n_bytes >= 0 && (uint64_t)m->n_bytes > tree->limits.max_record)
        return too_large(tree, m->chain, err);
    RS_TRY(rs_io_open(tree, member, &stream, err));
    rsift_status status = m->n_bytes >= 0 && !rs_io_is_decoded(tree, member)
                              ? slurp_sized(stream, (size_t)m->n_bytes, arena, out, err)
                              : slurp_growing(stream, tree->limits.max_record, arena, out, err);
    rs_io_close(stream);
    return status;
}
