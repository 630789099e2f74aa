/* Rows through one window: first the end of the row is found, then its fields are cut. */
#include "codec/csv.h"
#include "base/alloc.h"

#include <inttypes.h>

enum { WINDOW = 256 << 10 };

static rsift_status fail_at(const rs_csv *c, size_t at, rsift_status status, const char *why, rsift_error *err)
{
    rs_err_set(err, status, "%s", why);
    return rs_err_within(err, status, "byte %" PRId64, c->base + (int64_t)at);
}

static rsift_status refill(rs_csv *c, rsift_error *err)
{
    uint64_t most = c->max_row ? c->max_row : 16 << 20;
    if (c->end > c->pos) memmove(c->window, c->window + c->pos, c->end - c->pos);
    c->base += (int64_t)c->pos;
    c->end -= c->pos;
    c->pos = 0;
    if (c->end == c->cap) {
        if (c->cap > most) return fail_at(c, 0, RSIFT_E_LIMIT, "a row exceeds the limit max_string", err);
        size_t cap = c->cap ? c->cap * 2 : WINDOW;
        char *grown = rs_realloc(c->window, cap);
        if (!grown) return rs_err_nomem(err, "a row");
        c->window = grown;
        c->cap = cap;
    }
    size_t got = 0;
    RS_TRY(c->read(c->ctx, c->window + c->end, c->cap - c->end, &got, err));
    c->eof = got == 0;
    c->end += got;
    return RSIFT_OK;
}

/* Length of the row at pos up to its line end, RS_NPOS = the window ends first. A field is quoted when
 * its first byte is a quote. *open tells whether a quote is open at the window's end. */
static size_t row_end(const rs_csv *c, char separator, bool *open)
{
    bool quoted = false, at_begin = true;
    size_t n = c->end - c->pos;
    const char *p = c->window + c->pos;
    for (size_t i = 0; i < n; i++) {
        if (quoted) {
            if (p[i] != '"') continue;
            if (i + 1 < n && p[i + 1] == '"') i++;
            else quoted = false;
            continue;
        }
        if (p[i] == '\n') return i;
        if (p[i] == '"' && at_begin) quoted = true;
        at_begin = p[i] == separator;
    }
    *open = quoted;
    return RS_NPOS;
}

/* A quoted field at text[*at] without its quotes; *at moves behind it. false = broken. */
static bool quoted_field(rs_str text, size_t *at, char separator, char *out, rs_str *field)
{
    size_t i = *at + 1, n = 0;
    for (;; i++) {
        if (i == text.len) return false;
        if (text.ptr[i] == '"' && (i + 1 == text.len || text.ptr[i + 1] != '"')) break;
        if (text.ptr[i] == '"') i++;
        out[n++] = text.ptr[i];
    }
    *at = i + 1;
    *field = rs_str_make(out, n);
    return *at == text.len || text.ptr[*at] == separator;
}

static rsift_status cut_fields(const rs_csv *c, rs_arena *arena, rs_str row, char separator, rs_str **fields,
                               size_t *n, rsift_error *err)
{
    size_t cap = 1, at = 0;
    for (size_t i = 0; i < row.len; i++) cap += row.ptr[i] == separator;
    char *copy = rs_arena_alloc(arena, row.len + 1);
    *fields = rs_arena_calloc(arena, cap, sizeof **fields);
    if (!copy || !*fields) return rs_err_nomem(err, "a row");
    *n = 0;
    for (;; at++) {
        rs_str *field = &(*fields)[(*n)++];
        size_t begin = at;
        if (at < row.len && row.ptr[at] == '"') {
            if (!quoted_field(row, &at, separator, copy + begin, field))
                return fail_at(c, c->pos + begin, RSIFT_E_FORMAT, "a quoted field does not end well", err);
        } else {
            while (at < row.len && row.ptr[at] != separator) at++;
            if (at > begin) memcpy(copy + begin, row.ptr + begin, at - begin);
            *field = rs_str_make(copy + begin, at - begin);
        }
        if (at == row.len) return RSIFT_OK;
    }
}

rsift_status rs_csv_next(rs_csv *csv, rs_arena *arena, rs_str **fields, size_t *n, int64_t *offset,
                         rsift_error *err)
{
    char separator = csv->separator ? csv->separator : ',';
    if (!csv->window) RS_TRY(refill(csv, err));
    for (;;) {
        bool open = false;
        size_t len = row_end(csv, separator, &open);
        if (len == RS_NPOS && !csv->eof) {
            RS_TRY(refill(csv, err));
            continue;
        }
        if (len == RS_NPOS && csv->pos == csv->end) return RSIFT_END;
        if (len == RS_NPOS && open)
            return fail_at(csv, csv->pos, RSIFT_E_FORMAT, "a quote in this row never closes", err);
        size_t whole = len == RS_NPOS ? csv->end - csv->pos : len;
        rs_str row = rs_str_make(csv->window + csv->pos, whole);
        if (csv->base + (int64_t)csv->pos == 0 && rs_str_starts(row, RS_STR("\xEF\xBB\xBF")))
            row = rs_str_sub(row, 3, row.len);
        if (row.len && row.ptr[row.len - 1] == '\r') row.len--;
        *offset = csv->base + (int64_t)csv->pos;
        rsift_status status = RSIFT_OK;
        if (row.len) status = cut_fields(csv, arena, row, separator, fields, n, err);
        csv->pos += whole + (len != RS_NPOS);
        if (row.len) return status;
    }
}

void rs_csv_fini(rs_csv *csv)
{
    rs_free(csv->window);
    csv->window = NULL;
}
