/* index: a planned release -> parts of the workspace. */
#ifndef RS_INDEX_INDEX_H
#define RS_INDEX_INDEX_H

#include "release/plan.h"

typedef struct rs_index_run_options {
    int unit, n_units; /* 1-based; 0, 0 = everything */
    bool no_text, no_hash, no_signals;
    bool hash; /* pictures are decoded and hashed when everything is read (index/hash.h) */
} rs_index_run_options;

typedef struct rs_index_report {
    int64_t n_pictures, n_samples;
    int64_t n_sources, n_sources_kept; /* kept: were complete in the workspace already */
    rs_count counts;                   /* of what this run read */
    int64_t n_pictures_read;           /* looked at by this run */
    size_t n_repaired;                 /* parts that did not prove and were taken out first */
    bool pending; /* staged: readers see the release as it was, other units are missing */
    int64_t n_hashed, n_hash_failed, n_hash_changed; /* with options.hash: of this run */
    bool release_written; /* its files or choices are not those of an earlier run */
} rs_index_report;

/* Gives the plan's sources the meanings of their box numbers. */
rsift_status rs_index_run(rs_session *session, rs_store *store, rs_plan *plan,
                          const rs_index_run_options *options, rs_index_report *report,
                          rsift_error *err);

#endif
