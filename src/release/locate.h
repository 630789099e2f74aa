/* One record of a release by its reference: straight to its bytes where the reader can jump, by
 * replay where it cannot (COCO, RSVQA's triples, archives that are read from the start).
 * Whichever way, the record is proved by its hash before it is given out; a jump that finds
 * other bytes is followed by a replay, so that a stored offset may be wrong but never gives a
 * wrong sample.
 *
 * A locator belongs to one thread and one plan and keeps files and readers open between calls. A
 * replay keeps its position: records asked for in ascending order cost one reading of the source
 * together. */
#ifndef RS_RELEASE_LOCATE_H
#define RS_RELEASE_LOCATE_H

#include "release/plan.h"

typedef struct rs_locator rs_locator;

/* Where a sample is, as the table `sample` keeps it; its columns have the same names. */
typedef struct rs_sample_ref {
    rs_str source;   /* id of the source within the release */
    rs_str file;     /* logical name of the file */
    int64_t ordinal; /* of the record within the source */
    uint32_t sub;    /* which sample of the record */
    int64_t offset,
        length; /* of the record's bytes in the file; -1 = unknown or not one run of bytes */
    rs_id record_hash, sample_id;
} rs_sample_ref;

/* A sample that was found; all of it lives until the next call with the same locator. */
typedef struct rs_located {
    const rs_plan_source *source;
    const rs_raw *raw;       /* the record's bytes (content, extra, key, offset) */
    const rs_sample *sample; /* with the id that was asked for */
    bool jumped;             /* false: by replay */
} rs_located;

/* The plan must outlive the locator. Opens nothing yet. */
rsift_status rs_locator_new(const rs_plan *plan, rs_locator **out, rsift_error *err);
void rs_locator_free(rs_locator *locator); /* NULL is fine */

/* Finds the sample.
 *   errors  RSIFT_E_FORMAT "... changed since the index" when the source, the record or the sample
 *           is gone; RSIFT_E_IO of the disk; RSIFT_E_NOMEM */
rsift_status rs_locate(rs_locator *locator, const rs_sample_ref *ref, rs_located *out,
                       rsift_error *err);

#endif
