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
    *map = (rs_strmap){0};
}

/* Most keys are words and numbers. One of at most 16 bytes is two numbers (its first and last
 * bytes, which overlap) that tell it from any other of its length. */
typedef struct short_key {
    uint64_t first, last;
} short_key;

enum { short_len = 16 };

static inline uint32_t load_4(const char *p)
{
    uint32_t v;
    memcpy(&v, p, sizeof v);
    return v;
}

static inline uint64_t load_8(const char *p)
{
    uint64_t v;
    memcpy(&v, p, sizeof v);
    return v;
}

static inline short_key short_key_of(rs_str s)
{
    const char *p = s.ptr;
    if (s.len >= 8) return (short_key){load_8(p), load_8(p + s.len - 8)};
    if (s.len >= 4) return (short_key){load_4(p), load_4(p + s.len - 4)};
    if (s.len == 0) return (short_key){0};
    const unsigned char first = (unsigned char)p[0], last = (unsigned char)p[s.len - 1];
    return (short_key){first, (uint64_t)(unsigned char)p[s.len / 2] << 8 | last};
}

static inline uint32_t hash_of(rs_str s)
{
    if (s.len > short_len) return (uint32_t)rs_hash64(s.ptr, s.len);
    const short_key key = short_key_of(s);
    uint64_t h = (key.first ^ s.len) * 0x9e3779b97f4a7c15u;
    h = (h ^ h >> 32 ^ key.last) * 0xc2b2ae3d27d4eb4fu;
    return (uint32_t)(h >> 32);
}

static inline bool same_key(rs_str a, rs_str b)
{
    if (a.len != b.len) return false;
    if (a.len > short_len) return memcmp(a.ptr, b.ptr, a.len) == 0;
    const short_key x = short_key_of(a), y = short_key_of(b);
    return x.first == y.first && x.last == y.last;
}

static size_t strmap_slot(const rs_strmap *map, rs_str key, uint32_t hash)
{
    size_t i = hash & (map->cap - 1);
    while (map->slots[i].number) {
        /* the hash first: most other keys differ there */
        if (map->slots[i].hash == hash && same_key(map->keys[map->slots[i].number - 1], key)) break;
        i = (i + 1) & (map->cap - 1);
    }
    return i;
}

/* Doubles the slots. The keys' numbers stay; their hashes are kept, so no key is hashed again. */
static bool strmap_grow(rs_strmap *map)
{
    size_t cap = map->cap ? map->cap * 2 : 64;
    struct rs_strmap_slot *slots = rs_calloc(cap, sizeof *slots);
    if (!slots) return false;
    for (size_t i = 0; i < map->cap; i++) {
        if (!map->slots[i].number) continue;
        size_t at = map->slots[i].hash & (cap - 1);
        while (slots[at].number) at = (at + 1) & (cap - 1);
        slots[at] = map->slots[i];
    }
    rs_free(map->slots);
    map->slots = slots;
    map->cap = cap;
    return true;
}

size_t rs_strmap_put(rs_strmap *map, rs_str key, bool *made)
{
    if (made) *made = false;
    if (map->n >= UINT32_MAX - 1) return RS_NPOS;
    if ((map->n + 1) * 4 > map->cap * 3 && !strmap_grow(map)) return RS_NPOS;
    const uint32_t hash = hash_of(key);
    size_t at = strmap_slot(map, key, hash);
    if (map->slots[at].number) return map->slots[at].number - 1;
    if (!map->arena) map->arena = rs_calloc(1, sizeof *map->arena);
    if (!map->arena || !RS_VEC_RESERVE(map->keys, map->cap_keys, map->n + 1)) return RS_NPOS;
    rs_str copy = rs_arena_str(map->arena, key);
    if (!copy.ptr) return RS_NPOS;
    map->keys[map->n] = copy;
    map->slots[at] = (struct rs_strmap_slot){(uint32_t)++map->n, hash};
    if (made) *made = true;
    return map->n - 1;
}

size_t rs_strmap_get(const rs_strmap *map, rs_str key)
{
    if (map->n == 0) return RS_NPOS;
    const size_t at = strmap_slot(map, key, hash_of(key));
    return map->slots[at].number ? map->slots[at].number - 1 : RS_NPOS;
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
