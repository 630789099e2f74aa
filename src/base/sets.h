/* Disjoint sets of the numbers 0 .. n - 1, as an array of parents in which parent[i] = i at first.
 * The root of a set is its smallest number, whatever the order of joining. */
#ifndef RS_BASE_SETS_H
#define RS_BASE_SETS_H

#include <stdbool.h>
#include <stdint.h>

/* The root of the set of `i`; halves the path to it. */
static inline uint32_t rs_sets_root(uint32_t *parent, uint32_t i)
{
    while (parent[i] != i) i = parent[i] = parent[parent[i]];
    return i;
}

/* Makes one set of those of a and b; false when they were one already. */
static inline bool rs_sets_join(uint32_t *parent, uint32_t a, uint32_t b)
{
    a = rs_sets_root(parent, a);
    b = rs_sets_root(parent, b);
    if (a < b) parent[b] = a;
    else parent[a] = b;
    return a != b;
}

#endif
