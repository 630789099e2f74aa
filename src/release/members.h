/* Many members of one tree, each read once: those that can be opened by themselves on all threads,
 * the others in one pass over each archive, in the order in which it holds them. */
#ifndef RS_RELEASE_MEMBERS_H
#define RS_RELEASE_MEMBERS_H

#include "io/io.h"
#include "run/pipeline.h"

typedef struct rs_members {
    const rs_io_tree *tree;
    size_t n_threads;
    rs_cancel *cancel;  /* may be NULL */
    rs_io_visit_fn *fn; /* as of rs_io_visit, but called by several threads at once */
    void *ctx;
} rs_members;

/* `members`: ascending, each once. Errors: those of fn, memory, a cancel. */
rsift_status rs_members_read(const rs_members *job, const size_t *members, size_t n,
                             rsift_error *err);

#endif
