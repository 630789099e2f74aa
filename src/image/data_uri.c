/* See data_uri.h. */
#include "image/data_uri.h"

/* Three bytes are four letters of 6 bits; "=" fills the last group. */
static void put_base64(rs_buf *b, const unsigned char *p, size_t n)
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < n; i += 3) {
        /* Bytes behind the end count as 0. */
        uint32_t v = (uint32_t)p[i] << 16 | (i + 1 < n ? (uint32_t)p[i + 1] << 8 : 0) |
                     (i + 2 < n ? p[i + 2] : 0);
        char four[4] = {letters[v >> 18], letters[v >> 12 & 63],
                        i + 1 < n ? letters[v >> 6 & 63] : '=', i + 2 < n ? letters[v & 63] : '='};
        rs_buf_add(b, four, 4);
    }
}

void rs_image_put_jpeg_uri(rs_buf *out, rs_str jpeg)
{
    rs_buf_cstr(out, "data:image/jpeg;base64,");
    put_base64(out, (const unsigned char *)jpeg.ptr, jpeg.len);
}
