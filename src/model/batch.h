/* A batch: some hundreds of samples with their findings and counts, made by one thread and handed
 * on as one, then reset and filled again. Its texts and lists live in its arena until the reset. */
#ifndef RS_MODEL_BATCH_H
#define RS_MODEL_BATCH_H

#include "model/finding.h"
#include "model/sample.h"

#define RS_MAX_PASSES 4

/* A box whose numbers have no meaning yet: for the decision over the whole source. */
typedef struct rs_open_box {
    int32_t sample, asset; /* asset -1 = not known */
    rs_str spelling;       /* static or in the arena */
    const double *numbers; /* in the arena */
    uint32_t n_numbers;
} rs_open_box;

/* A field that records carry and of which nothing is kept. */
typedef struct rs_unkept {
    rs_str name; /* "dataset", "conversations[].score"; empty = of those beyond RS_MOST_UNKEPT */
    int64_t n;   /* how often it was met */
} rs_unkept;
enum { RS_MOST_UNKEPT = 64, RS_UNKEPT_BYTES = 96 };

typedef struct rs_batch {
    rs_arena arena;
    rs_sample *samples;
    size_t n_samples, cap_samples;
    rs_finding *findings;
    size_t n_findings, cap_findings;
    rs_open_box *open_boxes;
    size_t n_open_boxes, cap_open_boxes;
    rs_unkept unkept[RS_MOST_UNKEPT + 1]; /* in the order of their first record */
    size_t n_unkept, next_unkept;         /* where the next one is looked for first */
    rs_count counts[RS_MAX_PASSES];       /* by pass of the reader */
} rs_batch;

void rs_batch_fini(rs_batch *batch);
void rs_batch_reset(rs_batch *batch);

/* A zeroed sample appended to the batch; NULL = out of memory. The pointer is good until the next
 * add. */
rs_sample *rs_batch_add(rs_batch *batch);
/* Removes the newest sample (its record turned out to be unusable). */
void rs_batch_drop(rs_batch *batch);
/* A zeroed box appended; NULL = out of memory. The pointer is good until the next. */
rs_open_box *rs_batch_open_box(rs_batch *batch);
/* Counts a field that is not kept; of a long name the beginning. */
rsift_status rs_batch_unkept(rs_batch *batch, rs_str prefix, rs_str name, rsift_error *err);
/* Appends the finding with a printf-like message; its other fields are set by the caller (sample
 * and asset -1 = none), `where` is copied. */
rsift_status rs_batch_find(rs_batch *batch, const rs_finding *finding, rsift_error *err,
                           const char *fmt, ...) RS_PRINTF(4, 5);

#endif
