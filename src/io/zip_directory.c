/* Quirks met in releases: archives of more than 65535 members by tools without zip64 (the 16-bit
 * count wraps, so the directory's size decides), bytes in front of the archive, pieces of a split
 * zip, whose offsets count from the piece. */
#include "io/zip_directory.h"

#include "base/alloc.h"
#include "base/cur.h"
#include "io/disk.h"

#include <inttypes.h>

enum {
    sig_central = 0x02014b50,
    sig_end64 = 0x06064b50,
    sig_locator = 0x07064b50,
    end_bytes = 22,
    end64_bytes = 56,
    locator_bytes = 20,
    central_bytes = 46,
    window_bytes = 512 * 1024,
    largest_central = central_bytes + 3 * 65535,
};

/* The end record ---- */

/* Where disk `i` of a split zip begins in the span. */
static bool disk_begin(const rs_io_container *c, uint64_t i, int64_t *begin)
{
    *begin = 0;
    if (i == 0 || !c->volumes) return i == 0;
    if (i >= c->span.n_segments) return false;
    *begin = c->span.segments[i].begin;
    return true;
}

/* Finds the directory of a zip64 archive; *out stays as it is when the archive is not one. */
static rsift_status read_end64(const rs_io_tree *tree, const rs_io_container *c, int64_t end_at,
                               rs_io_zip_directory *out, rsift_error *err)
{
    uint8_t bytes[end64_bytes];
    if (end_at < locator_bytes) return RSIFT_OK;
    RS_TRY(rs_io_span_need(tree, &c->span, end_at - locator_bytes, bytes, locator_bytes, err));
    rs_cur cur = rs_cur_of(bytes, locator_bytes);
    if (rs_cur_u32le(&cur) != sig_locator) return RSIFT_OK;
    uint64_t disk = rs_cur_u32le(&cur);
    uint64_t offset = rs_cur_u64le(&cur);
    int64_t base;
    int64_t near = end_at - locator_bytes - end64_bytes;
    if (near < 0) return rs_io_damaged(err, end_at, "a zip64 end record that cannot be there");
    int64_t at = near;
    if (disk_begin(c, disk, &base) && offset <= (uint64_t)(near - (base < near ? base : near)))
        at = base + (int64_t)offset;
    RS_TRY(rs_io_span_need(tree, &c->span, at, bytes, end64_bytes, err));
    cur = rs_cur_of(bytes, end64_bytes);
    if (rs_cur_u32le(&cur) != sig_end64) {
        at = near; /* offsets do not count bytes in front of the archive */
        RS_TRY(rs_io_span_need(tree, &c->span, at, bytes, end64_bytes, err));
        cur = rs_cur_of(bytes, end64_bytes);
        if (rs_cur_u32le(&cur) != sig_end64)
            return rs_io_damaged(err, at, "the zip64 end record is missing");
    }
    (void)rs_cur_take(&cur, 8 + 2 + 2 + 4); /* size of this record, versions, this disk */
    disk = rs_cur_u32le(&cur);
    (void)rs_cur_take(&cur, 8); /* entries on this disk */
    uint64_t n = rs_cur_u64le(&cur), n_bytes = rs_cur_u64le(&cur), begin = rs_cur_u64le(&cur);
    if (!disk_begin(c, disk, &base) || n > INT64_MAX || n_bytes > (uint64_t)at ||
        begin > (uint64_t)at - n_bytes)
        return rs_io_damaged(err, at, "the zip64 end record points outside the archive");
    *out = (rs_io_zip_directory){base + (int64_t)begin, (int64_t)n_bytes, (int64_t)n, 0, true};
    return RSIFT_OK;
}

/* Offset of the end record in the last bytes of the archive; RS_NPOS = none. */
static size_t find_end(const uint8_t *tail, size_t n)
{
    /* from the back: a comment may hold the signature too, so its length must reach to the end
     * at most */
    for (size_t i = n < end_bytes ? 0 : n - end_bytes + 1; i-- > 0;) {
        if (tail[i] != 'P' || tail[i + 1] != 'K' || tail[i + 2] != 5 || tail[i + 3] != 6) continue;
        size_t comment = (size_t)(tail[i + 20] | tail[i + 21] << 8);
        if (i + end_bytes + comment <= n) return i;
    }
    return RS_NPOS;
}

/* A directory whose offset misses its signature may lie right before the end record. */
static rsift_status settle_shift(const rs_io_tree *tree, const rs_io_container *c, int64_t end_at,
                                 rs_io_zip_directory *out, rsift_error *err)
{
    uint8_t sig[4] = {0};
    size_t got;
    if (out->n_bytes == 0) return RSIFT_OK;
    RS_TRY(rs_io_span_read(tree, &c->span, out->begin, sig, 4, &got, err));
    if (got == 4 && memcmp(sig, "PK\1\2", 4) == 0) return RSIFT_OK;
    int64_t behind = out->is_64 ? locator_bytes + end64_bytes : 0;
    int64_t other = end_at - behind - out->n_bytes;
    if (c->volumes || other < 0)
        return rs_io_damaged(err, out->begin, "no central directory is there");
    RS_TRY(rs_io_span_read(tree, &c->span, other, sig, 4, &got, err));
    if (got < 4 || memcmp(sig, "PK\1\2", 4) != 0)
        return rs_io_damaged(err, out->begin, "no central directory is there");
    out->shift = other - out->begin;
    out->begin = other;
    return RSIFT_OK;
}

static rsift_status parse_end(const rs_io_tree *tree, const rs_io_container *c, const uint8_t *end,
                              int64_t end_at, rs_io_zip_directory *out, rsift_error *err)
{
    rs_cur cur = rs_cur_of(end, end_bytes);
    (void)rs_cur_take(&cur, 4 + 2);
    uint16_t disk = rs_cur_u16le(&cur);
    (void)rs_cur_u16le(&cur);
    uint16_t n = rs_cur_u16le(&cur);
    uint32_t n_bytes = rs_cur_u32le(&cur), begin = rs_cur_u32le(&cur);
    RS_TRY(read_end64(tree, c, end_at, out, err));
    if (!out->is_64) {
        int64_t base;
        if (!disk_begin(c, disk, &base))
            return rs_err_set(err, RSIFT_E_UNSUPPORTED,
                              "one piece of a split zip: keep all pieces (.z01, .z02, ..., .zip) "
                              "in one folder");
        *out = (rs_io_zip_directory){base + begin, n_bytes, n, 0, false};
    }
    RS_TRY(settle_shift(tree, c, end_at, out, err));
    if (out->begin < 0 || out->begin > end_at || out->n_bytes > end_at - out->begin)
        return rs_io_damaged(err, end_at, "the central directory reaches beyond the archive");
    return RSIFT_OK;
}

rsift_status rs_io_zip_find(const rs_io_tree *tree, const rs_io_container *c,
                            rs_io_zip_directory *out, rsift_error *err)
{
    size_t n = end_bytes + 65535 + 4096; /* and some stray bytes behind the comment */
    if ((uint64_t)n > (uint64_t)c->span.n_bytes) n = (size_t)c->span.n_bytes;
    uint8_t *tail = rs_alloc(n);
    if (!tail) return rs_err_nomem(err, "the end of a zip");
    int64_t tail_at = c->span.n_bytes - (int64_t)n;
    rsift_status status = rs_io_span_need(tree, &c->span, tail_at, tail, n, err);
    *out = (rs_io_zip_directory){0};
    if (status == RSIFT_OK) {
        size_t i = n < end_bytes ? RS_NPOS : find_end(tail, n);
        status = i == RS_NPOS
                     ? rs_io_damaged(err, c->span.n_bytes,
                                     "not a zip, or cut short: it ends without an end record")
                     : parse_end(tree, c, tail + i, tail_at + (int64_t)i, out, err);
    }
    rs_free(tail);
    return status;
}

/* The central directory ---- */

static rs_str cur_str(rs_cur *cur, size_t n)
{
    const uint8_t *p = rs_cur_take(cur, n);
    return (rs_str){(const char *)p, p ? n : 0};
}

rs_str rs_io_zip_extra(rs_str extra, uint16_t id)
{
    rs_cur cur = rs_cur_of(extra.ptr, extra.len);
    while (rs_cur_left(&cur) >= 4) {
        uint16_t at = rs_cur_u16le(&cur);
        rs_str data = cur_str(&cur, rs_cur_u16le(&cur));
        if (cur.bad) break;
        if (at == id) return data;
    }
    return (rs_str){NULL, 0};
}

/* Sizes that exceed 32 bits are in the zip64 field, only those, in this order. */
static bool widen(rs_io_zip_central *e, uint32_t n_bytes, uint32_t n_packed, uint32_t begin)
{
    rs_str field = rs_io_zip_extra(e->extra, 1);
    rs_cur cur = rs_cur_of(field.ptr, field.len);
    uint64_t size = n_bytes, packed = n_packed, at = begin;
    if (field.ptr) {
        if (n_bytes == UINT32_MAX) size = rs_cur_u64le(&cur);
        if (n_packed == UINT32_MAX) packed = rs_cur_u64le(&cur);
        if (begin == UINT32_MAX) at = rs_cur_u64le(&cur);
        if (e->disk == UINT16_MAX) e->disk = rs_cur_u32le(&cur);
    }
    if (cur.bad || size > INT64_MAX || packed > INT64_MAX || at > INT64_MAX) return false;
    e->n_bytes = (int64_t)size;
    e->n_packed = (int64_t)packed;
    e->begin = (int64_t)at;
    return true;
}

/* Reads one entry at the cursor; false = damaged. */
static bool parse_central(rs_cur *cur, rs_io_zip_central *e)
{
    if (rs_cur_u32le(cur) != sig_central) return false;
    e->made_by = (uint16_t)(rs_cur_u16le(cur) >> 8);
    (void)rs_cur_u16le(cur);
    e->flags = rs_cur_u16le(cur);
    e->method = rs_cur_u16le(cur);
    (void)rs_cur_u32le(cur); /* time */
    e->crc = rs_cur_u32le(cur);
    uint32_t n_packed = rs_cur_u32le(cur), n_bytes = rs_cur_u32le(cur);
    uint16_t n_name = rs_cur_u16le(cur), n_extra = rs_cur_u16le(cur), n_comment = rs_cur_u16le(cur);
    e->disk = rs_cur_u16le(cur);
    (void)rs_cur_u16le(cur);
    e->outer = rs_cur_u32le(cur);
    uint32_t begin = rs_cur_u32le(cur);
    e->name = cur_str(cur, n_name);
    e->extra = cur_str(cur, n_extra);
    (void)rs_cur_take(cur, n_comment);
    return !cur->bad && widen(e, n_bytes, n_packed, begin);
}

rsift_status rs_io_zip_walk(const rs_io_tree *tree, const rs_io_container *c,
                            const rs_io_zip_directory *dir, rs_io_zip_entry_fn *fn, void *ctx,
                            rsift_error *err)
{
    size_t cap = dir->n_bytes < window_bytes ? (size_t)dir->n_bytes : window_bytes;
    uint8_t *window = rs_alloc(cap);
    if (!window) return rs_err_nomem(err, "a zip's directory");
    int64_t at = 0, window_at = 0; /* from the directory's begin */
    size_t filled = 0;
    rsift_status status = RSIFT_OK;
    while (status == RSIFT_OK && at < dir->n_bytes) {
        size_t used = (size_t)(at - window_at);
        /* the window always holds a complete entry */
        if (filled - used < largest_central && window_at + (int64_t)filled < dir->n_bytes) {
            size_t n = (uint64_t)(dir->n_bytes - at) < cap ? (size_t)(dir->n_bytes - at) : cap;
            status = rs_io_span_need(tree, &c->span, dir->begin + at, window, n, err);
            if (status != RSIFT_OK) break;
            window_at = at;
            filled = n;
            used = 0;
        }
        rs_io_zip_central e;
        int64_t base;
        rs_cur cur = rs_cur_of(window + used, filled - used);
        if (!parse_central(&cur, &e)) {
            status =
                rs_io_damaged(err, dir->begin + at, "a damaged entry in the central directory");
        } else if (!disk_begin(c, e.disk, &base) ||
                   __builtin_add_overflow(e.begin, base + dir->shift, &e.begin) || e.begin < 0 ||
                   e.begin > dir->begin || e.n_packed > dir->begin - e.begin) {
            status =
                rs_io_damaged(err, dir->begin + at, "a member that reaches beyond the archive");
        } else {
            at = window_at + (int64_t)used + (int64_t)(cur.p - (window + used));
            status = fn(ctx, &e, err);
        }
    }
    rs_free(window);
    return status;
}
