/* A tar is a run of 512-byte blocks: a header, the data, the next header. Long names and sizes of
 * 8 GB and more are in extra entries before the one they belong to (pax 'x', GNU 'L'). Blocks of
 * zeros end it; an archive that simply stops behind a member is read, with a note. */
#include "io/tar.h"

#include "base/alloc.h"
#include "base/buf.h"
#include "io/disk.h"
#include "io/name.h"

#include <inttypes.h>

enum { block = 512, largest_extra = 1 << 20, window_bytes = 16 * 1024 };

typedef struct scan {
    rs_io_tree *tree;
    rs_io_nested_fn *nested;
    rs_io_container *container;
    uint32_t index;
    uint8_t *window;
    int64_t window_at;
    size_t filled;
    rs_buf name; /* from 'L' or pax, for the next member */
    bool has_name, sparse;
    int64_t n_bytes; /* from pax; -1 = the header's */
} scan;

/* The header block at `at`; *header == NULL at the archive's end. */
static rsift_status header_at(scan *s, int64_t at, const uint8_t **header, rsift_error *err)
{
    const rs_io_span *span = &s->container->span;
    *header = NULL;
    if (at >= span->n_bytes) return RSIFT_OK;
    /* headers of small members come many to a window */
    if (at < s->window_at || at + block > s->window_at + (int64_t)s->filled) {
        RS_TRY(rs_io_span_read(s->tree, span, at, s->window, window_bytes, &s->filled, err));
        s->window_at = at;
    }
    if (at + block > s->window_at + (int64_t)s->filled)
        return rs_io_damaged(err, at, "cut short inside a header");
    *header = s->window + (at - s->window_at);
    return RSIFT_OK;
}

static bool is_zero(const uint8_t *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (p[i]) return false;
    return true;
}

/* Octal text, or GNU's base 256 when the top bit is set; -1 = neither. */
static int64_t number(const uint8_t *p, size_t n)
{
    if (p[0] & 0x80) {
        uint64_t value = p[0] & 0x7f;
        for (size_t i = 1; i < n; i++) {
            if (value >> 55) return -1;
            value = value << 8 | p[i];
        }
        return (int64_t)value;
    }
    int64_t value = 0;
    size_t i = 0;
    while (i < n && p[i] == ' ') i++;
    for (; i < n && p[i] >= '0' && p[i] <= '7'; i++) value = value * 8 + (p[i] - '0');
    return i < n && p[i] != ' ' && p[i] != 0 ? -1 : value;
}

static rs_str text_field(const uint8_t *p, size_t n)
{
    const uint8_t *end = memchr(p, 0, n);
    return (rs_str){(const char *)p, end ? (size_t)(end - p) : n};
}

static void set_name(scan *s, rs_str name)
{
    s->name.len = 0;
    rs_buf_str(&s->name, name);
    s->has_name = name.len > 0;
}

/* pax: "27 path=dir/a long name.png\n", repeated. false = damaged. */
static bool parse_pax(scan *s, rs_str text)
{
    while (text.len && text.ptr[0]) {
        size_t len = 0, i = 0;
        while (i < text.len && text.ptr[i] >= '0' && text.ptr[i] <= '9' && len < largest_extra)
            len = len * 10 + (size_t)(text.ptr[i++] - '0');
        /* the number is the record's length, itself and the line end included */
        if (i == 0 || i >= text.len || text.ptr[i] != ' ' || len <= i + 1 || len > text.len)
            return false;
        rs_str record = rs_str_sub(text, i + 1, len - 1);
        text = rs_str_sub(text, len, text.len);
        rs_str key, value = record;
        if (!rs_str_split(&value, '=', &key)) return false;
        if (rs_str_eq(key, RS_STR("path"))) set_name(s, value);
        if (rs_str_starts(key, RS_STR("GNU.sparse."))) s->sparse = true;
        if (!rs_str_eq(key, RS_STR("size"))) continue;
        int64_t size = 0;
        for (size_t k = 0; k < value.len; k++) {
            if (value.ptr[k] < '0' || value.ptr[k] > '9' || size > INT64_MAX / 16) return false;
            size = size * 10 + (value.ptr[k] - '0');
        }
        s->n_bytes = size;
    }
    return true;
}

/* An 'x' or 'L' entry: its data describes the member behind it. */
static rsift_status read_extra(scan *s, char type, int64_t at, int64_t n_bytes, rsift_error *err)
{
    if (n_bytes > largest_extra) return rs_io_damaged(err, at, "a name longer than 1 MiB");
    size_t n = (size_t)n_bytes;
    char *text = rs_alloc(n);
    if (!text) return rs_err_nomem(err, "a member's name");
    rsift_status status = rs_io_span_need(s->tree, &s->container->span, at, text, n, err);
    if (status == RSIFT_OK && type == 'L') set_name(s, text_field((const uint8_t *)text, n));
    if (status == RSIFT_OK && type == 'x' && !parse_pax(s, rs_str_make(text, n)))
        status = rs_io_damaged(err, at, "a damaged pax header");
    rs_free(text);
    if (status == RSIFT_OK && s->name.failed) return rs_err_nomem(err, "a member's name");
    return status;
}

static rs_str header_name(scan *s, const uint8_t *h)
{
    if (s->has_name) return rs_buf_view(&s->name);
    rs_str name = text_field(h, 100);
    rs_str prefix = text_field(h + 345, 155);
    /* GNU's own format ("ustar  ") keeps times where ustar keeps the prefix */
    if (memcmp(h + 257, "ustar\0", 6) != 0 || prefix.len == 0) return name;
    s->name.len = 0;
    rs_buf_str(&s->name, prefix);
    rs_buf_char(&s->name, '/');
    rs_buf_str(&s->name, name);
    return rs_buf_view(&s->name);
}

static rsift_status add_regular(scan *s, rs_str name, int64_t at, int64_t n_bytes, rsift_error *err)
{
    rs_io_container *c = s->container;
    rs_io_member m = {.n_bytes = n_bytes, .file = c->file, .random = true};
    rs_io_entry entry = {.begin = at, .container = s->index};
    RS_TRY(rs_io_name_member(s->tree, c, name, &m.path, &m.chain, err));
    if (!m.path.ptr) return RSIFT_OK;
    if (s->sparse)
        return rs_io_add_note(s->tree, &c->tally.unsupported, "member-unsupported", m.chain, err,
                              "a sparse member, which rsift does not read: unpack it with tar and "
                              "open the folder");
    bool opened = false;
    if (rs_io_tree_kind(s->tree, m.path) != RS_IO_PLAIN && n_bytes <= c->span.n_bytes - at) {
        rs_io_item item = {.path = m.path, .chain = m.chain, .file = m.file, .depth = c->depth};
        if (!rs_io_span_slice(s->tree, &c->span, at, n_bytes, &item.span))
            return rs_err_nomem(err, "an archive in an archive");
        RS_TRY(s->nested(s->tree, &item, NULL, &opened, err));
    }
    return opened ? RSIFT_OK : rs_io_add_member(s->tree, &m, &entry, err);
}

static rsift_status add_entry(scan *s, char type, rs_str name, int64_t at, int64_t n_bytes,
                              rsift_error *err)
{
    bool folder = name.len && name.ptr[name.len - 1] == '/';
    if (s->name.failed) return rs_err_nomem(err, "a member's name");
    if (type == 'S') s->sparse = true;
    if ((type == 0 || type == '0' || type == '7' || type == 'S') && !folder)
        return add_regular(s, name, at, n_bytes, err);
    if (type != '1' && type != '2') return RSIFT_OK;
    rs_str path, chain;
    RS_TRY(rs_io_name_member(s->tree, s->container, name, &path, &chain, err));
    if (!path.ptr) return RSIFT_OK;
    return rs_io_add_note(s->tree, &s->container->tally.link, "link-skipped", chain, err,
                          "a link in an archive is not followed");
}

/* Some writers leave the end mark out, and a download may have stopped right here: a note. */
static rsift_status note_no_end(scan *s, rsift_error *err)
{
    return rs_io_add_note(s->tree, NULL, "archive-damaged", s->container->chain, err,
                          "the tar has no end mark: it may be cut short");
}

/* Header after header up to the end mark, the end of the bytes or damage. */
static rsift_status scan_all(scan *s, rsift_error *err)
{
    const rs_io_span *span = &s->container->span;
    int64_t at = 0;
    for (;;) {
        const uint8_t *h;
        RS_TRY(header_at(s, at, &h, err));
        if (!h) return note_no_end(s, err);
        if (is_zero(h, block)) return RSIFT_OK;
        if (!rs_io_is_tar_header(h))
            return rs_io_damaged(err, at, "not a tar header: wrong checksum");
        char type = (char)h[156];
        bool extra = type == 'x' || type == 'L' || type == 'K' || type == 'g' || type == 'X';
        int64_t size = number(h + 124, 12);
        /* pax states sizes above 8 GiB */
        if (!extra && s->n_bytes >= 0) size = s->n_bytes;
        if (type == '2' || type == '5' || type == '1') size = 0; /* they have no data */
        if (size < 0) return rs_io_damaged(err, at, "a size that is no number");
        int64_t data = at + block;
        bool complete = size <= span->n_bytes - data;
        if (type == 'x' || type == 'L') {
            if (!complete) return rs_io_damaged(err, at, "cut short inside a long name");
            RS_TRY(read_extra(s, type, data, size, err));
        } else if (!extra) {
            if (!complete) return rs_io_damaged(err, at, "cut short inside this member");
            RS_TRY(add_entry(s, type, header_name(s, h), data, size, err));
            s->has_name = s->sparse = false;
            s->n_bytes = -1;
        }
        if (!complete) return rs_io_damaged(err, at, "cut short");
        /* the next header is at a multiple of 512 bytes */
        int64_t padded =
            size > INT64_MAX - block ? INT64_MAX - block : (size + block - 1) / block * block;
        if (padded > span->n_bytes - data) padded = span->n_bytes - data;
        at = data + padded;
    }
}

rsift_status rs_io_tar_list(rs_io_tree *tree, uint32_t container, rs_io_nested_fn *nested,
                            rsift_error *err)
{
    scan s = {.tree = tree,
              .nested = nested,
              .container = tree->containers[container],
              .index = container,
              .n_bytes = -1};
    s.window = rs_alloc(window_bytes);
    if (!s.window) return rs_err_nomem(err, "a window");
    rsift_status status = scan_all(&s, err);
    rs_buf_fini(&s.name);
    rs_free(s.window);
    return status;
}
