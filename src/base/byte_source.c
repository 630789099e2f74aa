/* The byte source over text in memory. */
#include "base/byte_source.h"

static rsift_status read_text(void *ctx, void *dst, size_t n, size_t *got, rsift_error *err)
{
    (void)err;
    rs_text_source *text = ctx;
    if (text->step && n > text->step) n = text->step;
    *got = n < text->rest.len ? n : text->rest.len;
    if (*got) memcpy(dst, text->rest.ptr, *got);
    text->rest = rs_str_sub(text->rest, *got, text->rest.len);
    return RSIFT_OK;
}

rs_byte_source rs_byte_source_of_text(rs_text_source *text)
{
    return (rs_byte_source){read_text, text};
}
