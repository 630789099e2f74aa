/* Descriptions sorted by their first bits, sealed before they are asked; see crop_near.h. */
#include "similar/crop_near.h"

#include "base/alloc.h"
#include "base/buf.h"

#include <stdlib.h>

enum {
    PART_BITS = 8,
    MIN_PREFIX = 18, /* 18 bits separate well; more for large indexes, 2 views per start */
    MAX_PREFIX = 26,
    DIGIT = 12, /* bits of one pass of the sort */
};

void rs_crop_near_fini(rs_crop_near *near)
{
    for (size_t i = 0; i < RS_CROP_VIEW_PARTS; i++) {
        rs_free(near->part[i].at);
        rs_free(near->part[i].start);
    }
    *near = (rs_crop_near){0};
}

rsift_status rs_crop_near_add(rs_crop_near *near, const rs_crop_view *view, rsift_error *err)
{
    struct rs_crop_near_part *part = &near->part[view->bits >> 56];
    if (part->n >= UINT32_MAX - 1)
        return rs_err_set(err, RSIFT_E_LIMIT, "more anchors of pictures than can be indexed");
    if (!RS_VEC_RESERVE(part->at, part->cap, part->n + 1))
        return rs_err_nomem(err, "index of crops");
    part->at[part->n++] = *view;
    return RSIFT_OK;
}

static int by_place(const void *left, const void *right)
{
    const rs_crop_view *a = left, *b = right;
    if (a->sheet != b->sheet) return a->sheet < b->sheet ? -1 : 1;
    if (a->y != b->y) return a->y < b->y ? -1 : 1;
    if (a->x != b->x) return a->x < b->x ? -1 : 1;
    return a->bits < b->bits ? -1 : a->bits > b->bits;
}

void rs_crop_near_renumber(rs_crop_near *near, const uint32_t *number_of)
{
    for (size_t i = 0; i < RS_CROP_VIEW_PARTS; i++) {
        struct rs_crop_near_part *part = &near->part[i];
        for (size_t k = 0; k < part->n; k++) part->at[k].sheet = number_of[part->at[k].sheet];
        if (part->n > 1) qsort(part->at, part->n, sizeof *part->at, by_place);
    }
}

/* One stable pass of a radix sort, by the 12 bits at `shift`. */
static void sort_by_digit(const rs_crop_view *from, rs_crop_view *to, size_t n, unsigned shift)
{
    uint32_t at[(1 << DIGIT) + 1] = {0};
    const uint64_t mask = (1 << DIGIT) - 1;
    for (size_t i = 0; i < n; i++) at[(from[i].bits >> shift & mask) + 1]++;
    for (size_t i = 0; i < mask; i++) at[i + 1] += at[i];
    for (size_t i = 0; i < n; i++) to[at[from[i].bits >> shift & mask]++] = from[i];
}

/* The bits that are looked up within a part. */
static size_t bucket_of(const rs_crop_near *near, uint64_t bits)
{
    return (size_t)(bits << PART_BITS >> (PART_BITS + 64 - near->prefix));
}

static rsift_status seal_part(const rs_crop_near *near, struct rs_crop_near_part *part,
                              rs_crop_view *spare, rsift_error *err)
{
    sort_by_digit(part->at, spare, part->n, 64 - PART_BITS - 2 * DIGIT);
    sort_by_digit(spare, part->at, part->n, 64 - PART_BITS - DIGIT);
    size_t n_starts = ((size_t)1 << (near->prefix - PART_BITS)) + 1, k = 0;
    part->start = rs_alloc(n_starts * sizeof *part->start);
    if (!part->start) return rs_err_nomem(err, "index of crops");
    for (size_t i = 0; i < n_starts; i++) {
        while (k < part->n && bucket_of(near, part->at[k].bits) < i) k++;
        part->start[i] = (uint32_t)k;
    }
    rs_crop_view *shrunk = rs_realloc(part->at, part->n * sizeof *part->at);
    if (shrunk) part->at = shrunk, part->cap = part->n;
    return RSIFT_OK;
}

rsift_status rs_crop_near_seal(rs_crop_near *near, rsift_error *err)
{
    size_t most = 0, all = 0;
    for (size_t i = 0; i < RS_CROP_VIEW_PARTS; i++) {
        if (near->part[i].n > most) most = near->part[i].n;
        all += near->part[i].n;
    }
    near->prefix = MIN_PREFIX;
    while (near->prefix < MAX_PREFIX && (size_t)2 << near->prefix < all) near->prefix++;
    rs_crop_view *spare = rs_alloc(most * sizeof *spare);
    if (!spare) return rs_err_nomem(err, "index of crops");
    rsift_status st = RSIFT_OK;
    for (size_t i = 0; i < RS_CROP_VIEW_PARTS && st == RSIFT_OK; i++)
        if (near->part[i].n > 0) st = seal_part(near, &near->part[i], spare, err);
    rs_free(spare);
    return st;
}

const rs_crop_view *rs_crop_near_find(const rs_crop_near *near, uint64_t bits, size_t *n)
{
    const struct rs_crop_near_part *part = &near->part[bits >> 56];
    *n = 0;
    if (part->n == 0) return NULL;
    size_t bucket = bucket_of(near, bits);
    *n = part->start[bucket + 1] - part->start[bucket];
    return part->at + part->start[bucket];
}

size_t rs_crop_near_bytes(const rs_crop_near *near)
{
    size_t bytes = sizeof *near;
    for (size_t i = 0; i < RS_CROP_VIEW_PARTS; i++) {
        const struct rs_crop_near_part *part = &near->part[i];
        bytes += part->cap * sizeof *part->at;
        if (part->start)
            bytes += (((size_t)1 << (near->prefix - PART_BITS)) + 1) * sizeof *part->start;
    }
    return bytes;
}
