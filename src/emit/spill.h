/* Sorting more records than fit in memory: runs of bounded size are sorted and written to unlinked
 * temporary files, then merged. Order is by (key, id, repeat), which is unique. One thread. */
#ifndef RS_EMIT_SPILL_H
#define RS_EMIT_SPILL_H

#include "base/err.h"
#include "base/hash.h"

typedef struct rs_emit_spill rs_emit_spill;

/* `dir`: where runs may be written; `memory`: bytes of records held (0 = 48 MiB). */
rsift_status rs_emit_spill_new(rs_str dir, size_t memory, rs_emit_spill **out, rsift_error *err);
void rs_emit_spill_free(rs_emit_spill *spill);

/* Copies one record. RSIFT_E_LIMIT above 4 GiB or 512 runs. */
rsift_status rs_emit_spill_add(rs_emit_spill *spill, uint64_t key, rs_id id, uint32_t repeat,
                               rs_str record, rsift_error *err);

/* All records in order; `fn`'s error stops. May be called once, after the last add. */
typedef rsift_status rs_emit_spill_fn(void *ctx, rs_id id, uint32_t repeat, rs_str record,
                                      rsift_error *err);
rsift_status rs_emit_spill_each(rs_emit_spill *spill, rs_emit_spill_fn *fn, void *ctx,
                                rsift_error *err);
/* How many records were added. */
int64_t rs_emit_spill_n(const rs_emit_spill *spill);

#endif
