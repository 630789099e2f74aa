/* Rows of table finding: the one place that puts them, and the cap on how many a source keeps. */
#ifndef RS_INDEX_FINDING_H
#define RS_INDEX_FINDING_H

#include "model/finding.h"
#include "store/store.h"

/* One finding as it is stored. Ids may be NULL, texts may have ptr NULL. */
typedef struct rs_index_finding {
    rs_finding_code code;
    rs_str release_id, source;
    const rs_id *sample, *asset;
    rs_str locator, message; /* bytes that are not UTF-8 are replaced */
    int64_t n;               /* how many findings the row stands for */
    bool rest;               /* those beyond the cap */
} rs_index_finding;

void rs_index_put_finding(rs_part *part, const rs_index_finding *finding);

/* How many findings of each code a source has stored, and how many came after the cap. */
typedef struct rs_index_cap {
    int64_t most; /* of one code and source */
    int64_t stored[RS_N_FINDINGS];
    int64_t rest[RS_N_FINDINGS]; /* since the last rs_index_put_rest */
} rs_index_cap;

/* Counts one finding; false when it is not to be stored but counted in `rest`. */
bool rs_index_cap_admits(rs_index_cap *cap, rs_finding_code code);
/* One row for each code that has a rest; the rest is zero afterwards. */
void rs_index_put_rest(rs_part *part, rs_index_cap *cap, rs_str release_id, rs_str source,
                       rs_str locator);
/* Findings that finished parts of the source hold count towards the cap, so that a resumed run
 * stores the same ones. */
rsift_status rs_index_cap_load(rs_index_cap *cap, rs_store *store, rs_str release_id, rs_str source,
                               rsift_error *err);

#endif
