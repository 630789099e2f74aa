/* Fields of records of which nothing is kept: counted while a part is filled, told by one finding
 * for each field and part, whose `n` is the count. Readers of the table sum `n` by locator. */
#ifndef RS_INDEX_UNKEPT_H
#define RS_INDEX_UNKEPT_H

#include "model/batch.h"
#include "store/store.h"

typedef struct rs_index_unkept {
    struct {
        char name[RS_UNKEPT_BYTES];
        size_t len;
        int64_t n;
    } fields[RS_MOST_UNKEPT];
    size_t n;
    int64_t n_others; /* met of fields beyond RS_MOST_UNKEPT */
} rs_index_unkept;

void rs_index_unkept_add(rs_index_unkept *to, const rs_batch *batch);
/* Puts the findings, and begins anew. `locator`: the source's name. */
void rs_index_unkept_put(rs_index_unkept *unkept, rs_part *part, rs_str release_id, rs_str source,
                         rs_str locator);

#endif
