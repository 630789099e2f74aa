/* Random access to one member: in place where its bytes are stored as they are, else unpacked once,
 * to memory when small and to an unlinked temporary file when not. */
#include "base/alloc.h"
#include "io/disk.h"
#include "io/fd.h"
#include "io/spool.h"
#include "io/zip_read.h"

#include <inttypes.h>
#include <unistd.h>

enum { small_bytes = 1 << 20 };

struct rs_io_random {
    const rs_io_tree *tree;
    rs_str chain;
    int64_t n_bytes;
    int fd;                 /* a loose file or a temporary one; -1 = neither */
    int64_t n_spooled;      /* bytes to give back to max_spool */
    const rs_io_span *span; /* a member in place, from `begin` */
    int64_t begin;
    uint8_t *memory;
};

static rsift_status unpack_small(rs_io_random *r, rs_io_stream *stream, rsift_error *err)
{
    size_t n = (size_t)r->n_bytes, done = 0, got = 1;
    r->memory = rs_alloc(n);
    if (!r->memory) return rs_err_nomem(err, "a member in memory");
    while (done < n && got > 0) {
        RS_TRY(rs_io_read(stream, r->memory + done, n - done, &got, err));
        done += got;
    }
    if (done < n) return rs_err_set(err, RSIFT_E_FORMAT, "ends early");
    return RSIFT_OK;
}

static rsift_status unpack(rs_io_random *r, size_t member, rsift_error *err)
{
    rs_io_stream *stream;
    RS_TRY(rs_io_open(r->tree, member, &stream, err));
    rsift_status status;
    if (r->n_bytes >= 0 && r->n_bytes <= small_bytes) {
        status = unpack_small(r, stream, err);
    } else {
        status = rs_io_spool(r->tree, stream, &r->fd, &r->n_bytes, err);
        if (status == RSIFT_OK) r->n_spooled = r->n_bytes;
    }
    rs_io_close(stream);
    return status;
}

static rsift_status open_container(rs_io_random *r, size_t member, rsift_error *err)
{
    const rs_io_entry *entry = &r->tree->entries[member];
    const rs_io_container *c = r->tree->containers[entry->container];
    /* stored bytes need no copy */
    bool in_place = c->kind == RS_IO_TAR || c->kind == RS_IO_PLAIN;
    int64_t begin = entry->begin;
    if (c->kind == RS_IO_ZIP) {
        RS_TRY(rs_io_zip_place(r->tree, c, entry, r->n_bytes, &begin, err));
        in_place = begin >= 0;
    }
    if (!in_place) return unpack(r, member, err);
    r->span = &c->span;
    r->begin = begin;
    return RSIFT_OK;
}

bool rs_io_is_in_place(const rs_io_tree *tree, size_t member)
{
    RS_ASSERT(member < tree->n_members);
    const rs_io_entry *entry = &tree->entries[member];
    if (rs_io_is_decoded(tree, member)) return false;
    if (entry->container == RS_IO_LOOSE) return true;
    const rs_io_container *c = tree->containers[entry->container];
    return c->kind == RS_IO_TAR || c->kind == RS_IO_PLAIN ||
           (c->kind == RS_IO_ZIP && entry->method == 0);
}

static rsift_status blame(const rs_io_random *r, rsift_status status, rsift_error *err)
{
    /* the stream's own errors name the chain already */
    if (!err || rs_str_starts(rs_str_of(err->where), r->chain)) return status;
    return rs_err_within(err, status, "%.*s", RS_STR_ARG(r->chain));
}

rsift_status rs_io_random_open(const rs_io_tree *tree, size_t member, rs_io_random **out,
                               rsift_error *err)
{
    RS_ASSERT(member < tree->n_members);
    const rs_io_member *m = &tree->members[member];
    *out = NULL;
    rs_io_random *r = rs_calloc(1, sizeof *r);
    if (!r) return rs_err_nomem(err, "random access");
    *r = (rs_io_random){.tree = tree, .chain = m->chain, .n_bytes = m->n_bytes, .fd = -1};
    rsift_status status;
    if (rs_io_is_decoded(tree, member)) { /* offsets are those of the decoded text */
        r->n_bytes = -1;
        status = unpack(r, member, err);
    } else if (tree->entries[member].container == RS_IO_LOOSE) {
        const rs_io_file *file = &tree->files[m->file];
        status =
            rs_io_open_listed(tree, file->path.ptr, file->n_bytes, file->mtime_ns, &r->fd, err);
    } else {
        status = open_container(r, member, err);
    }
    if (status == RSIFT_OK) {
        *out = r;
        return RSIFT_OK;
    }
    blame(r, status, err);
    rs_io_random_close(r);
    return status;
}

int64_t rs_io_random_size(const rs_io_random *source)
{
    return source->n_bytes;
}

rsift_status rs_io_random_read(const rs_io_random *source, int64_t offset, void *dst, size_t n,
                               rsift_error *err)
{
    size_t got = 0;
    rsift_status status = RSIFT_OK;
    if (offset < 0 || offset > source->n_bytes ||
        (uint64_t)n > (uint64_t)(source->n_bytes - offset))
        status = rs_err_set(err, RSIFT_E_FORMAT,
                            "ends early: %zu bytes wanted at byte %" PRId64 ", it has %" PRId64, n,
                            offset, source->n_bytes);
    else if (source->memory) memcpy(dst, source->memory + offset, n);
    else if (source->span)
        status = rs_io_span_need(source->tree, source->span, source->begin + offset, dst, n, err);
    else status = rs_io_fd_read(source->fd, offset, dst, n, &got, err);
    /* only a file on disk can shrink */
    if (status == RSIFT_OK && !source->memory && !source->span && got < n)
        status = rs_err_set(err, RSIFT_E_IO, "changed since it was listed: ends early");
    return status == RSIFT_OK ? RSIFT_OK : blame(source, status, err);
}

void rs_io_random_close(rs_io_random *source)
{
    if (!source) return;
    if (source->fd >= 0) close(source->fd);
    if (source->n_spooled) rs_io_spool_forget(source->tree, source->n_spooled);
    rs_free(source->memory);
    rs_free(source);
}
