/* Keys grow in 256 parts by their upper bits, so that a part is small enough to sort and to make
 * room for. Sealed, a part is sorted and has a directory of one start per 8 keys: one look-up is
 * one miss of the cache or two. */
#include "similar/crop_keys.h"

#include "base/alloc.h"
#include "base/buf.h"

#include <stdlib.h>
#include <string.h>

enum { KEYS_PER_START = 8, ORIENTATION_BITS = 3, KEY_BITS = 32 };

void rs_crop_keys_fini(rs_crop_keys *keys)
{
    for (size_t i = 0; i < RS_CROP_KEY_PARTS; i++) {
        rs_free(keys->part[i].at);
        rs_free(keys->part[i].start);
    }
    *keys = (rs_crop_keys){0};
}

/* The hash without the 8 bits that name the part, cut to what a key holds. */
static uint32_t key_of(uint64_t hash)
{
    return (uint32_t)(hash >> 24) >> ORIENTATION_BITS << ORIENTATION_BITS;
}

rsift_status rs_crop_keys_add(rs_crop_keys *keys, uint64_t hash, unsigned orientation,
                              rs_crop_key place, rsift_error *err)
{
    struct rs_crop_keys_part *part = &keys->part[hash >> 56];
    if (part->n >= UINT32_MAX - 1)
        return rs_err_set(err, RSIFT_E_LIMIT, "more anchors of pictures than can be indexed");
    if (!RS_VEC_RESERVE(part->at, part->cap, part->n + 1))
        return rs_err_nomem(err, "index of crops");
    place.key = key_of(hash) | orientation;
    part->at[part->n++] = place;
    return RSIFT_OK;
}

static int by_place(const void *left, const void *right)
{
    const rs_crop_key *a = left, *b = right;
    if (a->sheet != b->sheet) return a->sheet < b->sheet ? -1 : 1;
    if (a->y != b->y) return a->y < b->y ? -1 : 1;
    if (a->x != b->x) return a->x < b->x ? -1 : 1;
    return a->key < b->key ? -1 : a->key > b->key;
}

void rs_crop_keys_renumber(rs_crop_keys *keys, const uint32_t *number_of)
{
    for (size_t i = 0; i < RS_CROP_KEY_PARTS; i++) {
        struct rs_crop_keys_part *part = &keys->part[i];
        for (size_t k = 0; k < part->n; k++) part->at[k].sheet = number_of[part->at[k].sheet];
        if (part->n > 1) qsort(part->at, part->n, sizeof *part->at, by_place);
    }
}

/* One stable pass of a radix sort, by the byte at `shift`. */
static void sort_by_byte(const rs_crop_key *from, rs_crop_key *to, size_t n, unsigned shift)
{
    size_t at[257] = {0};
    for (size_t i = 0; i < n; i++) at[(from[i].key >> shift & 255) + 1]++;
    for (size_t i = 0; i < 256; i++) at[i + 1] += at[i];
    for (size_t i = 0; i < n; i++) to[at[from[i].key >> shift & 255]++] = from[i];
}

/* Orientations differ in the lowest bits, which the order may therefore count as well. */
static rsift_status seal_part(struct rs_crop_keys_part *part, rs_crop_key *spare, rsift_error *err)
{
    for (unsigned shift = 0; shift < KEY_BITS; shift += 16) {
        sort_by_byte(part->at, spare, part->n, shift);
        sort_by_byte(spare, part->at, part->n, shift + 8);
    }
    while (part->bits < 28 && (size_t)KEYS_PER_START << part->bits < part->n) part->bits++;
    size_t n_starts = ((size_t)1 << part->bits) + 1;
    part->start = rs_calloc(n_starts, sizeof *part->start);
    if (!part->start) return rs_err_nomem(err, "index of crops");
    size_t k = 0;
    for (size_t i = 0; i < n_starts; i++) {
        while (k < part->n && (uint64_t)part->at[k].key << part->bits >> KEY_BITS < i) k++;
        part->start[i] = (uint32_t)k;
    }
    rs_crop_key *shrunk = rs_realloc(part->at, part->n * sizeof *part->at);
    if (shrunk) part->at = shrunk, part->cap = part->n;
    return RSIFT_OK;
}

rsift_status rs_crop_keys_seal(rs_crop_keys *keys, rsift_error *err)
{
    size_t most = 0;
    for (size_t i = 0; i < RS_CROP_KEY_PARTS; i++)
        if (keys->part[i].n > most) most = keys->part[i].n;
    rs_crop_key *spare = rs_alloc(most * sizeof *spare);
    if (!spare) return rs_err_nomem(err, "index of crops");
    rsift_status st = RSIFT_OK;
    for (size_t i = 0; i < RS_CROP_KEY_PARTS && st == RSIFT_OK; i++)
        if (keys->part[i].n > 0) st = seal_part(&keys->part[i], spare, err);
    rs_free(spare);
    return st;
}

const rs_crop_key *rs_crop_keys_find(const rs_crop_keys *keys, uint64_t hash, size_t *n)
{
    const struct rs_crop_keys_part *part = &keys->part[hash >> 56];
    *n = 0;
    if (part->n == 0) return NULL;
    uint32_t key = key_of(hash);
    size_t bucket = (size_t)((uint64_t)key << part->bits >> KEY_BITS);
    size_t i = part->start[bucket], end = part->start[bucket + 1];
    while (i < end && part->at[i].key < key) i++;
    size_t first = i;
    while (i < end && (part->at[i].key ^ key) >> ORIENTATION_BITS == 0) i++;
    *n = i - first;
    return part->at + first;
}

size_t rs_crop_keys_bytes(const rs_crop_keys *keys)
{
    size_t bytes = sizeof *keys;
    for (size_t i = 0; i < RS_CROP_KEY_PARTS; i++) {
        const struct rs_crop_keys_part *part = &keys->part[i];
        bytes += part->cap * sizeof *part->at;
        if (part->start) bytes += (((size_t)1 << part->bits) + 1) * sizeof *part->start;
    }
    return bytes;
}
