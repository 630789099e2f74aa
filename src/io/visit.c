/* Visiting members in order. Containers nest like brackets, so the passes that are open form a
 * stack: one is opened at its first wanted member and closed behind its last. */
#include "base/alloc.h"
#include "base/buf.h"
#include "io/archive.h"
#include "io/rows.h"
#include "io/stream.h"
#include "io/zip_read.h"

typedef struct open_pass {
    const rs_io_container *container;
    rs_io_pass *pass; /* both NULL: it could not be opened: see `why` */
    rs_io_row_pass *cells;
    rsift_error why;
} open_pass;

typedef struct visit {
    const rs_io_tree *tree;
    rs_io_visit_fn *fn;
    void *ctx;
    open_pass *passes;
    size_t n, cap;
    rs_io_ahead ahead; /* of the zip that is being read */
} visit;

static void close_pass(open_pass *pass)
{
    rs_io_pass_close(pass->pass);
    rs_io_row_pass_close(pass->cells);
}

static void pop_passes(visit *v, size_t member)
{
    while (v->n && v->passes[v->n - 1].container->end_member <= member)
        close_pass(&v->passes[--v->n]);
}

static rsift_status pass_for(visit *v, const rs_io_container *container, open_pass **out,
                             rsift_error *err)
{
    for (size_t i = 0; i < v->n; i++) {
        *out = &v->passes[i];
        if (v->passes[i].container == container) return RSIFT_OK;
    }
    if (!RS_VEC_RESERVE(v->passes, v->cap, v->n + 1)) return rs_err_nomem(err, "a visit");
    *out = &v->passes[v->n++];
    **out = (open_pass){.container = container};
    rsift_status status = container->kind == RS_IO_ROW_CELLS
                              ? rs_io_row_pass_open(v->tree, container, RS_IO_ALL_COLUMNS,
                                                    &(*out)->cells, &(*out)->why)
                              : rs_io_pass_open(v->tree, container, &(*out)->pass, &(*out)->why);
    return status == RSIFT_E_NOMEM ? rs_err_nomem(err, "an archive reader") : RSIFT_OK;
}

static rsift_status open_in_pass(visit *v, size_t member, const rs_io_container *container,
                                 rs_io_stream **stream, rsift_error *why)
{
    open_pass *open = NULL;
    const rs_io_member *m = &v->tree->members[member];
    RS_TRY(pass_for(v, container, &open, why));
    /* the archive could not be opened: each of its members gets that reason */
    if (!open->pass && !open->cells) {
        *why = open->why;
        return rs_err_within(why, why->status, "%.*s", RS_STR_ARG(m->chain));
    }
    if (open->cells)
        return rs_io_row_pass_stream(open->cells, m, &v->tree->entries[member], stream, why);
    rsift_status status = rs_io_pass_seek(open->pass, v->tree->entries[member].begin, why);
    if (status != RSIFT_OK) return rs_err_within(why, status, "%.*s", RS_STR_ARG(m->chain));
    *stream = rs_io_pass_stream(open->pass, m->chain, m->n_bytes, false);
    if (!*stream) return rs_err_nomem(why, "a stream");
    status = rs_io_stream_decode(*stream, member, why);
    if (status == RSIFT_OK) return RSIFT_OK;
    rs_io_close(*stream);
    *stream = NULL;
    return status;
}

/* Visits members[0]; the `n` members are all that are left. */
static rsift_status visit_one(visit *v, const size_t *members, size_t n, rsift_error *err)
{
    const size_t member = members[0];
    rs_io_stream *stream = NULL;
    rsift_error why = {0};
    const uint32_t c = v->tree->entries[member].container;
    const rs_io_container *container = c == RS_IO_LOOSE ? NULL : v->tree->containers[c];
    /* archives whose last member lies before this one */
    pop_passes(v, member);
    if (container && container->kind == RS_IO_ZIP && !rs_io_is_ahead(v->tree, member, &v->ahead))
        rs_io_zip_ahead(v->tree, members, n, &v->ahead);
    rsift_status status = container && rs_io_is_sequential(container->kind)
                              ? open_in_pass(v, member, container, &stream, &why)
                              : rs_io_open_ahead(v->tree, member, &v->ahead, &stream, &why);
    if (status == RSIFT_E_NOMEM) {
        if (err) *err = why;
        return status;
    }
    status = v->fn(v->ctx, member, stream, stream ? NULL : &why, err);
    rs_io_close(stream);
    return status;
}

rsift_status rs_io_visit(const rs_io_tree *tree, const size_t *members, size_t n,
                         rs_io_visit_fn *fn, void *ctx, rsift_error *err)
{
    visit v = {.tree = tree, .fn = fn, .ctx = ctx};
    rsift_status status = RSIFT_OK;
    for (size_t i = 0; i < n && status == RSIFT_OK; i++) {
        RS_ASSERT(members[i] < tree->n_members && (i == 0 || members[i] > members[i - 1]));
        status = visit_one(&v, members + i, n - i, err);
    }
    while (v.n) close_pass(&v.passes[--v.n]);
    rs_free(v.passes);
    rs_free(v.ahead.bytes);
    return status;
}
