/* External merge sort: a buffer of records, sorted runs on disk, and a merge with one window for
 * each run. What the buffer holds in the end is the last run and stays there: as many records as it
 * has room for never touch the disk. */
#define _XOPEN_SOURCE 700 /* mkstemp */
#include "emit/spill.h"

#include "base/alloc.h"
#include "base/buf.h"
#include "io/fd.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MOST_RUNS = 512 };
enum { WINDOW_BYTES = 1 << 20 };

/* A record in a run: this, then n bytes. */
typedef struct head {
    uint64_t key;
    rs_id id;
    uint32_t repeat, n;
} head;

/* A record in memory. */
typedef struct item {
    head h;
    size_t at; /* in `records` */
} item;

/* A sorted temporary file and the part of it that is in memory; or what is all in memory. */
typedef struct run {
    int fd;         /* -1 = the items themselves, of which `begin` is the current one */
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
    s->memory = memory ? memory : (size_t)48 << 20;
    *out = s;
    return RSIFT_OK;
}

void rs_emit_spill_free(rs_emit_spill *s)
{
    if (!s) return;
    for (size_t i = 0; i < s->n_runs; i++) {
        if (s->runs[i].fd >= 0) close(s->runs[i].fd);
        rs_free(s->runs[i].window);
    }
    rs_free(s->runs);
    rs_free(s->items);
    rs_buf_fini(&s->records);
    rs_free(s);
}

/* By key, then id, then repeat: no two records are equal. */
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

/* Sorted items lie anywhere in `records`: those that come soon are fetched into the cache while one
 * is copied. */
static void fetch_ahead(const rs_emit_spill *s, size_t i)
{
    enum { AHEAD = 4 };
    if (i + AHEAD < s->n_items) __builtin_prefetch(s->records.ptr + s->items[i + AHEAD].at);
}

/* Sorts what is in memory and writes it as one run, to a temporary file without a name: nothing is
 * left when the process dies. */
static rsift_status flush(rs_emit_spill *s, rsift_error *err)
{
    if (s->n_items == 0) return RSIFT_OK;
    if (s->n_runs == MOST_RUNS)
        return rs_err_set(err, RSIFT_E_LIMIT, "the records need over %d sorted runs", MOST_RUNS);
    if (!RS_VEC_RESERVE(s->runs, s->cap_runs, s->n_runs + 1)) return rs_err_nomem(err, "a run");
    char path[sizeof s->dir + 32];
    snprintf(path, sizeof path, "%s/run-XXXXXX", s->dir);
    run r = {.fd = mkstemp(path)};
    if (r.fd < 0) return rs_err_errno(err, errno, "cannot make a temporary file in %s", s->dir);
    unlink(path);

    /* Heads and records are gathered in a window, so that the disk sees large writes. */
    qsort(s->items, s->n_items, sizeof *s->items, by_head);
    rs_buf window = {0};
    rsift_status status = RSIFT_OK;
    for (size_t i = 0; status == RSIFT_OK && i < s->n_items; i++) {
        const item *it = &s->items[i];
        fetch_ahead(s, i);
        rs_buf_add(&window, &it->h, sizeof it->h);
        rs_buf_add(&window, s->records.ptr + it->at, it->h.n);
        if (window.failed) status = rs_err_nomem(err, "a run");
        else if (i + 1 == s->n_items || window.len >= WINDOW_BYTES) {
            status = rs_io_fd_write(r.fd, window.ptr, window.len, err);
            r.n_left += (int64_t)window.len;
            window.len = 0;
        }
    }
    rs_buf_fini(&window);
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
    /* Heads count too. A record larger than the limit still gets in, alone. */
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

/* Reads on until the window holds at least `need` bytes from `begin` on. */
static rsift_status refill(run *r, size_t need, rsift_error *err)
{
    if (r->end - r->begin >= need) return RSIFT_OK;
    if (need > r->cap) {
        size_t cap = need > WINDOW_BYTES ? need : WINDOW_BYTES;
        char *bigger = rs_realloc(r->window, cap);
        if (!bigger) return rs_err_nomem(err, "a run's window");
        r->window = bigger;
        r->cap = cap;
    }
    /* What lies before `begin` is used up: its bytes make room for the next ones. */
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

/* Makes the record at `begin` the current one, complete in the window. */
static rsift_status load_record(const rs_emit_spill *s, run *r, rsift_error *err)
{
    if (r->fd < 0) {
        r->done = r->begin == s->n_items;
        if (!r->done) r->h = s->items[r->begin].h;
        fetch_ahead(s, r->begin);
        return RSIFT_OK;
    }
    if (r->n_left == 0 && r->begin == r->end) {
        r->done = true;
        return RSIFT_OK;
    }
    RS_TRY(refill(r, sizeof r->h, err));
    memcpy(&r->h, r->window + r->begin, sizeof r->h);
    return refill(r, sizeof r->h + r->h.n, err);
}

/* The run's current record. */
static rs_str record_of(const rs_emit_spill *s, const run *r)
{
    if (r->fd < 0) return rs_str_make(s->records.ptr + s->items[r->begin].at, r->h.n);
    return rs_str_make(r->window + r->begin + sizeof r->h, r->h.n);
}

/* Makes a run of the items in memory, and loads the first record of every run. */
static rsift_status begin_merge(rs_emit_spill *s, rsift_error *err)
{
    if (!RS_VEC_RESERVE(s->runs, s->cap_runs, s->n_runs + 1)) return rs_err_nomem(err, "a run");
    if (s->n_items) qsort(s->items, s->n_items, sizeof *s->items, by_head);
    s->runs[s->n_runs++] = (run){.fd = -1};
    for (size_t i = 0; i < s->n_runs; i++) RS_TRY(load_record(s, &s->runs[i], err));
    return RSIFT_OK;
}

rsift_status rs_emit_spill_each(rs_emit_spill *s, rs_emit_spill_fn *fn, void *ctx, rsift_error *err)
{
    RS_TRY(begin_merge(s, err));
    /* The least current record of all runs, until every run is done. */
    for (;;) {
        run *least = NULL;
        for (size_t i = 0; i < s->n_runs; i++)
            if (!s->runs[i].done && (!least || compare(&s->runs[i].h, &least->h) < 0))
                least = &s->runs[i];
        if (!least) return RSIFT_OK;
        /* May lie in the window, which load_record moves: `fn` must be done with it on return. */
        RS_TRY(fn(ctx, least->h.id, least->h.repeat, record_of(s, least), err));
        least->begin += least->fd < 0 ? 1 : sizeof least->h + least->h.n;
        RS_TRY(load_record(s, least, err));
    }
}

int64_t rs_emit_spill_n(const rs_emit_spill *s)
{
    return s->n;
}
