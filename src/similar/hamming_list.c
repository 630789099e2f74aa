/* Equal hashes and the sorted order of a slot. Both sort by counting: entries go to their value in
 * order, so that nothing depends on how many there are of each. */
#include "similar/hamming_parts.h"

#include "base/alloc.h"

#include <string.h>

static bool equal(const rs_image_phash *a, const rs_image_phash *b)
{
    return memcmp(a, b, sizeof *a) == 0;
}

rsift_status rs_hamming_collapse(const rs_image_phash *hashes, size_t n, uint32_t *first,
                                 rsift_error *err)
{
    size_t cap = 16;
    while (cap < n + n / 2) cap *= 2;
    uint32_t *table = rs_calloc(cap, sizeof *table); /* number + 1 of a first one */
    if (!table) return rs_err_nomem(err, "the table of equal hashes");
    for (size_t i = 0; i < n; i++) {
        size_t at = (size_t)rs_hash64(&hashes[i], sizeof *hashes) & (cap - 1);
        while (table[at] && !equal(&hashes[table[at] - 1], &hashes[i])) at = (at + 1) & (cap - 1);
        if (!table[at]) table[at] = (uint32_t)i + 1;
        first[i] = table[at] - 1;
    }
    rs_free(table);
    return RSIFT_OK;
}

rsift_status rs_hamming_list_init(rs_hamming_list *list, size_t n, rsift_error *err)
{
    *list = (rs_hamming_list){
        .begin = rs_calloc(RS_HAMMING_N_VALUES + 1, sizeof *list->begin),
        .entry = rs_calloc(n, sizeof *list->entry),
        .check = {rs_calloc(n, sizeof(uint64_t)), rs_calloc(n, sizeof(uint64_t))}};
    if (list->begin && list->entry && list->check[0] && list->check[1]) return RSIFT_OK;
    rs_hamming_list_fini(list);
    return rs_err_nomem(err, "a slot of the hash index");
}

void rs_hamming_list_fini(rs_hamming_list *list)
{
    rs_free(list->begin);
    rs_free(list->entry);
    rs_free(list->check[0]);
    rs_free(list->check[1]);
    *list = (rs_hamming_list){0};
}

size_t rs_hamming_list_bytes(size_t n)
{
    return (RS_HAMMING_N_VALUES + 1) * sizeof(uint32_t) +
           n * (sizeof(uint32_t) + 2 * sizeof(uint64_t));
}

void rs_hamming_list_fill(rs_hamming_list *list, unsigned slot, const rs_image_phash *hashes,
                          const uint32_t *first, size_t n)
{
    uint32_t *begin = list->begin;
    memset(begin, 0, (RS_HAMMING_N_VALUES + 1) * sizeof *begin);
    for (size_t i = 0; i < n; i++) begin[rs_hamming_value(&hashes[i], slot) + 1] += first[i] == i;
    for (size_t v = 0; v < RS_HAMMING_N_VALUES; v++) begin[v + 1] += begin[v];
    list->n = begin[RS_HAMMING_N_VALUES];
    for (size_t i = 0; i < n; i++)
        if (first[i] == i) list->entry[begin[rs_hamming_value(&hashes[i], slot)]++] = (uint32_t)i;
    /* each begin has moved to its end, which is the next one's begin */
    memmove(begin + 1, begin, RS_HAMMING_N_VALUES * sizeof *begin);
    begin[0] = 0;
    const unsigned w0 = rs_hamming_check_word(slot, 0), w1 = rs_hamming_check_word(slot, 1);
    for (size_t i = 0; i < list->n; i++) {
        const rs_image_phash *hash = &hashes[list->entry[i]];
        list->check[0][i] = hash->word[w0];
        list->check[1][i] = hash->word[w1];
    }
}
