/* A picture that is copied or rendered is held in memory once. */
#include "emit/picture_read.h"

#include "emit/picture_render.h"

rsift_status rs_emit_hash_member(rs_io_stream *stream, rs_emit_member_read *out, rsift_error *err)
{
    enum { WINDOW_BYTES = 1 << 20 };
    rs_hasher hasher;
    rs_hash_start(&hasher);
    if (!rs_buf_reserve(&out->bytes, WINDOW_BYTES)) return rs_err_nomem(err, "a picture");
    for (size_t got = 1; got;) {
        RS_TRY(rs_io_read(stream, out->bytes.ptr, WINDOW_BYTES, &got, err));
        rs_hash_bytes(&hasher, out->bytes.ptr, got);
    }
    out->hash = out->written = rs_hash_end(&hasher);
    return RSIFT_OK;
}

rsift_status rs_emit_read_member(rs_io_stream *stream, int64_t stated,
                                 const rs_emit_picture *picture, rs_emit_member_read *out,
                                 const rs_emit_read_options *options, rsift_error *err)
{
    RS_TRY(rs_io_read_all(stream, stated, rs_image_max_cost(options->limits), &out->bytes, err));
    out->hash = out->written = rs_hash128(out->bytes.ptr, out->bytes.len);
    if (picture->plain) return RSIFT_OK;
    if (picture->has_hash && !rs_id_eq(picture->content_hash, out->hash)) return RSIFT_OK;
    RS_TRY(rs_emit_render_picture(picture, options->view, options->limits, &out->bytes, &out->rule,
                                  err));
    out->written = rs_hash128(out->bytes.ptr, out->bytes.len);
    return RSIFT_OK;
}
