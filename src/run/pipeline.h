/* Ordered parallel work: one thread at a time produces items, any thread works on them, and they
 * are consumed one by one in the order in which they were produced. Memory is bounded: at most
 * n_threads + 2 items exist. Output therefore never depends on the number of threads. */
#ifndef RS_RUN_PIPELINE_H
#define RS_RUN_PIPELINE_H

#include "base/err.h"
#include "run/cancel.h"

typedef struct rs_pipeline {
    size_t item_size; /* bytes of one item; zeroed once, then reused by produce again and again */
    size_t n_threads; /* 0 = one per core */
    void *ctx;
    rs_cancel *cancel; /* may be NULL */
    /* Fills the next item; RSIFT_END when there is none (the item is then not used). Never called
     * by two threads at once. */
    rsift_status (*produce)(void *ctx, void *item, rsift_error *err);
    /* Works on one item; called by many threads at once, each with its own item. */
    rsift_status (*work)(void *ctx, void *item, rsift_error *err);
    /* Receives the results in order; never called by two threads at once. */
    rsift_status (*consume)(void *ctx, void *item, rsift_error *err);
    void (*fini)(void *ctx, void *item); /* frees what an item owns; at the very end */
} rs_pipeline;

/* Runs to the end or to the first error in item order (so that errors are deterministic too). */
rsift_status rs_run_pipeline(const rs_pipeline *pipeline, rsift_error *err);

/* What the item of rs_run_ranges begins with: the numbers [begin, end). */
typedef struct rs_range {
    size_t begin, end;
} rs_range;

/* The same work on the numbers [0, n), `most` of them an item; one thread when one item holds all.
 * `produce` is not called, `consume` may be NULL; item_size is at least that of an rs_range. */
rsift_status rs_run_ranges(const rs_pipeline *pipeline, size_t n, size_t most, rsift_error *err);

size_t rs_run_n_cores(void); /* cores this process may use (affinity and cgroup), at least 1 */

#endif
