/* Byte buffer and growable arrays. */
#include "base/buf.h"

#include "base/alloc.h"
#include "base/num.h"

#include <stdarg.h>
#include <stdio.h>

void rs_buf_fini(rs_buf *buf)
{
    rs_free(buf->ptr);
    *buf = (rs_buf){0};
}

bool rs_buf_reserve(rs_buf *buf, size_t extra)
{
    if (buf->failed) return false;
    if (buf->cap - buf->len >= extra) return true;
    size_t need;
    size_t cap = buf->cap ? buf->cap : 256;
    /* sizes that cannot exist count as out of memory */
    if (__builtin_add_overflow(buf->len, extra, &need) || need > SIZE_MAX / 2) {
        buf->failed = true;
        return false;
    }
    while (cap < need) cap *= 2;
    char *bigger = rs_realloc(buf->ptr, cap);
    if (!bigger) {
        buf->failed = true;
        return false;
    }
    buf->ptr = bigger;
    buf->cap = cap;
    return true;
}

void rs_buf_printf(rs_buf *buf, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    int n = vsnprintf(NULL, 0, fmt, args);
    va_end(args);
    if (n < 0) {
        buf->failed = true;
        return;
    }
    /* one more: vsnprintf ends its text with NUL */
    if (!rs_buf_reserve(buf, (size_t)n + 1)) return;
    va_start(args, fmt);
    vsnprintf(buf->ptr + buf->len, (size_t)n + 1, fmt, args);
    va_end(args);
    buf->len += (size_t)n;
}

void rs_buf_u64(rs_buf *buf, uint64_t v)
{
    char text[20];
    size_t i = sizeof text;
    do {
        text[--i] = (char)('0' + v % 10);
        v /= 10;
    } while (v);
    rs_buf_add(buf, text + i, sizeof text - i);
}

void rs_buf_i64(rs_buf *buf, int64_t v)
{
    if (v < 0) rs_buf_char(buf, '-');
    /* 0 - v in unsigned arithmetic also holds for INT64_MIN */
    rs_buf_u64(buf, v < 0 ? 0 - (uint64_t)v : (uint64_t)v);
}

void rs_buf_double(rs_buf *buf, double v)
{
    char text[RS_DOUBLE_SIZE];
    rs_buf_add(buf, text, rs_num_format(text, v));
}

bool rs_vec_reserve(void **items, size_t *cap, size_t need, size_t elem)
{
    if (need <= *cap) return true;
    size_t n = *cap ? *cap + *cap / 2 + 1 : 16;
    if (n < need) n = need;
    size_t bytes;
    if (__builtin_mul_overflow(n, elem, &bytes)) return false;
    void *bigger = rs_realloc(*items, bytes);
    if (!bigger) return false;
    *items = bigger;
    *cap = n;
    return true;
}
