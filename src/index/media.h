/* Looks at every picture of a release without decoding it: header, size on disk, hash of its
 * bytes, is it whole; writes asset and asset_source parts. */
#ifndef RS_INDEX_MEDIA_H
#define RS_INDEX_MEDIA_H

#include "release/plan.h"

typedef struct rs_media_options {
    int unit, n_units; /* 1-based; 0, 0 = everything */
    bool no_hash;
    rs_str evidence;    /* of the asset rows; ptr NULL = none ("linked" for rsift link) */
    const char *family; /* parts are named "<family>-<fingerprint>-..."; NULL = "media" */
} rs_media_options;

/* Parts `media-<fingerprint>-<begin>-<end>` of the plan's release; finished ones are not made
 * again. Fills width and height of `pictures`. */
rsift_status rs_index_media(rs_session *session, rs_store *store, const rs_plan *plan,
                            rs_pictures *pictures, const rs_media_options *options,
                            rsift_error *err);

/* One row of asset for a picture that is not here, and its lineage keys. */
void rs_media_put_unresolved(rs_part *part, const rs_plan *plan, rs_id asset_id, rs_str path);
/* Lineage keys of a canonical path. */
void rs_media_put_keys(rs_part *part, const rs_plan *plan, rs_id asset_id, rs_str path);

#endif
