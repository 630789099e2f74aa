/* Pictures of an indexed workspace by the hash of their bytes, as the index found them: from loose
 * files, archives and archives inside archives, each opened once and read in its own order. What is
 * handed out is proven by its hash; a picture that is gone or changed is told apart from it and
 * never ends the run. */
#ifndef RS_RELEASE_ASSET_BYTES_H
#define RS_RELEASE_ASSET_BYTES_H

#include "image/pixels.h"
#include "io/io.h"
#include "session/session.h"

/* One per thread of control; the folders and archives that it opened stay open until it is closed.
 * Session and store outlive it. */
typedef struct rs_asset_bytes rs_asset_bytes;
rsift_status rs_asset_bytes_open(rs_session *session, rs_store *store, rs_asset_bytes **out,
                                 rsift_error *err);
void rs_asset_bytes_close(rs_asset_bytes *all);

/* One picture of an asking: its bytes, or why there are none. Lives as long as the call. */
typedef struct rs_asset_picture {
    size_t i;               /* its number in the list that was asked */
    rs_str bytes;           /* ptr NULL = none, see `why` */
    const rsift_error *why; /* NULL where there are bytes */
    rs_image_view view;     /* the bands that the index decided to show */
} rs_asset_picture;

/* Called once for every hash, in no stated order and by several threads at once; what it returns
 * other than RSIFT_OK ends the asking. */
typedef rsift_status rs_asset_bytes_fn(void *ctx, const rs_asset_picture *picture,
                                       rsift_error *err);

/* The pictures of n content hashes (one that is listed twice is given once, with its first number).
 * Where the workspace knows several files of equal bytes, the next one is read when one fails.
 * Memory: some hundred bytes a hash, and one picture of at most max_image a thread.
 * Errors: those of fn, of the workspace, memory, a cancel. */
rsift_status rs_asset_bytes_ask(rs_asset_bytes *all, const rs_id *hashes, size_t n,
                                rs_asset_bytes_fn *fn, void *ctx, rsift_error *err);

/* The bytes of one open member, appended to `out` and proven by their hash; {0, 0} = nothing to
 * compare with. RSIFT_E_FORMAT where they are other bytes than at the index. */
rsift_status rs_asset_read(rs_io_stream *stream, int64_t stated, rs_id content_hash,
                           const rsift_limits *limits, rs_buf *out, rsift_error *err);

#endif
