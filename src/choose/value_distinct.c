/* Adaptive sampling of hashes; see value_distinct.h. */
#include "choose/value_distinct.h"

enum { MOST_LEVELS = 63 };

static bool is_kept(const rs_value_distinct *set, uint64_t hash)
{
    return (hash & (((uint64_t)1 << set->level) - 1)) == 0;
}

/* Keeps half of what is kept; false = out of memory. */
static bool thin(rs_value_distinct *set)
{
    rs_map64 rest = {0};
    set->level++;
    for (size_t i = 0; i < set->kept.cap; i++) {
        if (!set->kept.used[i] || !is_kept(set, set->kept.slots[i].key)) continue;
        bool made;
        if (!rs_map64_put(&rest, set->kept.slots[i].key, 0, &made)) {
            rs_map64_fini(&rest);
            return false;
        }
    }
    rs_map64_fini(&set->kept);
    set->kept = rest;
    return true;
}

bool rs_value_distinct_put(rs_value_distinct *set, uint64_t hash)
{
    bool made;
    if (!is_kept(set, hash)) return true;
    if (!rs_map64_put(&set->kept, hash, 0, &made)) return false;
    while (set->kept.n > set->most && set->level < MOST_LEVELS)
        if (!thin(set)) return false;
    return true;
}

int64_t rs_value_distinct_count(const rs_value_distinct *set)
{
    return (int64_t)((uint64_t)set->kept.n << set->level);
}

void rs_value_distinct_fini(rs_value_distinct *set)
{
    rs_map64_fini(&set->kept);
}
