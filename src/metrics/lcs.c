/* One row of the table is n bits, a 0 where the length grows by one. For each number of `b`, with M
 * the positions of that number in `a`:
 *     row = (row + (row & M)) | (row & ~M)
 * an addition of n bits, done 64 at a time with its carry. */
#include "metrics/lcs.h"

#include "base/alloc.h"
#include "base/buf.h"

#include <string.h>

/* Blocks of 64 cells between two looks at the cancel flag. */
enum { BLOCKS_BETWEEN = 1 << 22 };

void rs_metrics_lcs_fini(rs_lcs *lcs)
{
    rs_free(lcs->row);
    rs_free(lcs->masks);
    rs_free(lcs->first);
    rs_free(lcs->positions);
    rs_free(lcs->slots);
    *lcs = (rs_lcs){0};
}

/* positions[first[v] .. first[v + 1]) are the positions of v in `a`, ascending. */
static void index_positions(rs_lcs *lcs, rs_numbers a, uint32_t n_ids)
{
    uint32_t *first = lcs->first;
    memset(first, 0, ((size_t)n_ids + 2) * sizeof *first);
    /* counted two places up: after the sums first[v + 1] is where v begins, and becomes its end */
    for (size_t i = 0; i < a.n; i++) first[a.items[i] + 2]++;
    for (size_t v = 2; v < (size_t)n_ids + 2; v++) first[v] += first[v - 1];
    for (size_t i = 0; i < a.n; i++) lcs->positions[first[a.items[i] + 1]++] = (uint32_t)i;
}

static void mark(uint64_t *mask, const uint32_t *begin, const uint32_t *end)
{
    for (const uint32_t *p = begin; p < end; p++) mask[*p / 64] |= (uint64_t)1 << (*p % 64);
}

/* A number that stands at more positions than the row has blocks gets a mask of its own; there are
 * at most 64 of them. The others are marked in mask 0 each time, which costs no more than the row.
 * false = out of memory. */
static bool make_masks(rs_lcs *lcs, uint32_t n_ids, size_t n_blocks)
{
    uint32_t n_masks = 1;
    if (!RS_VEC_RESERVE(lcs->slots, lcs->cap_slots, n_ids)) return false;
    for (uint32_t v = 0; v < n_ids; v++)
        lcs->slots[v] = lcs->first[v + 1] - lcs->first[v] > n_blocks ? n_masks++ : 0;
    if (!RS_VEC_RESERVE(lcs->masks, lcs->cap_masks, n_masks * n_blocks)) return false;
    memset(lcs->masks, 0, n_masks * n_blocks * sizeof *lcs->masks);
    for (uint32_t v = 0; v < n_ids; v++)
        if (lcs->slots[v])
            mark(lcs->masks + lcs->slots[v] * n_blocks, lcs->positions + lcs->first[v],
                 lcs->positions + lcs->first[v + 1]);
    return true;
}

/* Number v of `b`, which stands somewhere: blocks left of its first position do not change. */
static void step(rs_lcs *lcs, size_t n_blocks, uint32_t v)
{
    const uint32_t *begin = lcs->positions + lcs->first[v];
    const uint32_t *end = lcs->positions + lcs->first[v + 1];
    uint64_t *row = lcs->row, *mask = lcs->masks + lcs->slots[v] * n_blocks, carry = 0;
    const bool shared = lcs->slots[v] == 0;
    if (shared) mark(mask, begin, end);
    for (size_t k = *begin / 64; k < n_blocks; k++) {
        const uint64_t matched = row[k] & mask[k], sum = row[k] + matched, all = sum + carry;
        carry = (uint64_t)(sum < matched) | (uint64_t)(all < carry);
        row[k] = all | (row[k] & ~mask[k]);
    }
    for (const uint32_t *p = begin; shared && p < end; p++) mask[*p / 64] = 0;
}

rsift_status rs_metrics_lcs_length(rs_lcs *lcs, rs_numbers a, uint32_t n_ids, rs_numbers b,
                                   const rs_cancel *cancel, size_t *length, rsift_error *err)
{
    const size_t n_blocks = a.n / 64 + 1;
    size_t n_done = 0;
    *length = 0;
    if (!a.n || !b.n) return RSIFT_OK;
    if (a.n > UINT32_MAX || b.n > RS_LCS_MAX_PAIRS / a.n)
        return rs_err_set(err, RSIFT_E_LIMIT,
                          "a prediction of %zu words and a reference of %zu: more than 2^36 pairs, "
                          "too many for ROUGE-L",
                          a.n, b.n);
    if (!RS_VEC_RESERVE(lcs->row, lcs->cap_row, n_blocks) ||
        !RS_VEC_RESERVE(lcs->first, lcs->cap_first, (size_t)n_ids + 2) ||
        !RS_VEC_RESERVE(lcs->positions, lcs->cap_positions, a.n))
        return rs_err_nomem(err, "ROUGE-L");
    memset(lcs->row, 0xff, n_blocks * sizeof *lcs->row);
    index_positions(lcs, a, n_ids);
    if (!make_masks(lcs, n_ids, n_blocks)) return rs_err_nomem(err, "ROUGE-L");
    for (size_t j = 0; j < b.n; j++) {
        const uint32_t v = b.items[j];
        if (v >= n_ids || lcs->first[v] == lcs->first[v + 1]) continue;
        step(lcs, n_blocks, v);
        if ((n_done += n_blocks) < BLOCKS_BETWEEN) continue;
        n_done = 0;
        if (rs_cancelled(cancel)) return rs_err_cancelled(err);
    }
    size_t n_zero = 0;
    for (size_t k = 0; k < n_blocks; k++) n_zero += (size_t)__builtin_popcountll(~lcs->row[k]);
    *length = n_zero;
    return RSIFT_OK;
}
