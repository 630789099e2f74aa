/* External merge sort with one buffered reader per run. */
#define _XOPEN_SOURCE 700 /* mkstemp */
#include "emit/spill.h"

#include "base/alloc.h"
#include "base/buf.h"
#include "io/fd.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { most_runs = 512 };
enum { window_bytes = 1 << 20 };

/* As it lies in a run: head, then n bytes. */
typedef struct head {
    uint64_t key;
    rs_id id;
    uint32_t repeat, n;
} head;

typedef struct item {
    head h;
    size_t at; /* in the record buffer */
} item;

typedef struct run {
    int fd;
    int64_t n_left; /* bytes not yet read into the window */
    char *window;
    size_t cap, begin, end;
    head h; /* current record */
    bool done;
} run;

struct rs_emit_spill {
    char dir[4096];
    size_t memory;
    item *items;
    size_t n_items, cap_items;
    rs_buf records;
    run *runs;
    size_t n_runs, cap_runs;
    int64_t n;
};

rsift_status rs_emit_spill_new(rs_str dir, size_t memory, rs_emit_spill **out, rsift_error *err)
{
    *out = NULL;
    rs_emit_spill *s = rs_calloc(1, sizeof *s);
    if (!s) return rs_err_nomem(err, "a sorter");
    snprintf(s->dir, sizeof s->dir, "%.*s", RS_STR_ARG(dir));
    s->memory = memory ? memory : (size_t)256 << 20;
    *out = s;
    return RSIFT_OK;
}

void rs_emit_spill_free(rs_emit_spill *s)
{
    if (!s) return;
    for (size_t i = 0; i < s->n_runs; i++) {
        close(s->runs[i].fd);
        rs_free(s->runs[i].window);
    }
    rs_free(s->runs);
    rs_free(s->items);
    rs_buf_fini(&s->records);
    rs_free(s);
}

static int compare(const head *a, const head *b)
{
    if (a->key != b->key) return a->key < b->key ? -1 : 1;
    int order = rs_id_cmp(a->id, b->id);
    if (order) return order;
    return a->repeat < b->repeat ? -1 : a->repeat > b->repeat;
}

static int by_head(const void *a, const void *b)
{
    return compare(&((const item *)a)->h, &((const item *)b)->h);
}

static rsift_status write_items(rs_emit_spill *s, int fd, int64_t *n_bytes, rsift_error *err)
{
    rs_buf out = {0};
    rsift_status status = RSIFT_OK;
    for (size_t i = 0; status == RSIFT_OK && i < s->n_items; i++) {
        rs_buf_add(&out, &s->items[i].h, sizeof s->items[i].h);
        rs_buf_add(&out, s->records.ptr + s->items[i].at, s->items[i].h.n);
        if (out.failed) status = rs_err_nomem(err, "a run");
        bool last = i + 1 == s->n_items;
        if (status == RSIFT_OK && (last || out.len >= window_bytes)) {
            status = rs_io_fd_write(fd, out.ptr, out.len, err);
            *n_bytes += (int64_t)out.len;
            out.len = 0;
        }
    }
    rs_buf_fini(&out);
    return status;
}

static rsift_status flush(rs_emit_spill *s, rsift_error *err)
{
    if (s->n_items == 0) return RSIFT_OK;
    if (s->n_runs == most_runs)
        return rs_err_set(err, RSIFT_E_LIMIT, "more than %d sorted runs", most_runs);
    if (!RS_VEC_RESERVE(s->runs, s->cap_runs, s->n_runs + 1)) return rs_err_nomem(err, "a run");
    qsort(s->items, s->n_items, sizeof *s->items, by_head);
    char path[sizeof s->dir + 32];
    snprintf(path, sizeof path, "%s/run-XXXXXX", s->dir);
    run r = {.fd = mkstemp(path)};
    if (r.fd < 0) return rs_err_errno(err, errno, "cannot make a temporary file in %s", s->dir);
    unlink(path);
    rsift_status status = write_items(s, r.fd, &r.n_left, err);
    if (status == RSIFT_OK && lseek(r.fd, 0, SEEK_SET) != 0)
        status = rs_err_errno(err, errno, "cannot rewind a temporary file");
    if (status != RSIFT_OK) {
        close(r.fd);
        return status;
    }
    s->runs[s->n_runs++] = r;
    s->n_items = 0;
    s->records.len = 0;
    return RSIFT_OK;
}

rsift_status rs_emit_spill_add(rs_emit_spill *s, uint64_t key, rs_id id, uint32_t repeat,
                               rs_str record, rsift_error *err)
{
    if (record.len > UINT32_MAX) return rs_err_set(err, RSIFT_E_LIMIT, "a record above 4 GiB");
    size_t used = s->records.len + s->n_items * sizeof *s->items;
    if (s->n_items && used + record.len > s->memory) RS_TRY(flush(s, err));
    if (!RS_VEC_RESERVE(s->items, s->cap_items, s->n_items + 1))
        return rs_err_nomem(err, "a sorter");
    item *it = &s->items[s->n_items];
    it->h = (head){.key = key, .id = id, .repeat = repeat, .n = (uint32_t)record.len};
    it->at = s->records.len;
    rs_buf_str(&s->records, record);
    if (s->records.failed) return rs_err_nomem(err, "a sorter");
    s->n_items++;
    s->n++;
    return RSIFT_OK;
}

/* At least `need` bytes from begin on. */
static rsift_status refill(run *r, size_t need, rsift_error *err)
{
    if (r->end - r->begin >= need) return RSIFT_OK;
    if (need > r->cap) {
        size_t cap = need > window_bytes ? need : window_bytes;
        char *bigger = rs_realloc(r->window, cap);
        if (!bigger) return rs_err_nomem(err, "a run's window");
        r->window = bigger;
        r->cap = cap;
    }
    if (r->end > r->begin) memmove(r->window, r->window + r->begin, r->end - r->begin);
    r->end -= r->begin;
    r->begin = 0;
    while (r->end < need) {
        ssize_t got = read(r->fd, r->window + r->end, r->cap - r->end);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0)
            return rs_err_errno(err, got ? errno : EIO, "cannot read a temporary file back");
        r->end += (size_t)got;
        r->n_left -= got;
    }
    return RSIFT_OK;
}

static rsift_status load_head(run *r, rsift_error *err)
{
    if (r->n_left == 0 && r->begin == r->end) {
        r->done = true;
        return RSIFT_OK;
    }
    RS_TRY(refill(r, sizeof r->h, err));
    memcpy(&r->h, r->window + r->begin, sizeof r->h);
    return refill(r, sizeof r->h + r->h.n, err);
}

static rsift_status merge(rs_emit_spill *s, rs_emit_spill_fn *fn, void *ctx, rsift_error *err)
{
    for (size_t i = 0; i < s->n_runs; i++) RS_TRY(load_head(&s->runs[i], err));
    for (;;) {
        run *least = NULL;
        for (size_t i = 0; i < s->n_runs; i++)
            if (!s->runs[i].done && (!least || compare(&s->runs[i].h, &least->h) < 0))
                least = &s->runs[i];
        if (!least) return RSIFT_OK;
        rs_str record = {least->window + least->begin + sizeof least->h, least->h.n};
        RS_TRY(fn(ctx, least->h.id, least->h.repeat, record, err));
        least->begin += sizeof least->h + least->h.n;
        RS_TRY(load_head(least, err));
    }
}

rsift_status rs_emit_spill_each(rs_emit_spill *s, rs_emit_spill_fn *fn, void *ctx, rsift_error *err)
{
    if (s->n_runs) {
        RS_TRY(flush(s, err));
        return merge(s, fn, ctx, err);
    }
    if (s->n_items) qsort(s->items, s->n_items, sizeof *s->items, by_head);
    for (size_t i = 0; i < s->n_items; i++) {
        rs_str record = {s->records.ptr + s->items[i].at, s->items[i].h.n};
        RS_TRY(fn(ctx, s->items[i].h.id, s->items[i].h.repeat, record, err));
    }
    return RSIFT_OK;
}

int64_t rs_emit_spill_n(const rs_emit_spill *s)
{
    return s->n;
}
