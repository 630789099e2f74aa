/* Copies of members in one unlinked temporary file: written in one pass over the archive, then read
 * with pread from any thread. See spool.h. */
#include "release/spool.h"

#include "base/alloc.h"
#include "io/fd.h"
#include "io/spool.h"

#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

enum { READ_BYTES = 1 << 20 };

/* One member's bytes in the temporary file. */
typedef struct copy {
    size_t member;
    int64_t begin, n;
} copy;

struct rs_spool {
    const rs_io_tree *tree;
    int fd;
    copy *copies; /* [n] ascending by member */
    size_t n, next;
    int64_t end;
    char *window;
};

/* For qsort and bsearch. */
static int by_member(const void *a, const void *b)
{
    const copy *x = a, *y = b;
    return x->member < y->member ? -1 : x->member > y->member;
}

/* Copies one member as the archive's reader comes to it. */
static rsift_status copy_member(void *ctx, size_t member, rs_io_stream *stream,
                                const rsift_error *why, rsift_error *err)
{
    rs_spool *s = ctx;
    /* the visit goes in the order of the members, and so do the copies */
    while (s->next < s->n && s->copies[s->next].member != member) s->next++;
    RS_ASSERT(s->next < s->n);
    copy *c = &s->copies[s->next];
    if (!stream) { /* wanted and cannot be opened: there would be nothing to read later */
        if (err && why) *err = *why;
        return why ? why->status : RSIFT_E_IO;
    }
    c->begin = s->end;
    for (size_t got = 1; got > 0;) {
        RS_TRY(rs_io_read(stream, s->window, READ_BYTES, &got, err));
        RS_TRY(rs_io_spool_append(s->tree, s->fd, rs_str_make(s->window, got), &s->end, err));
    }
    c->n = s->end - c->begin;
    return RSIFT_OK;
}

/* Reads the archives once and copies what is wanted of them. */
static rsift_status copy_members(rs_spool *s, rsift_error *err)
{
    size_t *members = rs_calloc(s->n + 1, sizeof *members);
    s->window = rs_alloc(READ_BYTES);
    rsift_status status = members && s->window ? rs_io_spool_open(s->tree, &s->fd, err)
                                               : rs_err_nomem(err, "a temporary copy");
    for (size_t i = 0; status == RSIFT_OK && i < s->n; i++) members[i] = s->copies[i].member;
    if (status == RSIFT_OK) status = rs_io_visit(s->tree, members, s->n, copy_member, s, err);
    rs_free(members);
    rs_free(s->window);
    s->window = NULL;
    return status;
}

rsift_status rs_spool_new(const rs_io_tree *tree, const size_t *members, size_t n, rs_spool **out,
                          rsift_error *err)
{
    *out = NULL;
    rs_spool *s = rs_calloc(1, sizeof *s);
    if (s) *s = (rs_spool){.tree = tree, .fd = -1};
    if (s) s->copies = rs_calloc(n + 1, sizeof *s->copies);
    if (!s || !s->copies) {
        rs_spool_free(s);
        return rs_err_nomem(err, "a temporary copy");
    }
    for (size_t i = 0; i < n; i++)
        if (!rs_io_member_at(tree, members[i])->random) s->copies[s->n++].member = members[i];
    qsort(s->copies, s->n, sizeof *s->copies, by_member);
    const rsift_status status = s->n ? copy_members(s, err) : RSIFT_OK;
    if (status == RSIFT_OK && s->n) *out = s;
    else rs_spool_free(s);
    return status;
}

void rs_spool_free(rs_spool *s)
{
    if (!s) return;
    if (s->fd >= 0) close(s->fd);
    rs_io_spool_forget(s->tree, s->end);
    rs_free(s->copies);
    rs_free(s);
}

/* A member from the temporary file. */
static rsift_status read_copy(const rs_spool *s, const copy *c, size_t most, rs_buf *out,
                              rsift_error *err)
{
    if ((uint64_t)c->n > most) return rs_err_set(err, RSIFT_E_LIMIT, "more than %zu bytes", most);
    if (!rs_buf_reserve(out, (size_t)c->n + 1)) return rs_err_nomem(err, "a member");
    RS_TRY(rs_io_fd_read(s->fd, c->begin, out->ptr, (size_t)c->n, &out->len, err));
    return out->len == (size_t)c->n
               ? RSIFT_OK
               : rs_err_set(err, RSIFT_E_IO,
                            "expected %" PRId64 " bytes of a temporary file, found %zu", c->n,
                            out->len);
}

/* A member that can be opened by itself. */
static rsift_status read_stream(const rs_io_tree *tree, size_t member, size_t most, rs_buf *out,
                                rsift_error *err)
{
    rs_io_stream *stream;
    RS_TRY(rs_io_open(tree, member, &stream, err));
    rsift_status status = RSIFT_OK;
    for (size_t got = 1; status == RSIFT_OK && got > 0;) {
        if (out->len > most) status = rs_err_set(err, RSIFT_E_LIMIT, "more than %zu bytes", most);
        else if (!rs_buf_reserve(out, READ_BYTES)) status = rs_err_nomem(err, "a member");
        else status = rs_io_read(stream, out->ptr + out->len, READ_BYTES, &got, err);
        if (status == RSIFT_OK) out->len += got;
    }
    rs_io_close(stream);
    return status;
}

rsift_status rs_spool_read(const rs_spool *s, const rs_io_tree *tree, size_t member, size_t most,
                           rs_buf *out, rsift_error *err)
{
    out->len = 0;
    const copy key = {.member = member};
    const copy *c = s ? bsearch(&key, s->copies, s->n, sizeof key, by_member) : NULL;
    return c ? read_copy(s, c, most, out, err) : read_stream(tree, member, most, out, err);
}
