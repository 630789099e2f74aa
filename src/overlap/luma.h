/* Pictures by their content hashes as 8-bit luma, decoded within the image budget. Private to this
 * room. */
#ifndef RS_OVERLAP_LUMA_H
#define RS_OVERLAP_LUMA_H

#include "overlap/job.h"
#include "release/asset_bytes.h"
#include "similar/crop.h"

#include <stdatomic.h>

/* Called by several threads at once for every picture that could be decoded; i is its number in the
 * list. `luma` lives until the call returns. */
typedef rsift_status rs_luma_fn(void *ctx, size_t i, const rs_luma *luma, rsift_error *err);

typedef struct rs_luma_asking {
    rs_session *session;
    rs_asset_bytes *bytes;
    const rs_id *hashes; /* of contents, each once */
    size_t n;
    rs_progress *progress; /* counts pictures; may be NULL */
    atomic_bool *unread;   /* set when a file is not there, or is another one; may be NULL */
} rs_luma_asking;

/* All pictures of the asking. One that cannot be read or decoded, or is damaged, is left out: that
 * is no error. */
rsift_status rs_overlap_each_luma(const rs_luma_asking *asking, rs_luma_fn *fn, void *ctx,
                                  rsift_error *err);

#endif
