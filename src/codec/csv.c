/* Rows through one window: first the end of the row is found, then its fields are cut. */
#include "codec/csv.h"
#include "base/alloc.h"

#include <inttypes.h>

enum { WINDOW = 256 << 10 };

static rsift_status fail_at(const rs_csv *c, rsift_status status, rsift_error *err)
{
    rs_err_within(err, status, "byte %" PRId64, c->base + (int64_t)c->pos);
    return rs_err_within(err, status, "line %" PRId64, c->next_line + 1);
}

static rsift_status too_long(const rs_csv *c, uint64_t most, rsift_error *err)
{
    rs_err_set(err, RSIFT_E_LIMIT, "a row exceeds the limit max_record (%" PRIu64 " bytes)%s", most,
               c->state == RS_CSV_QUOTED ? "; a quote in it is still open" : "");
    return fail_at(c, RSIFT_E_LIMIT, err);
}

static rsift_status refill(rs_csv *c, rsift_error *err)
{
    const uint64_t most = c->max_row ? c->max_row : 16 << 20;
    if (c->end > c->pos) memmove(c->window, c->window + c->pos, c->end - c->pos);
    c->base += (int64_t)c->pos;
    c->end -= c->pos;
    c->pos = 0;
    /* the window is full of one row: it grows up to the limit */
    if (c->end == c->cap) {
        if (c->cap > most) return too_long(c, most, err);
        const size_t cap = c->cap ? c->cap * 2 : WINDOW;
        char *grown = rs_realloc(c->window, cap);
        if (!grown) return rs_err_nomem(err, "a row");
        c->window = grown;
        c->cap = cap;
    }
    size_t got = 0;
    RS_TRY(rs_byte_source_read(c->source, c->window + c->end, c->cap - c->end, &got, err));
    c->eof = got == 0;
    c->end += got;
    return RSIFT_OK;
}

/* The end of a row that holds quotes, from where the last call stopped. A field is quoted when
 * its first byte is a quote; a doubled quote closes it and opens it again, which comes to the same
 * here. */
static size_t quoted_end(rs_csv *c, const char *p, size_t n, char separator)
{
    for (size_t i = c->scanned; i < n; i++) {
        if (c->state == RS_CSV_QUOTED) {
            const char *quote = memchr(p + i, '"', n - i);
            if (!quote) break;
            i = (size_t)(quote - p);
            c->state = RS_CSV_CLOSED;
            continue;
        }
        if (p[i] == '\n') return i;
        if (p[i] == separator) c->state = RS_CSV_FRESH;
        else c->state = p[i] == '"' && c->state != RS_CSV_PLAIN ? RS_CSV_QUOTED : RS_CSV_PLAIN;
    }
    c->scanned = n;
    return RS_NPOS;
}

/* Length of the row at pos up to its line end, RS_NPOS = the window ends first. */
static size_t row_end(rs_csv *c, char separator)
{
    const size_t n = c->end - c->pos;
    const char *p = c->window + c->pos;
    if (n == c->scanned) return RS_NPOS;
    if (c->state == RS_CSV_FRESH) { /* most rows hold no quote at all */
        const char *lf = memchr(p + c->scanned, '\n', n - c->scanned);
        const size_t len = lf ? (size_t)(lf - p) : n;
        if (!memchr(p + c->scanned, '"', len - c->scanned)) {
            if (!lf) c->scanned = n;
            return lf ? len : RS_NPOS;
        }
        /* a quote: from the row's start again, with the field's state */
        c->scanned = 0;
    }
    return quoted_end(c, p, n, separator);
}

static int64_t count_lines(rs_str text)
{
    int64_t n = 0;
    for (const char *p = text.ptr, *end = p + text.len; (p = memchr(p, '\n', (size_t)(end - p)));
         p++)
        n++;
    return n;
}

static rsift_status skip_bom(rs_csv *c, rsift_error *err)
{
    do RS_TRY(refill(c, err));
    while (!c->eof && c->end < 3);
    if (c->end >= 3 && memcmp(c->window, "\xEF\xBB\xBF", 3) == 0) c->pos = 3;
    return RSIFT_OK;
}

rsift_status rs_csv_row(rs_csv *csv, rs_str *row, int64_t *offset, rsift_error *err)
{
    const char separator = csv->separator ? csv->separator : ',';
    if (!csv->window) RS_TRY(skip_bom(csv, err));
    for (;;) {
        const size_t len = row_end(csv, separator);
        if (len == RS_NPOS && !csv->eof) {
            RS_TRY(refill(csv, err));
            continue;
        }
        if (len == RS_NPOS && csv->pos == csv->end) return RSIFT_END;
        if (len == RS_NPOS && csv->state == RS_CSV_QUOTED) {
            rs_err_set(err, RSIFT_E_FORMAT, "a quote in this row never closes");
            return fail_at(csv, RSIFT_E_FORMAT, err);
        }
        const size_t n_row = len == RS_NPOS ? csv->end - csv->pos : len;
        *row = rs_str_make(csv->window + csv->pos, n_row);
        *offset = csv->base + (int64_t)csv->pos;
        csv->line = csv->next_line + 1;
        /* quoted fields may hold line ends */
        csv->next_line += 1 + (memchr(row->ptr, '"', row->len) ? count_lines(*row) : 0);
        csv->pos += n_row + (len != RS_NPOS);
        csv->scanned = 0;
        csv->state = RS_CSV_FRESH;
        if (row->len && row->ptr[row->len - 1] == '\r') row->len--;
        /* a blank line is no row */
        if (row->len) return RSIFT_OK;
    }
}

/* A quoted field at text[*at] without its quotes; *at moves behind it. false = broken. */
static bool quoted_field(rs_str text, size_t *at, char separator, char *out, rs_str *field)
{
    size_t i = *at + 1, n = 0;
    for (;; i++) {
        if (i == text.len) return false;
        if (text.ptr[i] == '"' && (i + 1 == text.len || text.ptr[i + 1] != '"')) break;
        /* a doubled quote means one */
        if (text.ptr[i] == '"') i++;
        out[n++] = text.ptr[i];
    }
    *at = i + 1;
    *field = rs_str_make(out, n);
    return *at == text.len || text.ptr[*at] == separator;
}

rsift_status rs_csv_cut(rs_str row, char separator, rs_arena *arena, rs_str **fields, size_t *n,
                        rsift_error *err)
{
    size_t cap = 1, at = 0;
    /* at most one field more than there are separators */
    for (size_t i = 0; i < row.len; i++) cap += row.ptr[i] == separator;
    char *copy = rs_arena_alloc(arena, row.len + 1);
    *fields = rs_arena_alloc(arena, cap * sizeof **fields);
    if (!copy || !*fields) return rs_err_nomem(err, "a row");
    *n = 0;
    for (;; at++) {
        rs_str *field = &(*fields)[(*n)++];
        const size_t begin = at;
        if (at < row.len && row.ptr[at] == '"') {
            if (!quoted_field(row, &at, separator, copy + begin, field))
                return rs_err_set(err, RSIFT_E_FORMAT, "field %zu: text follows its closing quote",
                                  *n);
        } else {
            const char *end = at < row.len ? memchr(row.ptr + at, separator, row.len - at) : NULL;
            at = end ? (size_t)(end - row.ptr) : row.len;
            if (at > begin) memcpy(copy + begin, row.ptr + begin, at - begin);
            *field = rs_str_make(copy + begin, at - begin);
        }
        if (at == row.len) return RSIFT_OK;
    }
}

rsift_status rs_csv_next(rs_csv *csv, rs_arena *arena, rs_str **fields, size_t *n, int64_t *offset,
                         rsift_error *err)
{
    rs_str row;
    RS_TRY(rs_csv_row(csv, &row, offset, err));
    const rsift_status status =
        rs_csv_cut(row, csv->separator ? csv->separator : ',', arena, fields, n, err);
    if (status == RSIFT_OK) return status;
    return rs_err_within(err, status, "line %" PRId64 " > byte %" PRId64, csv->line, *offset);
}

void rs_csv_fini(rs_csv *csv)
{
    rs_free(csv->window);
    csv->window = NULL;
}

void rs_csv_put_field(rs_buf *out, rs_str text)
{
    bool plain = true;
    for (size_t i = 0; i < text.len; i++) plain = plain && !memchr("\",\r\n", text.ptr[i], 4);
    if (plain) {
        rs_buf_str(out, text);
        return;
    }
    rs_buf_char(out, '"');
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '"') rs_buf_char(out, '"');
        rs_buf_char(out, text.ptr[i]);
    }
    rs_buf_char(out, '"');
}
