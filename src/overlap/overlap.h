/* Which indexed pictures show the same ground: loads their hashes (table picture_hash), searches,
 * verifies, and leaves what was proved in the tables picture_pair and picture_look of rsift.duckdb
 * (store/tables.h). Verbs call it before they decide; the questions of src/decide then only read
 * tables. One side is indexed and held, the other is streamed: memory is flat in the second.
 *
 *   pixels      equal block_hash of fully decoded, undamaged pictures, in any of the 8 orientations
 *   perceptual  phash within `radius` bits in any orientation and thumbnails that correlate
 *               (similar/thumb.h). Flat pictures (water, cloud) are a list of their own: flat with
 *               flat, thumbnails all but equal; those without any detail cannot be told apart and
 *               are not looked at
 *   crop        pieces (similar/crop.h), read and decoded anew, for pairs of sets that the caller,
 *               or a sample of their pictures, makes suspect
 *
 * A picture that could not be hashed, or is damaged, is not looked at by any of them. */
#ifndef RS_OVERLAP_OVERLAP_H
#define RS_OVERLAP_OVERLAP_H

#include "session/session.h"

enum {
    RS_OVERLAP_RADIUS = 31,             /* bits, of leaks; of duplicates up to: */
    RS_OVERLAP_WIDE_PICTURES = 1000000, /* pictures, beyond which */
    RS_OVERLAP_NARROW_RADIUS = 15,      /* is the radius of duplicates */
};

typedef enum rs_overlap_crops { RS_CROPS_AUTO, RS_CROPS_ALL, RS_CROPS_NONE } rs_overlap_crops;

/* The sets that are compared are rows of the temporary table
 *   near_side(side INTEGER, name VARCHAR, content_hash UUID)
 * of the store's connection: side 0 is held (protected pictures, named by benchmark), side 1 is
 * streamed (the pool, named by dataset). A picture may be in several sets and on both sides.
 * Rows of near_suspect(a VARCHAR, b VARCHAR, why VARCHAR), names of sets, say where pieces are
 * looked for. */
typedef struct rs_overlap_job {
    rs_session *session;
    rs_store *store;  /* RS_STORE_DECIDE, no transaction open */
    const char *kind; /* of the rows of picture_look: "leak", "duplicate", "between" */
    unsigned radius;  /* bits */
    rs_overlap_crops crops;
} rs_overlap_job;

/* Every picture of side 0 with every picture of side 1. a of each pair is of side 0. What earlier
 * runs compared, and whose hashes are the same since, is not compared again.
 * Errors: of the store and the disk, RSIFT_E_CANCELLED; a picture that cannot be read is none. */
rsift_status rs_overlap_between(const rs_overlap_job *job, rsift_error *err);
/* Every two pictures of side 0; a of each pair has the smaller id, but for groups of equal
 * pictures, which are stars around their smallest. Crops are not looked for. */
rsift_status rs_overlap_within(const rs_overlap_job *job, rsift_error *err);

#endif
