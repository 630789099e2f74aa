/* Names that come to one picture. "im1/a.png" and "im2/a.png" are two pictures, and a flat a.png is
 * at most one of them: a name that its picture shows only in part counts when no other name of the
 * release means the same picture. That is known when all names are: the first such name makes one
 * pass over the records, which no release needs whose pictures are named as they lie. */
#ifndef RS_INDEX_CLAIMS_H
#define RS_INDEX_CLAIMS_H

#include "release/plan.h"

typedef struct rs_index_claims rs_index_claims; /* shared by threads */

/* The plan and the pictures outlive it. NULL = out of memory. */
rs_index_claims *rs_index_claims_new(rs_session *session, const rs_plan *plan,
                                     const rs_pictures *pictures);
/* Do several names of the release's records mean picture `at`? */
rsift_status rs_index_claims_several(rs_index_claims *claims, size_t at, bool *several,
                                     rsift_error *err);
void rs_index_claims_free(rs_index_claims *claims);

#endif
