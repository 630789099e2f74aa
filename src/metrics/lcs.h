/* The length of the longest common subsequence of two sequences of numbers, exactly, 64 cells of
 * the table at once. One rs_lcs per thread. */
#ifndef RS_METRICS_LCS_H
#define RS_METRICS_LCS_H

#include "base/err.h"
#include "run/cancel.h"

/* Numbers in order. */
typedef struct rs_numbers {
    const uint32_t *items;
    size_t n;
} rs_numbers;

/* Buffers that are used again; {0} is valid. */
typedef struct rs_lcs {
    uint64_t *row, *masks;
    uint32_t *first, *positions, *slots;
    size_t cap_row, cap_masks, cap_first, cap_positions, cap_slots;
} rs_lcs;

void rs_metrics_lcs_fini(rs_lcs *lcs);

/* a.n * b.n above this is refused: about two seconds of one core. */
#define RS_LCS_MAX_PAIRS ((uint64_t)1 << 36)

/*   n_ids    all numbers of `a` are below it; a number of `b` that is not matches nothing
 *   cancel   looked at about every hundredth of a second; may be NULL
 *   source   H. Hyyro, "Bit-parallel LCS-length computation revisited" (2004)
 * Errors: RSIFT_E_LIMIT, RSIFT_E_NOMEM, RSIFT_E_CANCELLED. */
rsift_status rs_metrics_lcs_length(rs_lcs *lcs, rs_numbers a, uint32_t n_ids, rs_numbers b,
                                   const rs_cancel *cancel, size_t *length, rsift_error *err);

#endif
