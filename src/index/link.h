/* Pictures of an indexed dataset that were not there when it was indexed. */
#ifndef RS_INDEX_LINK_H
#define RS_INDEX_LINK_H

#include "session/session.h"

/* Resolves unresolved pictures of `dataset` in `images`: a folder, an archive, or the id of another
 * indexed dataset (rsift.link/1). Errors: RSIFT_E_ARG when the dataset is not indexed here,
 * RSIFT_E_IO, RSIFT_E_NOMEM. */
rsift_status rs_index_link(rs_session *session, const char *dataset, const char *images,
                           rsift_answer *out, rsift_error *err);

#endif
