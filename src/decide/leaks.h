/* How far a mixture could be checked against protected data. */
#ifndef RS_DECIDE_LEAKS_H
#define RS_DECIDE_LEAKS_H

#include "decide/protect.h"

typedef struct rs_unseen {
    int64_t n_indexed;     /* protected benchmarks with samples here */
    int64_t n_unseen;      /* of them, those that no method could look at in full */
    int64_t n_not_indexed; /* protected benchmarks of the catalogue without samples here */
} rs_unseen;

/* Counts protected benchmarks by what could be compared with the pictures that a mixture keeps.
 * In: the tables of rs_protect_make with the same `protect`. */
rsift_status rs_leaks_unseen(rs_store *store, const rs_catalog *catalog, rs_texts protect,
                             rs_str mixture_id, rs_unseen *out, rsift_error *err);

#endif
