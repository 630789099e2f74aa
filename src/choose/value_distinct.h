/* How many different things there are among many, in bounded memory: exact up to `most`, beyond it
 * an estimate by the share of hashes that are kept. Each time the kept ones are more than `most`,
 * those whose next lower bit is set are dropped, so that the outcome depends on the set of things
 * only. Relative error of the estimate: about 1.2 / sqrt(most), 0.5 % at 65,536 (adaptive sampling,
 * Flajolet, Computing 43, 1990). */
#ifndef RS_CHOOSE_VALUE_DISTINCT_H
#define RS_CHOOSE_VALUE_DISTINCT_H

#include "base/map.h"

typedef struct rs_value_distinct {
    rs_map64 kept;
    size_t most; /* above 0 */
    unsigned level;
} rs_value_distinct;

/* `hash` is of good quality in its lower bits. false = out of memory. */
bool rs_value_distinct_put(rs_value_distinct *set, uint64_t hash);
int64_t rs_value_distinct_count(const rs_value_distinct *set);
void rs_value_distinct_fini(rs_value_distinct *set);

#endif
