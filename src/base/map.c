/* Hash maps: linear probing, at most 3/4 full, capacities are powers of two. */
#include "base/map.h"

#include "base/alloc.h"
#include "base/arena.h"
#include "base/buf.h"

/* Spreads a key's bits over all 64: keys are often small numbers in a row. */
static uint64_t mix(uint64_t key)
{
    key ^= key >> 32;
    key *= 0xd6e8feb86659fd93u;
    key ^= key >> 32;
    return key;
}

void rs_map64_fini(rs_map64 *map)
{
    rs_free(map->slots);
    rs_free(map->used);
    *map = (rs_map64){0};
}

static size_t map64_slot(const rs_map64 *map, uint64_t key)
{
    size_t i = (size_t)mix(key) & (map->cap - 1);
    while (map->used[i] && map->slots[i].key != key) i = (i + 1) & (map->cap - 1);
    return i;
}

static bool map64_grow(rs_map64 *map)
{
    rs_map64 bigger = {.cap = map->cap ? map->cap * 2 : 64, .n = map->n};
    bigger.slots = rs_alloc(bigger.cap * sizeof *bigger.slots);
    bigger.used = rs_calloc(bigger.cap, 1);
    if (!bigger.slots || !bigger.used) {
        rs_map64_fini(&bigger);
        return false;
    }
    for (size_t i = 0; i < map->cap; i++) {
        if (!map->used[i]) continue;
        size_t at = map64_slot(&bigger, map->slots[i].key);
        bigger.slots[at] = map->slots[i];
        bigger.used[at] = 1;
    }
    rs_free(map->slots);
    rs_free(map->used);
    *map = bigger;
    return true;
}

uint64_t *rs_map64_put(rs_map64 *map, uint64_t key, uint64_t value, bool *made)
{
    /* at most three quarters full: probes stay short */
    if ((map->n + 1) * 4 > map->cap * 3 && !map64_grow(map)) return NULL;
    size_t at = map64_slot(map, key);
    bool is_new = !map->used[at];
    if (is_new) {
        map->slots[at].key = key;
        map->slots[at].value = value;
        map->used[at] = 1;
        map->n++;
    }
    if (made) *made = is_new;
    return &map->slots[at].value;
}

const uint64_t *rs_map64_get(const rs_map64 *map, uint64_t key)
{
    if (map->n == 0) return NULL;
    size_t at = map64_slot(map, key);
    return map->used[at] ? &map->slots[at].value : NULL;
}

void rs_strmap_fini(rs_strmap *map)
{
    if (map->arena) rs_arena_fini(map->arena);
    rs_free(map->arena);
    rs_free(map->keys);
    rs_free(map->slots);
    rs_free(map->hashes);
    *map = (rs_strmap){0};
}

static size_t strmap_slot(const rs_strmap *map, rs_str key, uint32_t hash)
{
    size_t i = hash & (map->cap - 1);
    while (map->slots[i]) {
        /* a slot holds the key's number + 1; 0 = free */
        uint32_t number = map->slots[i] - 1;
        /* the hash first: most other keys differ there */
        if (map->hashes[i] == hash && rs_str_eq(map->keys[number], key)) break;
        i = (i + 1) & (map->cap - 1);
    }
    return i;
}

/* Doubles the slots. The keys' numbers stay; their hashes are kept, so no key is hashed again. */
static bool strmap_grow(rs_strmap *map)
{
    size_t cap = map->cap ? map->cap * 2 : 64;
    uint32_t *slots = rs_calloc(cap, sizeof *slots);
    uint32_t *hashes = rs_calloc(cap, sizeof *hashes);
    if (!slots || !hashes) {
        rs_free(slots);
        rs_free(hashes);
        return false;
    }
    for (size_t i = 0; i < map->cap; i++) {
        if (!map->slots[i]) continue;
        size_t at = map->hashes[i] & (cap - 1);
        while (slots[at]) at = (at + 1) & (cap - 1);
        slots[at] = map->slots[i];
        hashes[at] = map->hashes[i];
    }
    rs_free(map->slots);
    rs_free(map->hashes);
    map->slots = slots;
    map->hashes = hashes;
    map->cap = cap;
    return true;
}

size_t rs_strmap_put(rs_strmap *map, rs_str key, bool *made)
{
    if (made) *made = false;
    if (map->n >= UINT32_MAX - 1) return RS_NPOS;
    if ((map->n + 1) * 4 > map->cap * 3 && !strmap_grow(map)) return RS_NPOS;
    uint32_t hash = (uint32_t)rs_hash64(key.ptr, key.len);
    size_t at = strmap_slot(map, key, hash);
    if (map->slots[at]) return map->slots[at] - 1;
    if (!map->arena) map->arena = rs_calloc(1, sizeof *map->arena);
    if (!map->arena || !RS_VEC_RESERVE(map->keys, map->cap_keys, map->n + 1)) return RS_NPOS;
    rs_str copy = rs_arena_str(map->arena, key);
    if (!copy.ptr) return RS_NPOS;
    map->keys[map->n] = copy;
    map->hashes[at] = hash;
    map->slots[at] = (uint32_t)++map->n;
    if (made) *made = true;
    return map->n - 1;
}

size_t rs_strmap_get(const rs_strmap *map, rs_str key)
{
    if (map->n == 0) return RS_NPOS;
    size_t at = strmap_slot(map, key, (uint32_t)rs_hash64(key.ptr, key.len));
    return map->slots[at] ? map->slots[at] - 1 : RS_NPOS;
}

void rs_idmap_fini(rs_idmap *map)
{
    rs_free(map->keys);
    rs_free(map->slots);
    *map = (rs_idmap){0};
}

static size_t idmap_slot(const rs_id *keys, const uint32_t *slots, size_t cap, rs_id key)
{
    size_t i = (size_t)mix(key.lo ^ key.hi) & (cap - 1);
    while (slots[i] && !rs_id_eq(keys[slots[i] - 1], key)) i = (i + 1) & (cap - 1);
    return i;
}

static bool idmap_resize(rs_idmap *map, size_t cap)
{
    uint32_t *slots = rs_calloc(cap, sizeof *slots);
    if (!slots) return false;
    for (size_t i = 0; i < map->n; i++)
        slots[idmap_slot(map->keys, slots, cap, map->keys[i])] = (uint32_t)i + 1;
    rs_free(map->slots);
    map->slots = slots;
    map->cap = cap;
    return true;
}

bool rs_idmap_reserve(rs_idmap *map, size_t n)
{
    size_t cap = 64;
    while (cap < SIZE_MAX / 8 && cap * 3 < n * 4) cap *= 2;
    return RS_VEC_RESERVE(map->keys, map->cap_keys, n) &&
           (cap <= map->cap || idmap_resize(map, cap));
}

size_t rs_idmap_put(rs_idmap *map, rs_id key, bool *made)
{
    if (made) *made = false;
    if (map->n >= UINT32_MAX - 1) return RS_NPOS;
    if ((map->n + 1) * 4 > map->cap * 3 && !idmap_resize(map, map->cap ? map->cap * 2 : 64))
        return RS_NPOS;
    size_t at = idmap_slot(map->keys, map->slots, map->cap, key);
    if (map->slots[at]) return map->slots[at] - 1;
    if (!RS_VEC_RESERVE(map->keys, map->cap_keys, map->n + 1)) return RS_NPOS;
    map->keys[map->n] = key;
    map->slots[at] = (uint32_t)++map->n;
    if (made) *made = true;
    return map->n - 1;
}

size_t rs_idmap_get(const rs_idmap *map, rs_id key)
{
    if (map->n == 0) return RS_NPOS;
    size_t at = idmap_slot(map->keys, map->slots, map->cap, key);
    return map->slots[at] ? map->slots[at] - 1 : RS_NPOS;
}
