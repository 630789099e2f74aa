/* Pictures of a release: which of them this run reads, in blocks of one part each, and the sizes of
 * all of them for the checks of regions. What one picture is stands in index/picture.h. */
#ifndef RS_INDEX_MEDIA_H
#define RS_INDEX_MEDIA_H

#include "index/claims.h"
#include "model/view.h"

#include <stdatomic.h>

/* One release's pictures while they are indexed. The caller fills the first part. */
typedef struct rs_index_media {
    rs_session *session;
    rs_store *store;
    const rs_plan *plan;
    const rs_pictures *pictures;
    rs_index_claims *claims; /* names that come to one picture; NULL where no record is read */
    int unit, n_units;       /* 1-based; 0, 0 = everything */
    bool no_hash;
    rs_str evidence;    /* of the asset rows; ptr NULL = none ("linked" for rsift link) */
    const char *family; /* parts are named "<family>-<fingerprint>-..."; NULL = "media" */

    int64_t n_read;          /* rows that this run wrote */
    _Atomic uint64_t *sizes; /* per picture, see rs_index_media_view; made by rs_index_media_run */
} rs_index_media;

/* Writes asset and asset_source rows of the pictures that are this unit's: parts
 * `media-<fingerprint>-<begin>-<end>`; finished ones are not made again. */
rsift_status rs_index_media_run(rs_index_media *media, rsift_error *err);
/* Do finished parts hold every picture, whichever unit made them? */
rsift_status rs_index_media_complete(rs_index_media *media, bool *out, rsift_error *err);
/* Size and orientation of any picture of the release: as read by this run or an earlier one; the
 * header of another unit's picture is read here. 0 x 0 = unreadable. Thread-safe. */
rsift_status rs_index_media_view(const rs_index_media *media, size_t picture, rs_view_picture *out,
                                 rsift_error *err);
/* Which unit reads each picture: units[0..pictures->n), 1-based. For n_units > 1. */
void rs_index_media_units(const rs_index_media *media, int *units);
void rs_index_media_fini(rs_index_media *media);

#endif
