/* Pictures of an indexed dataset that were not there when it was indexed. */
#ifndef RS_INDEX_LINK_H
#define RS_INDEX_LINK_H

#include "index/units.h"
#include "session/session.h"

/* Resolves unresolved pictures of `dataset` in `images`: a folder, an archive, or the id of another
 * indexed dataset (rsift.link/1); of them those of one unit ({0, 0} = all). Errors: RSIFT_E_ARG
 * when the dataset is not indexed here, RSIFT_E_IO also while it is indexed or linked by another
 * process that does the same, RSIFT_E_NOMEM. */
rsift_status rs_index_link(rs_session *session, const char *dataset, const char *images,
                           rs_index_unit unit, rsift_answer *out, rsift_error *err);

#endif
