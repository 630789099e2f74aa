/* A window of keys by linear probing, at most 7/8 full, and sorted runs behind it; see
 * occurrence.h. */
#include "release/occurrence.h"

#include "base/alloc.h"
#include "base/buf.h"
#include "base/rank.h"
#include "io/fd.h"
#include "io/spool.h"

#include <unistd.h>

typedef struct rs_occurrence_shard shard;
typedef rs_occurrence_run run;

/* As it lies in the temporary file, ascending by key. */
typedef struct entry {
    uint64_t key, before;
} entry;

enum {
    BLOCK = 256,      /* entries that are read at a time: 4 KiB */
    FILTER_BITS = 10, /* a key */
    LINE = 8,         /* words of the filter that belong to one key: a line of the cache */
    FILTER_PROBES = 6 /* bits set of a key, all in its line: one key in 80 passes by accident */
};

struct rs_occurrence_run {
    int64_t offset;
    size_t n;
    uint64_t *first; /* key of each block's first entry */
    uint64_t *filter;
    size_t n_lines;
};

void rs_occurrence_init(rs_occurrence *o, const rs_io_tree *tree, size_t most)
{
    *o = (rs_occurrence){.tree = tree, .most = most ? most : RS_OCCURRENCE_MOST, .fd = -1};
}

static void free_run(run *r)
{
    rs_free(r->first);
    rs_free(r->filter);
}

void rs_occurrence_fini(rs_occurrence *o)
{
    for (size_t i = 0; i < RS_OCCURRENCE_SHARDS; i++) {
        rs_free(o->shards[i].keys);
        rs_free(o->shards[i].before);
    }
    for (size_t i = 0; i < o->n_runs; i++) free_run(&o->runs[i]);
    rs_free(o->runs);
    if (o->fd >= 0) {
        (void)close(o->fd);
        rs_io_spool_forget(o->tree, o->n_bytes);
    }
    *o = (rs_occurrence){.fd = -1};
}

/* ---- the window ------------------------------------------------------------------------------ */

static size_t slot_of(const shard *s, uint64_t key)
{
    size_t i = (size_t)key & (s->cap - 1);
    while (s->keys[i] && s->keys[i] != key) i = (i + 1) & (s->cap - 1);
    return i;
}

/* An empty shard; its pages cost nothing until they are written. */
static bool make_shard(shard *s, size_t cap)
{
    *s = (shard){.cap = cap};
    s->keys = rs_calloc(cap, sizeof *s->keys);
    s->before = rs_calloc(cap, sizeof *s->before);
    if (s->keys && s->before) return true;
    rs_free(s->keys);
    rs_free(s->before);
    return false;
}

static bool grow(shard *s)
{
    shard bigger;
    if (!make_shard(&bigger, s->cap ? 2 * s->cap : 16)) return false;
    bigger.n = s->n;
    for (size_t i = 0; i < s->cap; i++) {
        if (!s->keys[i]) continue;
        const size_t at = slot_of(&bigger, s->keys[i]);
        bigger.keys[at] = s->keys[i];
        if (s->before[i]) bigger.before[at] = s->before[i];
    }
    rs_free(s->keys);
    rs_free(s->before);
    *s = bigger;
    return true;
}

/* ---- runs ------------------------------------------------------------------------------------ */

/* The key's line of the filter, and which of its bits are the key's. */
static uint64_t *line_of(const run *r, uint64_t key, uint64_t *bits)
{
    key *= UINT64_C(0x9e3779b97f4a7c15);
    key ^= key >> 32;
    *bits = key * UINT64_C(0xd6e8feb86659fd93) >> 8;
    return r->filter + LINE * ((key & UINT32_MAX) * r->n_lines >> 32);
}

static void add_to_filter(run *r, uint64_t key)
{
    uint64_t bits, *line = line_of(r, key, &bits);
    for (int i = 0; i < FILTER_PROBES; i++, bits >>= 9)
        line[bits >> 6 & (LINE - 1)] |= UINT64_C(1) << (bits & 63);
}

static bool passes_filter(const run *r, uint64_t key)
{
    uint64_t bits;
    const uint64_t *line = line_of(r, key, &bits);
    for (int i = 0; i < FILTER_PROBES; i++, bits >>= 9)
        if (!(line[bits >> 6 & (LINE - 1)] >> (bits & 63) & 1)) return false;
    return true;
}

/* *times = how often the key had come when the run was written; 0 = it is not in the run. */
static rsift_status find_in_run(const rs_occurrence *o, const run *r, uint64_t key, uint64_t *times,
                                rsift_error *err)
{
    entry block[BLOCK];
    *times = 0;
    if (!passes_filter(r, key) || key < r->first[0]) return RSIFT_OK;
    size_t low = 0, high = (r->n + BLOCK - 1) / BLOCK; /* first[low] <= key < first[high] */
    while (high - low > 1) {
        const size_t mid = low + (high - low) / 2;
        if (r->first[mid] <= key) low = mid;
        else high = mid;
    }
    const size_t begin = low * BLOCK, n = r->n - begin < BLOCK ? r->n - begin : BLOCK;
    size_t got;
    RS_TRY(rs_io_fd_read(o->fd, r->offset + (int64_t)(begin * sizeof *block), block,
                         n * sizeof *block, &got, err));
    if (got != n * sizeof *block)
        return rs_err_set(err, RSIFT_E_IO, "a temporary file was cut short");
    for (size_t i = 0; i < n && block[i].key <= key; i++)
        if (block[i].key == key) *times = block[i].before + 1;
    return RSIFT_OK;
}

/* A shard's keys, ascending, into `entries`. */
static void sort_shard(const shard *s, rs_ranked *items, rs_ranked *spare, entry *entries)
{
    size_t n = 0;
    for (size_t i = 0; i < s->cap; i++)
        if (s->keys[i]) items[n++] = (rs_ranked){.key = s->keys[i], .i = (uint32_t)i};
    rs_rank_sort(items, spare, n);
    for (size_t i = 0; i < n; i++) entries[i] = (entry){items[i].key, s->before[items[i].i]};
}

/* Appends all shards, of which each has greater keys than the one before. `most`: keys of the
 * largest. */
static rsift_status write_shards(rs_occurrence *o, run *r, size_t most, rsift_error *err)
{
    rs_ranked *items = rs_alloc(2 * most * sizeof *items);
    entry *entries = rs_alloc(most * sizeof *entries);
    rsift_status status = items && entries ? RSIFT_OK : rs_err_nomem(err, "a run");
    size_t done = 0;
    for (size_t k = 0; k < RS_OCCURRENCE_SHARDS && status == RSIFT_OK; k++) {
        const shard *s = &o->shards[k];
        sort_shard(s, items, items + most, entries);
        for (size_t i = 0; i < s->n; i++, done++) {
            if (done % BLOCK == 0) r->first[done / BLOCK] = entries[i].key;
            add_to_filter(r, entries[i].key);
        }
        status = rs_io_spool_append(o->tree, o->fd,
                                    rs_str_make((const char *)entries, s->n * sizeof *entries),
                                    &o->n_bytes, err);
    }
    rs_free(items);
    rs_free(entries);
    return status;
}

/* Makes a run of the window and empties that. */
static rsift_status write_run(rs_occurrence *o, rsift_error *err)
{
    size_t most = 1;
    for (size_t i = 0; i < RS_OCCURRENCE_SHARDS; i++)
        if (o->shards[i].n > most) most = o->shards[i].n;
    run r = {.offset = o->n_bytes, .n = o->n, .n_lines = o->n * FILTER_BITS / (LINE * 64) + 1};
    r.first = rs_alloc((o->n / BLOCK + 1) * sizeof *r.first);
    r.filter = rs_calloc(r.n_lines * LINE, sizeof *r.filter);
    rsift_status status = RSIFT_OK;
    if (!r.first || !r.filter || !RS_VEC_RESERVE(o->runs, o->cap_runs, o->n_runs + 1))
        status = rs_err_nomem(err, "a run");
    if (status == RSIFT_OK && o->fd < 0) status = rs_io_spool_open(o->tree, &o->fd, err);
    if (status == RSIFT_OK) status = write_shards(o, &r, most, err);
    if (status != RSIFT_OK) {
        free_run(&r);
        return status;
    }
    o->runs[o->n_runs++] = r;
    o->n = 0;
    for (size_t i = 0; i < RS_OCCURRENCE_SHARDS; i++) {
        rs_free(o->shards[i].keys);
        rs_free(o->shards[i].before);
        o->shards[i] = (shard){0};
    }
    return RSIFT_OK;
}

rsift_status rs_occurrence_next(rs_occurrence *o, uint64_t key, uint64_t *before, rsift_error *err)
{
    if (key == 0) key = 1; /* 0 marks a free slot */
    shard *s = &o->shards[key >> 58];
    size_t at = s->cap ? slot_of(s, key) : 0;
    if (s->cap && s->keys[at]) {
        *before = ++s->before[at];
        return RSIFT_OK;
    }
    *before = 0;
    for (size_t i = o->n_runs; i > 0 && *before == 0; i--)
        RS_TRY(find_in_run(o, &o->runs[i - 1], key, before, err));
    /* a disk that is full ends the spilling, not the work */
    if (o->n >= o->most && (!o->tree || write_run(o, NULL) != RSIFT_OK)) o->most = SIZE_MAX;
    if ((s->n + 1) * 8 > s->cap * 7 && !grow(s)) return rs_err_nomem(err, "the occurrence numbers");
    at = slot_of(s, key);
    s->keys[at] = key;
    if (*before) s->before[at] = (uint32_t)*before;
    s->n++;
    o->n++;
    return RSIFT_OK;
}
