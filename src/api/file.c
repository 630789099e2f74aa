/* See file.h. */
#include "api/file.h"

#include "io/io.h"

rsift_status rs_api_write_file(const char *path, const rs_buf *text, rsift_error *err)
{
    rs_io_out *out;
    RS_TRY(rs_io_out_open(rs_str_of(path), &out, err));
    const rsift_status status = rs_io_out_write(out, text->ptr, text->len, err);
    if (status == RSIFT_OK) return rs_io_out_commit(out, err);
    rs_io_out_discard(out);
    return status;
}
