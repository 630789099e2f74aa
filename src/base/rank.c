/* A least-significant-digit radix sort of 64-bit keys. Digits in which all keys agree are passed
 * over, and a few items are inserted one by one: detections of an image are seldom more than
 * ten. */
#include "base/rank.h"

#include <stdbool.h>

enum { DIGIT = 11, DIGITS = 6, VALUES = 1 << DIGIT, FEW = 48 };

static size_t digit_of(uint64_t key, size_t digit)
{
    return (size_t)(key >> (digit * DIGIT)) & (VALUES - 1);
}

static void insert_one_by_one(rs_ranked *items, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        const rs_ranked item = items[i];
        size_t at = i;
        for (; at > 0 && items[at - 1].key > item.key; at--) items[at] = items[at - 1];
        items[at] = item;
    }
}

/* One stable pass; counts[v] of the items have the value v in this digit. */
static void sort_by_digit(const rs_ranked *from, rs_ranked *to, size_t n, size_t digit,
                          const uint32_t *counts)
{
    uint32_t at[VALUES], begin = 0;
    for (size_t v = 0; v < VALUES; v++) {
        at[v] = begin;
        begin += counts[v];
    }
    for (size_t i = 0; i < n; i++) to[at[digit_of(from[i].key, digit)]++] = from[i];
}

void rs_rank_sort(rs_ranked *items, rs_ranked *spare, size_t n)
{
    if (n < FEW) {
        insert_one_by_one(items, n);
        return;
    }
    uint32_t counts[DIGITS][VALUES] = {{0}};
    for (size_t i = 0; i < n; i++)
        for (size_t d = 0; d < DIGITS; d++) counts[d][digit_of(items[i].key, d)]++;
    rs_ranked *from = items, *to = spare;
    for (size_t d = 0; d < DIGITS; d++) {
        const bool constant = counts[d][digit_of(from[0].key, d)] == n;
        if (constant) continue;
        sort_by_digit(from, to, n, d, counts[d]);
        rs_ranked *const last = from;
        from = to;
        to = last;
    }
    if (from != items) memcpy(items, from, n * sizeof *items);
}
