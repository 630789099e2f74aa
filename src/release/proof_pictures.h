/* Are the pictures of a release those that were indexed? */
#ifndef RS_RELEASE_PROOF_PICTURES_H
#define RS_RELEASE_PROOF_PICTURES_H

#include "release/plan.h"
#include "release/proof_job.h"

/* Every picture that the index found must be where it was, of its size and, when the proof is deep,
 * with its bytes. Counts in proof->pictures. */
rsift_status rs_proof_pictures(rs_proof *proof, const rs_plan *plan, rsift_error *err);

#endif
