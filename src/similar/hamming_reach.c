/* How far each slot is searched: the cheapest choice that misses nothing, for queries as they
 * usually are, and one of its own for a query whose values are crowded. Results never depend on
 * it. */
#include "similar/hamming_parts.h"

#include "base/alloc.h"

#include <string.h>

enum {
    MOST_LEVELS = RS_HAMMING_MAX_REACH + 2, /* left out, reach 0, reach 1, ... */
    PROBE_COST = 2,                         /* guess: finding a value costs two candidates */
    BEARABLE_TIMES = 4,                     /* guess: above 4 times the usual cost ... */
    BEARABLE_ALWAYS = 4096,                 /* guess: ... and so many candidates a choice pays */
};

typedef struct costs {
    uint64_t of[RS_HAMMING_N_SLOTS][MOST_LEVELS]; /* [slot][reach + 1] */
} costs;

static const uint32_t n_probes[RS_HAMMING_MAX_REACH + 1] = {1, 17, 137, 697, RS_HAMMING_N_MASKS};

static size_t n_reaches(const rs_hamming_reach *reach)
{
    return reach->most + 1;
}

static uint32_t *within(const rs_hamming_reach *reach, size_t slot, size_t t)
{
    return reach->within + (slot * n_reaches(reach) + t) * RS_HAMMING_N_VALUES;
}

/* to[v] += from[v ^ bit] for all values. */
static void add_neighbours(uint32_t *restrict to, const uint32_t *restrict from, size_t bit)
{
    enum {
        RUN = 16
    }; /* values whose neighbours lie side by side; a fixed number becomes vectors */
    if (bit < RUN) {
        for (size_t v = 0; v < RS_HAMMING_N_VALUES; v++) to[v] += from[v ^ bit];
        return;
    }
    for (size_t v = 0; v < RS_HAMMING_N_VALUES; v += RUN)
        for (size_t i = 0; i < RUN; i++) to[v + i] += from[(v ^ bit) + i];
}

/* Turns the entries of each value into those at most t bits from it, t = 0 .. most. After k bits
 * layer d holds the entries that differ in d of these k bits and agree in the others. */
static void spread(const rs_hamming_reach *reach, size_t slot)
{
    for (size_t bit = 1; bit < RS_HAMMING_N_VALUES; bit *= 2)
        for (size_t d = reach->most; d > 0; d--)
            add_neighbours(within(reach, slot, d), within(reach, slot, d - 1), bit);
    for (size_t d = 1; d <= reach->most; d++)
        add_neighbours(within(reach, slot, d), within(reach, slot, d - 1), 0);
}

/* The cheapest levels of all slots whose sum is radius + 1. After slot s, least[k] is the least
 * cost of slots 0 .. s with the sum k, and level[s][k] what slot s has in it. */
static uint64_t cheapest(const rs_hamming_reach *reach, const costs *cost)
{
    uint64_t least[RS_HAMMING_MOST_SUM + 1];
    uint8_t level[RS_HAMMING_N_SLOTS][RS_HAMMING_MOST_SUM + 1];
    const size_t sum = reach->radius + 1, n_levels = n_reaches(reach) + 1;
    least[0] = 0;
    for (size_t k = 1; k <= sum; k++) least[k] = UINT64_MAX;
    for (size_t s = 0; s < RS_HAMMING_N_SLOTS; s++)
        for (size_t k = sum + 1; k-- > 0;) {
            uint64_t best = UINT64_MAX;
            level[s][k] = 0;
            for (size_t l = 0; l < n_levels && l <= k; l++) {
                if (least[k - l] == UINT64_MAX || least[k - l] + cost->of[s][l] >= best) continue;
                best = least[k - l] + cost->of[s][l];
                level[s][k] = (uint8_t)l;
            }
            least[k] = best;
        }
    uint64_t packed = 0;
    for (size_t s = RS_HAMMING_N_SLOTS, k = sum; s-- > 0;) {
        packed |= (uint64_t)level[s][k] << 4 * s;
        k -= level[s][k];
    }
    return packed;
}

/* The usual query is like the index: cost = sum over the values of their share * within. */
static void choose_usual(rs_hamming_reach *reach, size_t n)
{
    costs cost = {0};
    for (size_t s = 0; s < RS_HAMMING_N_SLOTS; s++)
        for (size_t t = 0; t < n_reaches(reach); t++) {
            uint64_t sum = 0; /* at most n^2 */
            const uint32_t *had = within(reach, s, 0), *near = within(reach, s, t);
            for (size_t v = 0; v < RS_HAMMING_N_VALUES; v++) sum += (uint64_t)had[v] * near[v];
            cost.of[s][t + 1] = sum / (n ? n : 1) + (uint64_t)n_probes[t] * PROBE_COST;
        }
    reach->usual = cheapest(reach, &cost);
    reach->bearable = BEARABLE_ALWAYS;
    for (size_t s = 0; s < RS_HAMMING_N_SLOTS; s++)
        reach->bearable += cost.of[s][reach->usual >> 4 * s & 15] * BEARABLE_TIMES;
}

rsift_status rs_hamming_reach_init(rs_hamming_reach *reach, const rs_image_phash *hashes,
                                   const uint32_t *first, size_t n, unsigned radius,
                                   rsift_error *err)
{
    const unsigned base = radius / RS_HAMMING_N_SLOTS + 2;
    *reach = (rs_hamming_reach){.radius = radius,
                                .most = base < RS_HAMMING_MAX_REACH ? base : RS_HAMMING_MAX_REACH};
    reach->within =
        rs_calloc(RS_HAMMING_N_SLOTS * n_reaches(reach) * RS_HAMMING_N_VALUES, sizeof(uint32_t));
    if (!reach->within) return rs_err_nomem(err, "how full the hash index is");
    size_t n_first = 0;
    for (size_t i = 0; i < n; i++) {
        if (first[i] != i) continue;
        n_first++;
        for (unsigned s = 0; s < RS_HAMMING_N_SLOTS; s++)
            within(reach, s, 0)[rs_hamming_value(&hashes[i], s)]++;
    }
    for (size_t s = 0; s < RS_HAMMING_N_SLOTS; s++) spread(reach, s);
    choose_usual(reach, n_first);
    return RSIFT_OK;
}

void rs_hamming_reach_fini(rs_hamming_reach *reach)
{
    rs_free(reach->within);
    reach->within = NULL;
}

uint64_t rs_hamming_reach_of(const rs_hamming_reach *reach, const rs_image_phash *query)
{
    uint64_t usual = 0;
    for (unsigned s = 0; s < RS_HAMMING_N_SLOTS; s++) {
        const size_t level = reach->usual >> 4 * s & 15;
        if (level) usual += within(reach, s, level - 1)[rs_hamming_value(query, s)];
    }
    if (usual <= reach->bearable) return reach->usual;
    costs cost = {0};
    for (unsigned s = 0; s < RS_HAMMING_N_SLOTS; s++)
        for (size_t t = 0; t < n_reaches(reach); t++)
            cost.of[s][t + 1] = (uint64_t)within(reach, s, t)[rs_hamming_value(query, s)] +
                                (uint64_t)n_probes[t] * PROBE_COST;
    return cheapest(reach, &cost);
}

void rs_hamming_masks(uint16_t masks[RS_HAMMING_N_MASKS], size_t n_masks[RS_HAMMING_MAX_REACH + 1])
{
    size_t n = 0;
    for (int ones = 0; ones <= RS_HAMMING_MAX_REACH; ones++) {
        for (unsigned v = 0; v < RS_HAMMING_N_VALUES; v++)
            if (__builtin_popcount(v) == ones) masks[n++] = (uint16_t)v;
        n_masks[ones] = n;
    }
}
