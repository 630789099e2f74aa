/* How often each key of a long stream came before: 8 bytes a key and little more, since nearly all
 * keys come once. The keys must be hashes, whose bits are evenly spread. One per thread. */
#ifndef RS_BASE_OCCURRENCE_H
#define RS_BASE_OCCURRENCE_H

#include "base/map.h"

enum { RS_OCCURRENCE_SHARDS = 64 };

/* Zeroed = empty. The keys' top bits choose a shard; a shard grows by itself, so that old and new
 * slots of all keys are never in memory together. */
typedef struct rs_occurrence {
    struct rs_occurrence_shard {
        uint64_t *keys; /* [cap], 0 = free */
        size_t cap, n;
    } shards[RS_OCCURRENCE_SHARDS];
    rs_map64 repeated; /* key -> how often, of keys that came twice or more */
} rs_occurrence;

void rs_occurrence_fini(rs_occurrence *o);
/* *before = how many equal keys came before this one. false = out of memory, and not counted. */
bool rs_occurrence_next(rs_occurrence *o, uint64_t key, uint64_t *before);

#endif
