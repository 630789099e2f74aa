/* Descriptors of indexed pictures (image/describe.h), by the hash of their bytes. */
#ifndef RS_PROXY_PICTURES_H
#define RS_PROXY_PICTURES_H

#include "base/hash.h"
#include "session/session.h"

/* Reads and decodes n pictures on all threads, within the memory for pictures.
 *   out     [n * RS_IMAGE_DESCRIPTOR]
 *   known   [n]: false where a picture is gone, changed or cannot be decoded
 * Errors: of the workspace, memory, a cancel; a picture that cannot be read is none. */
rsift_status rs_proxy_describe(rs_session *session, rs_store *store, const rs_id *hashes, size_t n,
                               float *out, bool *known, rsift_error *err);

#endif
