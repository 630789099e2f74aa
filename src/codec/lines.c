/* Lines through one window that grows only for a line larger than it. */
#include "codec/lines.h"
#include "base/alloc.h"

#include <inttypes.h>

enum { WINDOW = 256 << 10 };

/* Moves the unread rest to the window's front and reads once; a full window doubles. */
static rsift_status refill(rs_lines *l, rsift_error *err)
{
    uint64_t most = l->max_line ? l->max_line : 16 << 20;
    if (l->end > l->pos) memmove(l->window, l->window + l->pos, l->end - l->pos);
    l->base += (int64_t)l->pos;
    l->end -= l->pos;
    l->pos = 0;
    if (l->end == l->cap) {
        if (l->cap > most) {
            rs_err_set(err, RSIFT_E_LIMIT,
                       "a line exceeds the limit max_string (%" PRIu64 " bytes)", most);
            return rs_err_within(err, RSIFT_E_LIMIT, "byte %" PRId64, l->base);
        }
        size_t cap = l->cap ? l->cap * 2 : WINDOW;
        char *grown = rs_realloc(l->window, cap);
        if (!grown) return rs_err_nomem(err, "a line");
        l->window = grown;
        l->cap = cap;
    }
    size_t got = 0;
    RS_TRY(rs_byte_source_read(l->source, l->window + l->end, l->cap - l->end, &got, err));
    l->eof = got == 0;
    l->end += got;
    return RSIFT_OK;
}

rsift_status rs_lines_next(rs_lines *lines, rs_str *line, int64_t *offset, rsift_error *err)
{
    size_t scanned = 0;
    if (!lines->window) RS_TRY(refill(lines, err));
    for (;;) {
        size_t left = lines->end - lines->pos;
        const char *begin = lines->window + lines->pos;
        const char *lf = left > scanned ? memchr(begin + scanned, '\n', left - scanned) : NULL;
        /* the bytes seen already hold no line end and are not searched again */
        if (!lf && !lines->eof) {
            scanned = left;
            RS_TRY(refill(lines, err));
            continue;
        }
        if (!lf && left == 0) return RSIFT_END;
        size_t len = lf ? (size_t)(lf - begin) : left;
        *offset = lines->base + (int64_t)lines->pos;
        lines->pos += len + (lf != NULL);
        if (len && begin[len - 1] == '\r') len--;
        *line = rs_str_make(begin, len);
        return RSIFT_OK;
    }
}

void rs_lines_fini(rs_lines *lines)
{
    rs_free(lines->window);
    lines->window = NULL;
}
