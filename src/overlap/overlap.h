/* Which indexed pictures show the same ground: loads their hashes (table picture_hash), searches,
 * verifies, and leaves what was proved in the tables picture_pair and picture_look of rsift.duckdb
 * (store/tables.h). Verbs call it before they decide; the questions of src/decide then only read
 * tables. One side is indexed and held, the other is streamed: memory is flat in the second.
 *
 *   pixels      equal block_hash of fully decoded, undamaged pictures, in any of the 8 orientations
 *   perceptual  phash within `radius` bits in any orientation and thumbnails that correlate
 *               (similar/thumb.h). Flat pictures (calm water, no data) are a list of their own:
 *               flat with flat, thumbnails all but equal. What is found there is proved, but most
 *               of them cannot be told apart, so that they do not count as looked at
 *   crop        pieces (similar/crop.h), read and decoded anew, for pairs of sets that the caller,
 *               or a sample of their pictures, makes suspect
 *
 * A picture that could not be hashed, or is damaged, is not looked at by any of them. */
#ifndef RS_OVERLAP_OVERLAP_H
#define RS_OVERLAP_OVERLAP_H

#include "overlap/job.h"

/* Every picture of side 0 with every picture of side 1. a of each pair is of side 0. What earlier
 * runs compared, and whose hashes are the same since, is not compared again.
 * Errors: of the store and the disk, RSIFT_E_CANCELLED; a picture that cannot be read is none. */
rsift_status rs_overlap_between(const rs_overlap_job *job, rsift_error *err);
/* Every two pictures of side 0; a of each pair has the smaller id, but for groups of equal
 * pictures, which are stars around their smallest. Crops are not looked for. */
rsift_status rs_overlap_within(const rs_overlap_job *job, rsift_error *err);

#endif
