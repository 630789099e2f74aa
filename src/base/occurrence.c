/* Sets of keys by linear probing, at most 7/8 full; see occurrence.h. */
#include "base/occurrence.h"

#include "base/alloc.h"

typedef struct rs_occurrence_shard shard;

void rs_occurrence_fini(rs_occurrence *o)
{
    for (size_t i = 0; i < RS_OCCURRENCE_SHARDS; i++) rs_free(o->shards[i].keys);
    rs_map64_fini(&o->repeated);
    *o = (rs_occurrence){0};
}

static size_t slot_of(const shard *s, uint64_t key)
{
    size_t i = (size_t)key & (s->cap - 1);
    while (s->keys[i] && s->keys[i] != key) i = (i + 1) & (s->cap - 1);
    return i;
}

static bool grow(shard *s)
{
    shard bigger = {.cap = s->cap ? 2 * s->cap : 16, .n = s->n};
    bigger.keys = rs_calloc(bigger.cap, sizeof *bigger.keys);
    if (!bigger.keys) return false;
    for (size_t i = 0; i < s->cap; i++)
        if (s->keys[i]) bigger.keys[slot_of(&bigger, s->keys[i])] = s->keys[i];
    rs_free(s->keys);
    *s = bigger;
    return true;
}

bool rs_occurrence_next(rs_occurrence *o, uint64_t key, uint64_t *before)
{
    if (key == 0) key = 1; /* 0 marks a free slot */
    shard *s = &o->shards[key >> 58];
    if ((s->n + 1) * 8 > s->cap * 7 && !grow(s)) return false;
    const size_t at = slot_of(s, key);
    *before = 0;
    if (!s->keys[at]) {
        s->keys[at] = key;
        s->n++;
        return true;
    }
    uint64_t *times = rs_map64_put(&o->repeated, key, 1, NULL);
    if (!times) return false;
    *before = (*times)++;
    return true;
}
