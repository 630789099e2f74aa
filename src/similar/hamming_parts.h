/* Private to src/similar/hamming*.c: the parts of the search. */
#ifndef RS_SIMILAR_HAMMING_PARTS_H
#define RS_SIMILAR_HAMMING_PARTS_H

#include "similar/hamming.h"

enum {
    RS_HAMMING_N_SLOTS = 16,
    RS_HAMMING_N_VALUES = 1 << 16,
    RS_HAMMING_MAX_REACH = 4,   /* bits, in which a slot may differ from the value looked up */
    RS_HAMMING_N_MASKS = 2517,  /* values of 16 bits with at most RS_HAMMING_MAX_REACH ones */
    RS_HAMMING_MOST_SUM = 48,   /* the largest radius + 1 */
    RS_HAMMING_SCAN_MOST = 256, /* candidates in one call of rs_hamming_scan_fn */
};

static inline unsigned rs_hamming_value(const rs_image_phash *hash, unsigned slot)
{
    return (unsigned)(hash->word[slot / 4] >> 16 * (slot % 4)) & 0xffff;
}

/* first[i] = the first of the hashes that equals hash i. Errors: RSIFT_E_NOMEM. */
rsift_status rs_hamming_collapse(const rs_image_phash *hashes, size_t n, uint32_t *first,
                                 rsift_error *err);

/* ---- how far each slot is searched ----
 * With a reach t per slot (slots of reach -1 are left out), no pair within `radius` is missed where
 *     sum over the slots of (t + 1) = radius + 1,
 * since a pair that differs in more than t bits in every slot differs in at least that many. Which
 * of these searches is cheapest depends on how full the values are: a slot in which a tenth of all
 * hashes agree is better left out, and another searched one bit further. */
typedef struct rs_hamming_reach {
    unsigned radius, most; /* most = the largest reach, at most RS_HAMMING_MAX_REACH */
    uint32_t *within;      /* [slot][reach][value] entries at most `reach` bits from the value */
    uint64_t usual;        /* reach + 1 of each slot, 4 bits each, for a query of usual cost */
    uint64_t bearable;     /* candidates from which on a query is worth reaches of its own */
} rs_hamming_reach;

/* For an index whose first[i] are as above. Errors: RSIFT_E_NOMEM. */
rsift_status rs_hamming_reach_init(rs_hamming_reach *reach, const rs_image_phash *hashes,
                                   const uint32_t *first, size_t n, unsigned radius,
                                   rsift_error *err);
void rs_hamming_reach_fini(rs_hamming_reach *reach);
/* The reaches for one query, packed as `usual`. Any thread. */
uint64_t rs_hamming_reach_of(const rs_hamming_reach *reach, const rs_image_phash *query);
/* All values of 16 bits by their number of ones; n_masks[t] of them have at most t. */
void rs_hamming_masks(uint16_t masks[RS_HAMMING_N_MASKS], size_t n_masks[RS_HAMMING_MAX_REACH + 1]);

/* ---- one slot of an index in sorted order ---- */
typedef struct rs_hamming_list {
    size_t n;
    uint32_t *begin;    /* [RS_HAMMING_N_VALUES + 1] where the entries of a value begin */
    uint32_t *entry;    /* [n] by (value, entry) */
    uint64_t *check[2]; /* [n] two words of the entry's hash that do not hold the slot */
} rs_hamming_list;

/* Memory for at most n entries. Errors: RSIFT_E_NOMEM. */
rsift_status rs_hamming_list_init(rs_hamming_list *list, size_t n, rsift_error *err);
void rs_hamming_list_fini(rs_hamming_list *list);
size_t rs_hamming_list_bytes(size_t n);
/* Fills it with the first of equals among entries [0, n). */
void rs_hamming_list_fill(rs_hamming_list *list, unsigned slot, const rs_image_phash *hashes,
                          const uint32_t *first, size_t n);
static inline unsigned rs_hamming_check_word(unsigned slot, unsigned i)
{
    return (slot / 4 + 1 + i) % 4;
}

/* ---- the innermost loop ----
 * Writes the positions i < n <= RS_HAMMING_SCAN_MOST at which check[0][i] and check[1][i] differ
 * from the query's two words in at most `radius` bits; returns their number. */
typedef size_t rs_hamming_scan_fn(const uint64_t *const check[2], size_t n, const uint64_t query[2],
                                  unsigned radius, uint16_t *out);
/* NULL-terminated, the slowest first; all give the same. */
rs_hamming_scan_fn *const *rs_hamming_scan_all(void);
rs_hamming_scan_fn *rs_hamming_scan_best(void);

#endif
