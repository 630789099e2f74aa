/* An image-disjoint split of a dataset whose official one is not: pictures that show the same, with
 * all samples about them, go to one side. */
#ifndef RS_DECIDE_RESPLIT_H
#define RS_DECIDE_RESPLIT_H

#include "base/buf.h"
#include "catalog/catalog.h"
#include "store/store.h"

typedef struct rs_resplit_share {
    rs_str name;
    double share; /* of the samples, 0..1 */
} rs_resplit_share;

enum { RS_RESPLIT_MOST_SPLITS = 64 };

/* The scheme that a recipe's `split_files` are read as. */
#define RS_RESPLIT_SCHEME "resplit"

typedef struct rs_resplit_job {
    rs_store *store; /* which is only read */
    const rs_catalog *catalog;
    rs_str dataset;
    rs_str scheme; /* of the official split; empty = the only one */
    uint64_t seed;
    const rs_resplit_share *shares; /* none: every split keeps about its size */
    size_t n_shares;
    bool by_scene; /* crops of one picture are kept together too, by lineage */
} rs_resplit_job;

/* Groups are connected over bytes, names, and the pairs of picture_pair (pixels, perceptual,
 * embedding, crop), and over samples with several pictures: everything that may be the same,
 * since what is too much together harms less than what is apart. A group that lies in one
 * official split stays there. One that lies in several goes where most of its samples are (ties
 * by hash of seed and group). With shares, groups are then moved, in the order of that hash, as
 * far as it brings the splits nearer to them.
 *
 * `csv` gets "sample_id,split,was,cluster,original_id,picture", ordered by sample id; `json` the
 * answer (docs/cli.md, rsift.resplit/1). *n_moved: samples in another split than before. Errors:
 * RSIFT_E_ARG for a dataset that is not indexed, a scheme that is not there or not named where
 * there are several, and no shares where there is no split. */
rsift_status rs_decide_resplit(const rs_resplit_job *job, rs_buf *csv, rs_buf *json,
                               int64_t *n_moved, rsift_error *err);

/* From here on the splits of these files (paths) are splits of the scheme `resplit` on this
 * connection. RSIFT_E_FORMAT for a file that is none, RSIFT_E_ARG for one without a sample that is
 * here. */
rsift_status rs_resplit_use_files(rs_store *store, rs_texts files, rsift_error *err);

#endif
