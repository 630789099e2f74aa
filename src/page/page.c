/* See page.h. */
#include "page/page.h"

#include "base/embedded.h"
#include "base/err.h"
#include "base/escape.h"

#include <inttypes.h>
#include <stdio.h>

void rs_page_put_text(rs_buf *b, rs_str text)
{
    rs_escape_put(b, RS_ESCAPE_HTML, text);
}

void rs_page_put_file(rs_buf *b, const char *name)
{
    const rs_embedded *file = rs_embedded_find(name);
    RS_ASSERT(file);
    rs_buf_add(b, file->data, file->len);
}

void rs_page_put_count(rs_buf *b, int64_t n)
{
    char digits[24];
    const int len = snprintf(digits, sizeof digits, "%" PRId64, n);
    for (int i = 0; i < len; i++) {
        if (i > 0 && digits[i - 1] != '-' && (len - i) % 3 == 0) rs_buf_char(b, ',');
        rs_buf_char(b, digits[i]);
    }
}

void rs_page_begin(rs_buf *b, const rs_page_head *head)
{
    /* The policy lets the page load nothing, whatever stands in it. */
    rs_buf_cstr(b, "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta "
                   "http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src "
                   "data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'\"><meta "
                   "name=\"viewport\" content=\"width=device-width,initial-scale=1\"><meta "
                   "name=\"color-scheme\" content=\"light dark\"><title>");
    rs_page_put_text(b, rs_str_of(head->title));
    rs_buf_cstr(b, "</title><style>");
    rs_page_put_file(b, "src/page/page.css");
    if (head->style) rs_page_put_file(b, head->style);
    rs_buf_printf(b, "</style></head>\n<body%s%s%s>", head->body_class ? " class=\"" : "",
                  head->body_class ? head->body_class : "", head->body_class ? "\"" : "");
}

void rs_page_put_data(rs_buf *b, const char *id, rs_str json)
{
    rs_buf_printf(b, "<script type=\"application/json\" id=\"%s\">", id);
    /* no "<" may end the element or open a comment in it */
    for (size_t i = 0; i < json.len; i++) {
        if (json.ptr[i] == '<') rs_buf_cstr(b, "\\u003c");
        else rs_buf_char(b, json.ptr[i]);
    }
    rs_buf_cstr(b, "</script>\n");
}
