/* Is a release still what was indexed? Its files by size and time, its records and pictures by
 * their hashes. Goes on after whatever is wrong; what to do is said with it. */
#ifndef RS_RELEASE_PROOF_H
#define RS_RELEASE_PROOF_H

#include "release/proof_job.h"

/* Errors are those of the workspace, memory and a cancel; what the release makes is `wrong`. */
rsift_status rs_release_proof(rs_proof *proof, rsift_error *err);

#endif
