/* Stable order of many doubles, by radix: what sorting detections by their scores is made of. */
#ifndef RS_BASE_RANK_H
#define RS_BASE_RANK_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct rs_ranked {
    uint64_t key; /* ascending */
    uint32_t i;   /* the caller's number of the item */
} rs_ranked;

/* A key that is smaller for a larger value; equal for equal ones, -0 and 0 too. NaN has no
 * place. */
static inline uint64_t rs_rank_falling(double value)
{
    const double v = value + 0.0; /* -0 becomes 0 */
    uint64_t bits;
    memcpy(&bits, &v, sizeof bits);
    /* The bits of positive doubles ascend with their values, those of negative ones descend. */
    return bits >> 63 ? bits : ~bits & (UINT64_MAX >> 1);
}

/* Sorts by ascending key; items of equal keys keep their order.
 *   spare  [n], overwritten */
void rs_rank_sort(rs_ranked *items, rs_ranked *spare, size_t n);

#endif
