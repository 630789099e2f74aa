/* A growable byte buffer. Appending after a failed append does nothing; check `failed` once. */
#ifndef RS_BASE_BUF_H
#define RS_BASE_BUF_H

#include "base/err.h"
#include "base/str.h"

#include <stdbool.h>

typedef struct rs_buf {
    char *ptr;
    size_t len, cap;
    bool failed; /* out of memory */
} rs_buf;

void rs_buf_fini(rs_buf *buf);
bool rs_buf_reserve(rs_buf *buf, size_t extra);
static inline void rs_buf_add(rs_buf *buf, const void *bytes, size_t n)
{
    if (n == 0 || buf->failed) return;
    if (buf->cap - buf->len < n && !rs_buf_reserve(buf, n)) return;
    memcpy(buf->ptr + buf->len, bytes, n);
    buf->len += n;
}
static inline void rs_buf_str(rs_buf *buf, rs_str s)
{
    rs_buf_add(buf, s.ptr, s.len);
}
static inline void rs_buf_cstr(rs_buf *buf, const char *s)
{
    rs_buf_str(buf, rs_str_of(s));
}
static inline void rs_buf_char(rs_buf *buf, char c)
{
    rs_buf_add(buf, &c, 1);
}
void rs_buf_printf(rs_buf *buf, const char *fmt, ...) RS_PRINTF(2, 3);
void rs_buf_u64(rs_buf *buf, uint64_t v);
void rs_buf_i64(rs_buf *buf, int64_t v);
/* Shortest decimal text that reads back as the same double ("1", "0.1", "1e+300"). */
void rs_buf_double(rs_buf *buf, double v);
static inline rs_str rs_buf_view(const rs_buf *buf)
{
    return (rs_str){buf->ptr, buf->len};
}

/* Grows a heap array by doubling; false = out of memory, nothing changed. */
bool rs_vec_reserve(void **items, size_t *cap, size_t need, size_t elem);
#define RS_VEC_RESERVE(items, cap, need) \
    rs_vec_reserve((void **)&(items), &(cap), (need), sizeof *(items))

#endif
