/* The search. Queries are taken in slices; of each slice, slot after slot, all queries in the order
 * of their values meet the sorted entries of the index, so that one value's entries are read once
 * for all of its queries. A pair is kept by the first slot that finds it. The pairs of a slice are
 * numbers of 64 bits, sorted at its end. A slice with too many of them is made again in halves. */
#include "similar/hamming.h"

#include "base/alloc.h"
#include "run/pipeline.h"
#include "similar/hamming_parts.h"

#include <stdatomic.h>
#include <string.h>

enum {
    KEEP_BYTES = 128 << 20, /* an index keeps its sorted slots when they are no larger */
    SLICE_LEAST = 1 << 20,  /* queries of a slice, orientations counted; more for a large index, */
    SLICE_MOST = 1 << 22,   /* whose slots must be sorted for every slice */
    PAIRS_MOST = 4 << 20,   /* of a slice */
    PLAIN_MOST = 1 << 22,   /* comparisons that need no index */
    ITEM_QUERIES = 2048,    /* that a thread takes at once */
};

_Static_assert(RS_HAMMING_MOST_SUM == RS_HAMMING_MAX_RADIUS + 1, "reaches are made for it");

struct rs_hamming {
    const rs_image_phash *hashes;
    size_t n, n_first;
    uint32_t *first;       /* [n] */
    rs_hamming_list *kept; /* [RS_HAMMING_N_SLOTS], or NULL: too large */
};

/* What is asked; the same for all slices. */
typedef struct search {
    const rs_hamming *index;
    const rs_image_phash *queries; /* NULL = the index itself */
    size_t n;
    const rs_hamming_options *options;
    unsigned n_orientations;
    rs_hamming_fn *fn;
    void *ctx;
    rs_hamming_reach reach;
    uint16_t masks[RS_HAMMING_N_MASKS];
    size_t n_masks[RS_HAMMING_MAX_REACH + 1];
    rs_hamming_scan_fn *scan;
    rs_hamming_list list; /* of the slot at hand, where the index keeps none */
    size_t most_queries;  /* of a slice */
} search;

/* Queries [begin, end). Equal ones are one; each is there in n_orientations ways, which are queries
 * number * n_orientations + orientation. */
typedef struct slice {
    size_t begin, end, n; /* n different ones */
    bool plain;           /* every entry is compared */
    uint32_t *number;     /* [end - begin] which of the n a query is; UINT32_MAX for entries of the
                           * index that equal an earlier one and are not asked for */
    uint32_t *entry;      /* [n] when the index is asked about itself: which entry it is */
    rs_image_phash *hash; /* [n * n_orientations] */
    uint64_t *reach;      /* [n * n_orientations] as rs_hamming_reach_of */
    uint32_t *order;      /* [n * n_orientations] by the value of the slot at hand */
    uint32_t *cursor;     /* [RS_HAMMING_N_VALUES + 1] */
    uint64_t *pairs;      /* see pair_key */
    size_t n_pairs, cap_pairs;
} slice;

/* A slot of a slice, as the threads see it. */
typedef struct pass {
    search *search;
    slice *slice;
    const rs_hamming_list *list;
    unsigned slot;
    atomic_bool full; /* more than PAIRS_MOST pairs */
} pass;

typedef struct item {
    rs_range range; /* of slice->order */
    uint64_t *pairs;
    size_t n, cap;
} item;

/* ---- the index ---- */

rsift_status rs_hamming_new(const rs_image_phash *hashes, size_t n, rs_hamming **out,
                            rsift_error *err)
{
    *out = NULL;
    if (n >= (size_t)1 << 31)
        return rs_err_set(err, RSIFT_E_LIMIT, "%zu hashes are more than 2^31 in one index", n);
    rs_hamming *index = rs_calloc(1, sizeof *index);
    if (!index) return rs_err_nomem(err, "the hash index");
    *index = (rs_hamming){.hashes = hashes, .n = n, .first = rs_calloc(n, sizeof(uint32_t))};
    rsift_status status = index->first ? RSIFT_OK : rs_err_nomem(err, "the hash index");
    if (status == RSIFT_OK) status = rs_hamming_collapse(hashes, n, index->first, err);
    for (size_t i = 0; status == RSIFT_OK && i < n; i++) index->n_first += index->first[i] == i;
    if (status == RSIFT_OK &&
        rs_hamming_list_bytes(index->n_first) * RS_HAMMING_N_SLOTS <= KEEP_BYTES &&
        index->n_first > 256) {
        index->kept = rs_calloc(RS_HAMMING_N_SLOTS, sizeof *index->kept);
        if (!index->kept) status = rs_err_nomem(err, "the hash index");
        for (unsigned s = 0; status == RSIFT_OK && s < RS_HAMMING_N_SLOTS; s++) {
            status = rs_hamming_list_init(&index->kept[s], index->n_first, err);
            if (status == RSIFT_OK)
                rs_hamming_list_fill(&index->kept[s], s, hashes, index->first, n);
        }
    }
    if (status == RSIFT_OK) *out = index;
    else rs_hamming_free(index);
    return status;
}

void rs_hamming_free(rs_hamming *index)
{
    if (!index) return;
    for (unsigned s = 0; index->kept && s < RS_HAMMING_N_SLOTS; s++)
        rs_hamming_list_fini(&index->kept[s]);
    rs_free(index->kept);
    rs_free(index->first);
    rs_free(index);
}

uint32_t rs_hamming_first(const rs_hamming *index, uint32_t i)
{
    RS_ASSERT(i < index->n);
    return index->first[i];
}

size_t rs_hamming_bytes(const rs_hamming *index)
{
    return sizeof *index + index->n * sizeof *index->first +
           (index->kept ? RS_HAMMING_N_SLOTS * rs_hamming_list_bytes(index->n_first) : 0);
}

/* ---- pairs ---- */

/* Sorted, pairs come by query, entry, distance, orientation: 24, 31, 6 and 3 bits. */
static uint64_t pair_key(uint64_t query, uint64_t entry, uint64_t distance, uint64_t orientation)
{
    return query << 40 | entry << 9 | distance << 3 | orientation;
}

static bool push(uint64_t **pairs, size_t *n, size_t *cap, uint64_t key)
{
    if (*n == *cap) {
        const size_t wanted = *cap ? *cap * 2 : 256;
        uint64_t *larger = rs_realloc(*pairs, wanted * sizeof *larger);
        if (!larger) return false;
        *pairs = larger;
        *cap = wanted;
    }
    (*pairs)[(*n)++] = key;
    return true;
}

static int by_key(const void *a, const void *b)
{
    const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

/* Hands the pairs on: query by query, of each entry the first, which is the nearest. */
static rsift_status hand_on(const search *s, slice *sl, rsift_error *err)
{
    if (sl->n_pairs > 1) qsort(sl->pairs, sl->n_pairs, sizeof *sl->pairs, by_key);
    size_t n = 0;
    for (size_t i = 0; i < sl->n_pairs; i++)
        if (n == 0 || sl->pairs[n - 1] >> 9 != sl->pairs[i] >> 9) sl->pairs[n++] = sl->pairs[i];
    for (size_t b = sl->begin; b < sl->end; b++) {
        const uint64_t number = sl->number[b - sl->begin];
        size_t low = 0, high = n; /* the first pair of this query */
        while (low < high) {
            const size_t middle = low + (high - low) / 2;
            if (sl->pairs[middle] >> 40 < number) low = middle + 1;
            else high = middle;
        }
        for (; low < n && sl->pairs[low] >> 40 == number; low++) {
            const uint64_t key = sl->pairs[low];
            const rs_hamming_pair pair = {.a = (uint32_t)(key >> 9) & 0x7fffffff,
                                          .b = (uint32_t)b,
                                          .distance = key >> 3 & 63,
                                          .orientation = key & 7};
            RS_TRY(s->fn(s->ctx, &pair, err));
        }
    }
    return RSIFT_OK;
}

/* ---- the threads' work ---- */

/* Has a slot before this one found the pair? */
static bool found_before(const rs_image_phash *a, const rs_image_phash *b, uint64_t reach,
                         unsigned slot)
{
    for (unsigned s = 0; s < slot; s++)
        if ((unsigned)__builtin_popcount(rs_hamming_value(a, s) ^ rs_hamming_value(b, s)) <
            (reach >> 4 * s & 15))
            return true;
    return false;
}

/* Keeps the pair of a query and the entry at `at` of the list, if it is one. */
static bool confirm(const pass *p, item *it, uint32_t query, size_t at)
{
    const search *s = p->search;
    const uint32_t entry = p->list->entry[at], number = query / s->n_orientations;
    if (!s->queries && entry >= p->slice->entry[number]) return true;
    const rs_image_phash *a = &s->index->hashes[entry], *b = &p->slice->hash[query];
    const unsigned distance = rs_hamming_distance(a, b);
    if (distance > s->options->radius) return true;
    if (!p->slice->plain && found_before(a, b, p->slice->reach[query], p->slot)) return true;
    return push(&it->pairs, &it->n, &it->cap,
                pair_key(number, entry, distance, query % s->n_orientations));
}

/* Compares a query with the entries [begin, end) of the list. */
static bool scan_entries(const pass *p, item *it, uint32_t query, size_t begin, size_t end)
{
    const rs_image_phash *hash = &p->slice->hash[query];
    const uint64_t words[2] = {hash->word[rs_hamming_check_word(p->slot, 0)],
                               hash->word[rs_hamming_check_word(p->slot, 1)]};
    uint16_t near[RS_HAMMING_SCAN_MOST];
    for (size_t at = begin; at < end; at += RS_HAMMING_SCAN_MOST) {
        const uint64_t *const check[2] = {p->list->check[0] + at, p->list->check[1] + at};
        const size_t n = end - at < RS_HAMMING_SCAN_MOST ? end - at : RS_HAMMING_SCAN_MOST;
        const size_t n_near = p->search->scan(check, n, words, p->search->options->radius, near);
        for (size_t i = 0; i < n_near; i++)
            if (!confirm(p, it, query, at + near[i])) return false;
    }
    return true;
}

/* Looks up a range of queries in one slot, or in all entries where the slice is plain. */
static rsift_status work(void *ctx, void *slot, rsift_error *err)
{
    pass *p = ctx;
    item *it = slot;
    const search *s = p->search;
    it->n = 0;
    for (size_t i = it->range.begin; i < it->range.end; i++) {
        if (it->n > PAIRS_MOST && p->slice->n > 1) atomic_store(&p->full, true);
        if (atomic_load_explicit(&p->full, memory_order_relaxed)) return RSIFT_OK;
        const uint32_t query = p->slice->order[i];
        bool ok = true;
        if (p->slice->plain) {
            ok = scan_entries(p, it, query, 0, p->list->n);
        } else {
            const unsigned value = rs_hamming_value(&p->slice->hash[query], p->slot);
            const size_t reach = (p->slice->reach[query] >> 4 * p->slot & 15) - 1;
            for (size_t m = 0; ok && m < s->n_masks[reach]; m++) {
                const unsigned v = value ^ s->masks[m];
                ok = scan_entries(p, it, query, p->list->begin[v], p->list->begin[v + 1]);
            }
        }
        if (!ok) return rs_err_nomem(err, "pairs of hashes");
    }
    return RSIFT_OK;
}

static rsift_status consume(void *ctx, void *slot, rsift_error *err)
{
    pass *p = ctx;
    const item *it = slot;
    slice *sl = p->slice;
    const rs_hamming_options *options = p->search->options;
    if (options->cancelled && options->cancelled(options->cancel_ctx)) return rs_err_cancelled(err);
    if (sl->n > 1 && sl->n_pairs + it->n > PAIRS_MOST) atomic_store(&p->full, true);
    if (atomic_load(&p->full)) return RSIFT_OK;
    for (size_t i = 0; i < it->n; i++)
        if (!push(&sl->pairs, &sl->n_pairs, &sl->cap_pairs, it->pairs[i]))
            return rs_err_nomem(err, "pairs of hashes");
    return RSIFT_OK;
}

static void free_item(void *ctx, void *slot)
{
    (void)ctx;
    rs_free(((item *)slot)->pairs);
}

/* ---- slices ---- */

static void free_slice(slice *sl)
{
    rs_free(sl->number);
    rs_free(sl->entry);
    rs_free(sl->hash);
    rs_free(sl->reach);
    rs_free(sl->order);
    rs_free(sl->cursor);
    rs_free(sl->pairs);
}

/* Numbers the different queries of a slice: those of a batch by comparing them, those of the index
 * as it did. */
static rsift_status number_queries(const search *s, slice *sl, rsift_error *err)
{
    const size_t n = sl->end - sl->begin;
    sl->number = rs_calloc(n, sizeof *sl->number);
    if (!s->queries) sl->entry = rs_calloc(n, sizeof *sl->entry);
    if (!sl->number || (!s->queries && !sl->entry)) return rs_err_nomem(err, "a slice of hashes");
    if (s->queries) {
        RS_TRY(rs_hamming_collapse(s->queries + sl->begin, n, sl->number, err));
        for (size_t i = 0; i < n; i++)
            sl->number[i] = sl->number[i] == i ? (uint32_t)sl->n++ : sl->number[sl->number[i]];
        return RSIFT_OK;
    }
    for (size_t i = 0; i < n; i++) {
        sl->number[i] = UINT32_MAX;
        if (s->index->first[sl->begin + i] != sl->begin + i) continue;
        sl->entry[sl->n] = (uint32_t)(sl->begin + i);
        sl->number[i] = (uint32_t)sl->n++;
    }
    return RSIFT_OK;
}

/* Lays each different query in all its orientations and says how far its slots are searched. */
static rsift_status lay_queries(const search *s, slice *sl, rsift_error *err)
{
    const size_t n = sl->n * s->n_orientations;
    sl->hash = rs_calloc(n, sizeof *sl->hash);
    sl->reach = rs_calloc(n, sizeof *sl->reach);
    sl->order = rs_calloc(n, sizeof *sl->order);
    sl->cursor = rs_calloc(RS_HAMMING_N_VALUES + 1, sizeof *sl->cursor);
    if (!sl->hash || !sl->reach || !sl->order || !sl->cursor)
        return rs_err_nomem(err, "a slice of hashes");
    const rs_image_phash *from = s->queries ? s->queries : s->index->hashes;
    uint32_t next = 0;
    for (size_t i = 0; i < sl->end - sl->begin; i++) {
        if (sl->number[i] != next) continue;
        for (unsigned o = 0; o < s->n_orientations; o++)
            sl->hash[next * s->n_orientations + o] = rs_image_phash_orient(from[sl->begin + i], o);
        next++;
    }
    if (sl->plain) return RSIFT_OK;
    for (size_t q = 0; q < n; q++) sl->reach[q] = rs_hamming_reach_of(&s->reach, &sl->hash[q]);
    return RSIFT_OK;
}

/* Sorts the queries by the value of a slot; those that leave it out are none. Returns their
 * number. */
static size_t order_queries(const search *s, slice *sl, unsigned slot)
{
    const size_t n = sl->n * s->n_orientations;
    if (sl->plain) {
        for (size_t q = 0; q < n; q++) sl->order[q] = (uint32_t)q;
        return n;
    }
    memset(sl->cursor, 0, (RS_HAMMING_N_VALUES + 1) * sizeof *sl->cursor);
    for (size_t q = 0; q < n; q++)
        if (sl->reach[q] >> 4 * slot & 15) sl->cursor[rs_hamming_value(&sl->hash[q], slot) + 1]++;
    for (size_t v = 0; v < RS_HAMMING_N_VALUES; v++) sl->cursor[v + 1] += sl->cursor[v];
    const size_t n_asked = sl->cursor[RS_HAMMING_N_VALUES];
    for (size_t q = 0; q < n; q++)
        if (sl->reach[q] >> 4 * slot & 15)
            sl->order[sl->cursor[rs_hamming_value(&sl->hash[q], slot)]++] = (uint32_t)q;
    return n_asked;
}

/* One slot of a slice. *full is set when there are too many pairs. */
static rsift_status search_slot(search *s, slice *sl, unsigned slot, bool *full, rsift_error *err)
{
    const size_t n = order_queries(s, sl, slot);
    if (n == 0) return RSIFT_OK;
    pass p = {.search = s, .slice = sl, .slot = slot, .list = &s->list};
    atomic_init(&p.full, false);
    if (s->index->kept) p.list = &s->index->kept[slot];
    else /* of itself: later entries are no partners */
        rs_hamming_list_fill(&s->list, slot, s->index->hashes, s->index->first,
                             s->queries ? s->index->n : sl->end);
    const rs_pipeline pipeline = {.item_size = sizeof(item),
                                  .n_threads =
                                      s->options->n_threads > 1 ? (size_t)s->options->n_threads : 1,
                                  .ctx = &p,
                                  .work = work,
                                  .consume = consume,
                                  .fini = free_item};
    rsift_status status = rs_run_ranges(&pipeline, n, ITEM_QUERIES, err);
    *full = atomic_load(&p.full);
    return status;
}

static rsift_status search_slice(search *s, slice *sl, bool *full, rsift_error *err)
{
    RS_TRY(number_queries(s, sl, err));
    if (sl->n == 0) return RSIFT_OK;
    sl->plain = sl->n * s->n_orientations <= PLAIN_MOST / s->index->n_first;
    if (!sl->plain && !s->reach.within)
        RS_TRY(rs_hamming_reach_init(&s->reach, s->index->hashes, s->index->first, s->index->n,
                                     s->options->radius, err));
    RS_TRY(lay_queries(s, sl, err));
    for (unsigned slot = 0; !*full && slot < (sl->plain ? 1 : RS_HAMMING_N_SLOTS); slot++)
        RS_TRY(search_slot(s, sl, slot, full, err));
    return *full ? RSIFT_OK : hand_on(s, sl, err);
}

static size_t usual_slice(const search *s)
{
    size_t n = s->index->kept ? 0 : s->index->n / 4;
    n = n < SLICE_LEAST ? SLICE_LEAST : n > SLICE_MOST ? SLICE_MOST : n;
    return n / s->n_orientations;
}

static rsift_status search_slices(search *s, rsift_error *err)
{
    const size_t usual = usual_slice(s);
    for (size_t begin = 0, n = usual; begin < s->n;) {
        slice sl = {.begin = begin, .end = s->n - begin < n ? s->n : begin + n};
        bool full = false;
        const rsift_status status = search_slice(s, &sl, &full, err);
        free_slice(&sl);
        if (status != RSIFT_OK) return status;
        if (full) {
            n = (sl.end - sl.begin + 1) / 2;
        } else {
            begin = sl.end;
            n = n * 2 < usual ? n * 2 : usual;
        }
    }
    return RSIFT_OK;
}

static rsift_status begin_search(search *s, rsift_error *err)
{
    const rs_hamming_options *options = s->options;
    if (options->radius > RS_HAMMING_MAX_RADIUS)
        return rs_err_set(err, RSIFT_E_ARG, "a radius of %u bits is more than %d", options->radius,
                          RS_HAMMING_MAX_RADIUS);
    if (s->n >= (size_t)1 << 32)
        return rs_err_set(err, RSIFT_E_LIMIT, "%zu hashes are more than 2^32 in one batch", s->n);
    if (s->index->n == 0 || s->n == 0) return RSIFT_OK;
    s->n_orientations = options->orientations ? RS_IMAGE_N_ORIENTATIONS : 1;
    s->scan = rs_hamming_scan_best();
    rs_hamming_masks(s->masks, s->n_masks);
    rsift_status status = RSIFT_OK;
    if (!s->index->kept) status = rs_hamming_list_init(&s->list, s->index->n_first, err);
    if (status == RSIFT_OK) status = search_slices(s, err);
    rs_hamming_reach_fini(&s->reach);
    rs_hamming_list_fini(&s->list);
    return status;
}

rsift_status rs_hamming_join(const rs_hamming *index, const rs_image_phash *queries, size_t n,
                             const rs_hamming_options *options, rs_hamming_fn *fn, void *ctx,
                             rsift_error *err)
{
    search s = {
        .index = index, .queries = queries, .n = n, .options = options, .fn = fn, .ctx = ctx};
    return n == 0 ? RSIFT_OK : begin_search(&s, err);
}

rsift_status rs_hamming_self(const rs_hamming *index, const rs_hamming_options *options,
                             rs_hamming_fn *fn, void *ctx, rsift_error *err)
{
    search s = {.index = index, .n = index->n, .options = options, .fn = fn, .ctx = ctx};
    return begin_search(&s, err);
}
