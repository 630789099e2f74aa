/* What a mixture is made of: sources, which are indexed datasets or tasks of them, with the samples
 * that each has to give. */
#ifndef RS_DECIDE_SOURCES_H
#define RS_DECIDE_SOURCES_H

#include "decide/candidates.h"

typedef struct rs_source {
    rs_str name;    /* "dataset" or "dataset:task" */
    rs_str dataset; /* part of the name */
    bool has_task;  /* else all tasks */
    rs_task task;
    int64_t supply; /* usable samples; -1 = the dataset is not indexed here */
} rs_source;

typedef struct rs_sources {
    rs_source *items; /* by name; in the arena */
    size_t n;
} rs_sources;

/* The source of this name. RSIFT_E_ARG for a task that there is not; a dataset that is not indexed,
 * or may not be chosen, has supply -1 or 0. `pool` NULL = nothing is indexed. */
rsift_status rs_source_of(const rs_pool *pool, rs_str name, rs_source *out, rsift_error *err);

/* The sources that are named; without names every indexed dataset that can be chosen, or each of
 * its tasks. RSIFT_E_ARG for one that is named twice, is not indexed, or has nothing usable. */
rsift_status rs_sources_list(const rs_pool *pool, rs_texts names, bool by_task, rs_sources *out,
                             rsift_error *err);

/* A line of `datasets` in a recipe. */
void rs_source_put_entry(rs_buf *recipe, const rs_source *source, int64_t samples);

#endif
