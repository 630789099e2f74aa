/* Just enough JSON for the shared cases: a value behind a key in a text, strings without
 * surrogates. */
#ifndef CASE_LINES_H
#define CASE_LINES_H

#include "base/buf.h"
#include "base/num.h"
#include "base/str.h"
#include "base/utf8.h"

#include <stdio.h>
#include <stdlib.h>

/* A whole file; ptr NULL when it is not there. */
static inline rs_buf case_file(const char *folder, const char *name)
{
    const char *samples = getenv("RSIFT_SAMPLES") ? getenv("RSIFT_SAMPLES") : "../shared/samples";
    char path[1024];
    snprintf(path, sizeof path, "%s/../metrics/%s/%s", samples, folder, name);
    rs_buf buf = {0};
    FILE *file = fopen(path, "rb");
    if (!file) return buf;
    rs_buf_reserve(&buf, 1);
    for (size_t n = 1; n > 0;) {
        rs_buf_reserve(&buf, 1 << 16);
        n = fread(buf.ptr + buf.len, 1, 1 << 16, file);
        buf.len += n;
    }
    fclose(file);
    return buf;
}

/* What stands behind `"key": `. */
static inline rs_str case_behind(rs_str text, const char *key)
{
    char quoted[64];
    int n = snprintf(quoted, sizeof quoted, "\"%s\"", key);
    size_t at = rs_str_find(text, rs_str_make(quoted, (size_t)n));
    if (at == RS_NPOS) return (rs_str){0};
    text = rs_str_trim(rs_str_sub(text, at + (size_t)n, text.len));
    return rs_str_trim(rs_str_sub(text, 1, text.len)); /* ':' */
}

static inline double case_number(rs_str text, const char *key)
{
    text = case_behind(text, key);
    double v = -1e300;
    text.len = rs_num_span(text);
    rs_num_double(text, &v);
    return v;
}

/* String at the start of *text, decoded into the buffer; *text moves behind it. */
static inline rs_str case_string(rs_str *text, rs_buf *out)
{
    size_t i = 1, begin = out->len;
    for (; i < text->len && text->ptr[i] != '"'; i++) {
        char c = text->ptr[i];
        if (c != '\\') {
            rs_buf_char(out, c);
        } else if (text->ptr[++i] == 'u') {
            char hex[5] = {text->ptr[i + 1], text->ptr[i + 2], text->ptr[i + 3], text->ptr[i + 4],
                           0};
            char bytes[4];
            rs_buf_add(out, bytes, rs_utf8_put(bytes, (uint32_t)strtoul(hex, NULL, 16)));
            i += 4;
        } else {
            rs_buf_char(out, text->ptr[i] == 'n' ? '\n' : text->ptr[i]);
        }
    }
    *text = rs_str_sub(*text, i + 1, text->len);
    return rs_str_make(out->ptr + begin, out->len - begin);
}

#endif
