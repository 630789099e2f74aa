/* Reading one picture of a release for an output: its bytes as they are, hashed, and as they will
 * be written. */
#ifndef RS_EMIT_PICTURE_READ_H
#define RS_EMIT_PICTURE_READ_H

#include "emit/pictures.h"

/* What one member came to; {0} before, the owner frees both buffers. */
typedef struct rs_emit_member_read {
    rs_buf bytes;  /* as they will be written */
    rs_buf rule;   /* how they were rendered, in words */
    rs_id hash;    /* of the bytes as they are */
    rs_id written; /* of those that are written */
} rs_emit_member_read;

typedef struct rs_emit_read_options {
    const rs_image_view *view;
    const rsift_limits *limits;
} rs_emit_read_options;

/* The hash alone: a window of the bytes is held. */
rsift_status rs_emit_hash_member(rs_io_stream *stream, rs_emit_member_read *out, rsift_error *err);
/* All bytes, rendered unless the picture is plain. What has another hash than the index knows is
 * not decoded. `stated`: size that the container states, -1 = none. */
rsift_status rs_emit_read_member(rs_io_stream *stream, int64_t stated,
                                 const rs_emit_picture *picture, rs_emit_member_read *out,
                                 const rs_emit_read_options *options, rsift_error *err);

#endif
