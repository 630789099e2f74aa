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
    rs_free(lcs->mask);
    rs_free(lcs->first);
    rs_free(lcs->positions);
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

/* One number of `b` with its positions [begin, end): blocks left of the first one do not change. */
static void step(rs_lcs *lcs, size_t n_blocks, const uint32_t *begin, const uint32_t *end)
{
    uint64_t *row = lcs->row, *mask = lcs->mask, carry = 0;
    for (const uint32_t *p = begin; p < end; p++) mask[*p / 64] |= (uint64_t)1 << (*p % 64);
    for (size_t k = *begin / 64; k < n_blocks; k++) {
        const uint64_t matched = row[k] & mask[k], sum = row[k] + matched, all = sum + carry;
        carry = (uint64_t)(sum < matched) | (uint64_t)(all < carry);
        row[k] = all | (row[k] & ~mask[k]);
    }
    for (const uint32_t *p = begin; p < end; p++) mask[*p / 64] = 0;
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
        !RS_VEC_RESERVE(lcs->mask, lcs->cap_mask, n_blocks) ||
        !RS_VEC_RESERVE(lcs->first, lcs->cap_first, (size_t)n_ids + 2) ||
        !RS_VEC_RESERVE(lcs->positions, lcs->cap_positions, a.n))
        return rs_err_nomem(err, "ROUGE-L");
    memset(lcs->row, 0xff, n_blocks * sizeof *lcs->row);
    memset(lcs->mask, 0, n_blocks * sizeof *lcs->mask);
    index_positions(lcs, a, n_ids);
    for (size_t j = 0; j < b.n; j++) {
        const uint32_t v = b.items[j];
        if (v >= n_ids || lcs->first[v] == lcs->first[v + 1]) continue;
        step(lcs, n_blocks, lcs->positions + lcs->first[v], lcs->positions + lcs->first[v + 1]);
        if ((n_done += n_blocks) < BLOCKS_BETWEEN) continue;
        n_done = 0;
        if (rs_cancelled(cancel)) return rs_err_set(err, RSIFT_E_CANCELLED, "cancelled");
    }
    size_t n_zero = 0;
    for (size_t k = 0; k < n_blocks; k++) n_zero += (size_t)__builtin_popcountll(~lcs->row[k]);
    *length = n_zero;
    return RSIFT_OK;
}
