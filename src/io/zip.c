/* Listing a zip. The central directory is walked twice: first for what must hold of the archive as
 * a whole (members do not overlap, sizes are possible), then for the members themselves.
 *
 * Quirks met in releases: archives above 4 GB by tools without zip64 counts (the 16-bit count
 * wraps, so the directory's size decides), bytes in front of the archive, names in GBK with no flag,
 * UTF-8 names with no flag, Info-ZIP's Unicode path field, backslashes. */
#include "io/zip.h"

#include "base/alloc.h"
#include "base/buf.h"
#include "base/cur.h"
#include "base/utf8.h"
#include "io/disk.h"
#include "io/name.h"
#include "io/stream.h"

#include <inttypes.h>
#include <libdeflate.h>

enum {
    sig_local = 0x04034b50,
    sig_central = 0x02014b50,
    sig_end = 0x06054b50,
    sig_end64 = 0x06064b50,
    sig_locator = 0x07064b50,
    end_bytes = 22,
    end64_bytes = 56,
    locator_bytes = 20,
    central_bytes = 46,
    local_bytes = 30,
    window_bytes = 512 * 1024,
    largest_central = central_bytes + 3 * 65535,
};

typedef struct directory {
    int64_t begin, n_bytes; /* in the span */
    int64_t n_entries;      /* declared; may have wrapped at 65536 */
    int64_t shift;          /* bytes in front of the archive that its offsets do not count */
    bool is_64;
} directory;

typedef struct central {
    uint16_t flags, method, made_by;
    uint32_t crc, outer, disk;
    int64_t n_packed, n_bytes, begin;
    rs_str name, extra;
} central;

static rsift_status damaged(rsift_error *err, int64_t at, const char *what)
{
    rs_err_set(err, RSIFT_E_FORMAT, "%s", what);
    return rs_err_within(err, RSIFT_E_FORMAT, "byte %" PRId64, at);
}

/* The end record --------------------------------------------------------------------------------- */

/* Where disk `i` of a split zip begins in the span. */
static bool disk_begin(const rs_io_container *c, uint64_t i, int64_t *begin)
{
    *begin = 0;
    if (i == 0 || !c->volumes) return i == 0;
    if (i >= c->span.n_segments) return false;
    *begin = c->span.segments[i].begin;
    return true;
}

static rsift_status read_end64(const rs_io_tree *tree, const rs_io_container *c, int64_t end_at,
                               directory *out, rsift_error *err)
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
    if (near < 0) return damaged(err, end_at, "a zip64 end record that cannot be there");
    int64_t at = near;
    if (disk_begin(c, disk, &base) && offset <= (uint64_t)(near - (base < near ? base : near)))
        at = base + (int64_t)offset;
    RS_TRY(rs_io_span_need(tree, &c->span, at, bytes, end64_bytes, err));
    cur = rs_cur_of(bytes, end64_bytes);
    if (rs_cur_u32le(&cur) != sig_end64) {
        at = near; /* offsets do not count what stands in front of the archive */
        RS_TRY(rs_io_span_need(tree, &c->span, at, bytes, end64_bytes, err));
        cur = rs_cur_of(bytes, end64_bytes);
        if (rs_cur_u32le(&cur) != sig_end64)
            return damaged(err, at, "the zip64 end record is missing");
    }
    (void)rs_cur_take(&cur, 8 + 2 + 2 + 4); /* size of this record, versions, this disk */
    disk = rs_cur_u32le(&cur);
    (void)rs_cur_take(&cur, 8); /* entries on this disk */
    uint64_t n = rs_cur_u64le(&cur), n_bytes = rs_cur_u64le(&cur), begin = rs_cur_u64le(&cur);
    if (!disk_begin(c, disk, &base) || n > INT64_MAX || n_bytes > (uint64_t)at ||
        begin > (uint64_t)at - n_bytes)
        return damaged(err, at, "the zip64 end record points outside the archive");
    *out = (directory){base + (int64_t)begin, (int64_t)n_bytes, (int64_t)n, 0, true};
    return RSIFT_OK;
}

/* Offset of the end record in the last bytes of the archive; RS_NPOS = none. */
static size_t find_end(const uint8_t *tail, size_t n)
{
    for (size_t i = n < end_bytes ? 0 : n - end_bytes + 1; i-- > 0;) {
        if (tail[i] != 'P' || tail[i + 1] != 'K' || tail[i + 2] != 5 || tail[i + 3] != 6) continue;
        size_t comment = (size_t)(tail[i + 20] | tail[i + 21] << 8);
        if (i + end_bytes + comment <= n) return i;
    }
    return RS_NPOS;
}

/* A directory whose offset misses its signature may stand right before the end record. */
static rsift_status settle_shift(const rs_io_tree *tree, const rs_io_container *c, int64_t end_at,
                                 directory *out, rsift_error *err)
{
    uint8_t sig[4] = {0};
    size_t got;
    if (out->n_bytes == 0) return RSIFT_OK;
    RS_TRY(rs_io_span_read(tree, &c->span, out->begin, sig, 4, &got, err));
    if (got == 4 && memcmp(sig, "PK\1\2", 4) == 0) return RSIFT_OK;
    int64_t behind = out->is_64 ? locator_bytes + end64_bytes : 0;
    int64_t other = end_at - behind - out->n_bytes;
    if (c->volumes || other < 0) return damaged(err, out->begin, "no central directory is there");
    RS_TRY(rs_io_span_read(tree, &c->span, other, sig, 4, &got, err));
    if (got < 4 || memcmp(sig, "PK\1\2", 4) != 0)
        return damaged(err, out->begin, "no central directory is there");
    out->shift = other - out->begin;
    out->begin = other;
    return RSIFT_OK;
}

static rsift_status parse_end(const rs_io_tree *tree, const rs_io_container *c, const uint8_t *end,
                              int64_t end_at, directory *out, rsift_error *err)
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
        *out = (directory){base + begin, n_bytes, n, 0, false};
    }
    RS_TRY(settle_shift(tree, c, end_at, out, err));
    if (out->begin < 0 || out->begin > end_at || out->n_bytes > end_at - out->begin)
        return damaged(err, end_at, "the central directory reaches beyond the archive");
    return RSIFT_OK;
}

static rsift_status find_directory(const rs_io_tree *tree, const rs_io_container *c,
                                   directory *out, rsift_error *err)
{
    size_t n = end_bytes + 65535 + 4096; /* and some bytes of rubbish behind the comment */
    if ((uint64_t)n > (uint64_t)c->span.n_bytes) n = (size_t)c->span.n_bytes;
    uint8_t *tail = rs_alloc(n);
    if (!tail) return rs_err_nomem(err, "the end of a zip");
    int64_t tail_at = c->span.n_bytes - (int64_t)n;
    rsift_status status = rs_io_span_need(tree, &c->span, tail_at, tail, n, err);
    *out = (directory){0};
    if (status == RSIFT_OK) {
        size_t i = n < end_bytes ? RS_NPOS : find_end(tail, n);
        status = i == RS_NPOS
                     ? damaged(err, c->span.n_bytes,
                               "not a zip, or cut short: it ends without an end record")
                     : parse_end(tree, c, tail + i, tail_at + (int64_t)i, out, err);
    }
    rs_free(tail);
    return status;
}

/* The central directory --------------------------------------------------------------------------- */

static rs_str cur_str(rs_cur *cur, size_t n)
{
    const uint8_t *p = rs_cur_take(cur, n);
    return (rs_str){(const char *)p, p ? n : 0};
}

/* Data of the extra field `id`; ptr == NULL when absent. */
static rs_str find_extra(rs_str extra, uint16_t id)
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

/* Sizes that do not fit 32 bits stand in the zip64 field, only those, in this order. */
static bool widen(central *e, uint32_t n_bytes, uint32_t n_packed, uint32_t begin)
{
    rs_str field = find_extra(e->extra, 1);
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
static bool parse_central(rs_cur *cur, central *e)
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

typedef rsift_status entry_fn(void *ctx, const central *entry, rsift_error *err);

/* Calls fn for each entry, with its place made absolute in the span. */
static rsift_status walk_directory(const rs_io_tree *tree, const rs_io_container *c,
                                   const directory *dir, entry_fn *fn, void *ctx, rsift_error *err)
{
    size_t cap = dir->n_bytes < window_bytes ? (size_t)dir->n_bytes : window_bytes;
    uint8_t *window = rs_alloc(cap);
    if (!window) return rs_err_nomem(err, "a zip's directory");
    int64_t at = 0, window_at = 0; /* from the directory's begin */
    size_t filled = 0;
    rsift_status status = RSIFT_OK;
    while (status == RSIFT_OK && at < dir->n_bytes) {
        size_t used = (size_t)(at - window_at);
        if (filled - used < largest_central && window_at + (int64_t)filled < dir->n_bytes) {
            size_t n = (uint64_t)(dir->n_bytes - at) < cap ? (size_t)(dir->n_bytes - at) : cap;
            status = rs_io_span_need(tree, &c->span, dir->begin + at, window, n, err);
            if (status != RSIFT_OK) break;
            window_at = at;
            filled = n;
            used = 0;
        }
        central e;
        int64_t base;
        rs_cur cur = rs_cur_of(window + used, filled - used);
        if (!parse_central(&cur, &e)) {
            status = damaged(err, dir->begin + at, "a damaged entry in the central directory");
        } else if (!disk_begin(c, e.disk, &base) ||
                   __builtin_add_overflow(e.begin, base + dir->shift, &e.begin) || e.begin < 0 ||
                   e.begin > dir->begin || e.n_packed > dir->begin - e.begin) {
            status = damaged(err, dir->begin + at, "a member that reaches beyond the archive");
        } else {
            at = window_at + (int64_t)used + (int64_t)(cur.p - (window + used));
            status = fn(ctx, &e, err);
        }
    }
    rs_free(window);
    return status;
}

/* The archive as a whole ------------------------------------------------------------------------- */

typedef struct place {
    int64_t begin, end;
} place;

typedef struct survey {
    const rs_io_tree *tree;
    place *places;
    size_t n, cap;
    uint64_t n_bytes;
} survey;

static rsift_status survey_entry(void *ctx, const central *e, rsift_error *err)
{
    survey *s = ctx;
    if (s->n >= s->tree->limits.max_members)
        return rs_err_set(err, RSIFT_E_LIMIT, "more than max_members = %" PRIu64 " members",
                          s->tree->limits.max_members);
    if (!RS_VEC_RESERVE(s->places, s->cap, s->n + 1))
        return rs_err_nomem(err, "a zip's directory");
    int64_t end;
    if (__builtin_add_overflow(e->begin + local_bytes, e->n_packed, &end)) end = INT64_MAX;
    s->places[s->n++] = (place){e->begin, end};
    if (__builtin_add_overflow(s->n_bytes, (uint64_t)e->n_bytes, &s->n_bytes))
        s->n_bytes = UINT64_MAX;
    return RSIFT_OK;
}

static int compare_places(const void *left, const void *right)
{
    const place *a = left, *b = right;
    return a->begin < b->begin ? -1 : a->begin > b->begin;
}

/* Bytes that an archive of n bytes may decode to; small ones are not worth a quarrel. */
static uint64_t most_decoded(const rs_io_tree *tree, int64_t n_packed)
{
    uint64_t most;
    if (__builtin_mul_overflow((uint64_t)n_packed, (uint64_t)tree->limits.max_ratio, &most) ||
        __builtin_add_overflow(most, (uint64_t)1 << 20, &most))
        return UINT64_MAX;
    return most;
}

static rsift_status judge(survey *s, const rs_io_container *c, const directory *dir,
                          rsift_error *err)
{
    if ((s->n & 0xffff) != ((uint64_t)dir->n_entries & 0xffff))
        return rs_err_set(err, RSIFT_E_FORMAT,
                          "the archive promises %" PRId64 " members, its directory has %zu",
                          dir->n_entries, s->n);
    if (s->n) qsort(s->places, s->n, sizeof *s->places, compare_places);
    for (size_t i = 1; i < s->n; i++)
        if (s->places[i].begin < s->places[i - 1].end)
            return damaged(err, s->places[i].begin, "two members overlap: made to mislead");
    if (s->n_bytes > most_decoded(s->tree, c->span.n_bytes))
        return rs_err_set(err, RSIFT_E_LIMIT,
                          "%" PRId64 " bytes promise to unpack to %" PRIu64
                          ": more than max_ratio = %" PRIu32,
                          c->span.n_bytes, s->n_bytes, s->tree->limits.max_ratio);
    return RSIFT_OK;
}

/* Members ----------------------------------------------------------------------------------------- */

typedef struct lister {
    rs_io_tree *tree;
    uint32_t index;
    rs_io_container *container;
} lister;

/* Info-ZIP's Unicode path: used when it was made for this very name. */
static rs_str name_of(const central *e)
{
    rs_str field = find_extra(e->extra, 0x7075);
    if (field.len < 6 || field.ptr[0] != 1) return e->name;
    rs_cur cur = rs_cur_of(field.ptr + 1, 4);
    if (rs_cur_u32le(&cur) != libdeflate_crc32(0, e->name.ptr, e->name.len)) return e->name;
    rs_str name = rs_str_sub(field, 5, field.len);
    return rs_utf8_valid(name) == name.len ? name : e->name;
}

static bool is_link(const central *e)
{
    enum { made_by_unix = 3, made_by_mac = 19 };
    return (e->made_by == made_by_unix || e->made_by == made_by_mac) &&
           (e->outer >> 16 & 0170000) == 0120000;
}

/* What rsift cannot read about a member and the way out; NULL = fine. */
static const char *obstacle(uint16_t flags, uint16_t method)
{
    if (flags & 1) return "encrypted: unpack it with its password and open the folder";
    switch (method) {
    case 0:
    case 8: return NULL;
    case 9: return "packed with Deflate64, which rsift does not read: unpack it with 7z or unzip "
                   "and open the folder";
    default: return "packed with a method that rsift does not read: unpack it with 7z and open "
                    "the folder";
    }
}

static rsift_status look_inside_member(lister *l, const rs_io_member *m, const rs_io_entry *entry,
                                       bool *opened, rsift_error *err)
{
    rs_io_item item = {.path = m->path, .chain = m->chain, .file = m->file,
                       .depth = l->container->depth};
    bool stored;
    int64_t begin;
    rsift_status status = rs_io_zip_place(l->tree, l->container, entry, m->n_bytes, &stored, &begin, err);
    if (status == RSIFT_E_FORMAT) return RSIFT_OK; /* told when the member is read */
    RS_TRY(status);
    if (stored) {
        if (!rs_io_span_slice(l->tree, &l->container->span, begin, m->n_bytes, &item.span))
            return rs_err_nomem(err, "an archive in an archive");
        return rs_io_look_inside(l->tree, &item, opened, err);
    }
    rs_io_stream *stream = rs_io_stream_take(l->tree);
    if (!stream) return rs_err_nomem(err, "a stream");
    status = rs_io_stream_start(stream, l->container, entry, m->chain, m->n_bytes, err);
    if (status == RSIFT_OK) status = rs_io_look_inside_stream(l->tree, &item, stream, opened, err);
    rs_io_close(stream);
    if (status == RSIFT_E_FORMAT) {
        *opened = false;
        return rs_io_add_note(l->tree, NULL, "archive-damaged", m->chain, err, "%s",
                              err ? err->message : "damaged");
    }
    return status;
}

static rsift_status list_entry(void *ctx, const central *e, rsift_error *err)
{
    lister *l = ctx;
    rs_io_member m = {.n_bytes = e->n_bytes, .file = l->container->file, .random = true};
    rs_io_entry entry = {.begin = e->begin, .n_packed = e->n_packed, .container = l->index,
                         .crc = e->crc, .method = e->method, .flags = e->flags};
    rs_str name = name_of(e);
    if (name.len && (name.ptr[name.len - 1] == '/' ||
                     (name.ptr[name.len - 1] == '\\' && e->n_bytes == 0)))
        return RSIFT_OK;
    RS_TRY(rs_io_name_member(l->tree, l->container, name, &m.path, &m.chain, err));
    if (!m.path.ptr) return RSIFT_OK;
    if (is_link(e))
        return rs_io_add_note(l->tree, &l->container->tally.link, "link-skipped", m.chain, err,
                              "a link in an archive is not followed");
    const char *trouble = obstacle(e->flags, e->method);
    if (trouble)
        RS_TRY(rs_io_add_note(l->tree, &l->container->tally.unsupported, "member-unsupported",
                              m.chain, err, "%s", trouble));
    bool opened = false;
    if (!trouble && rs_io_kind_by_name(m.path) != RS_IO_PLAIN)
        RS_TRY(look_inside_member(l, &m, &entry, &opened, err));
    return opened ? RSIFT_OK : rs_io_add_member(l->tree, &m, &entry, err);
}

rsift_status rs_io_zip_list(rs_io_tree *tree, uint32_t container, rsift_error *err)
{
    rs_io_container *c = tree->containers[container];
    directory dir;
    RS_TRY(find_directory(tree, c, &dir, err));
    survey s = {.tree = tree};
    rsift_status status = walk_directory(tree, c, &dir, survey_entry, &s, err);
    if (status == RSIFT_OK) status = judge(&s, c, &dir, err);
    rs_free(s.places);
    RS_TRY(status);
    lister l = {tree, container, c};
    return walk_directory(tree, c, &dir, list_entry, &l, err);
}

/* Reading members --------------------------------------------------------------------------------- */

enum { small_packed = 1 << 20, small_bytes = 4 << 20, guess_extra = 64, inflate_window = 256 * 1024 };

/* Bytes of the local header with its name and extra field, from its first 30 bytes. */
static rsift_status local_size(const uint8_t *bytes, const rs_io_container *c,
                               const rs_io_entry *entry, int64_t *n, rsift_error *err)
{
    rs_cur cur = rs_cur_of(bytes, local_bytes);
    if (rs_cur_u32le(&cur) != sig_local)
        return damaged(err, entry->begin, "no member begins where the directory says");
    (void)rs_cur_take(&cur, 4);
    if (rs_cur_u16le(&cur) != entry->method)
        return damaged(err, entry->begin, "the member's header contradicts the directory");
    (void)rs_cur_take(&cur, 16);
    *n = local_bytes + rs_cur_u16le(&cur);
    *n += rs_cur_u16le(&cur);
    if (*n > c->span.n_bytes - entry->begin ||
        entry->n_packed > c->span.n_bytes - entry->begin - *n)
        return damaged(err, entry->begin, "the member reaches beyond the archive");
    return RSIFT_OK;
}

rsift_status rs_io_zip_place(const rs_io_tree *tree, const rs_io_container *container,
                             const rs_io_entry *entry, int64_t n_bytes, bool *stored,
                             int64_t *begin, rsift_error *err)
{
    uint8_t bytes[local_bytes];
    int64_t n;
    *stored = false;
    RS_TRY(rs_io_span_need(tree, &container->span, entry->begin, bytes, local_bytes, err));
    RS_TRY(local_size(bytes, container, entry, &n, err));
    *begin = entry->begin + n;
    *stored = entry->method == 0 && !(entry->flags & 1) && entry->n_packed == n_bytes;
    return RSIFT_OK;
}

/* Decodes a small deflated member in one go. */
static rsift_status inflate_small(rs_io_stream *stream, const uint8_t *packed, size_t n_packed,
                                  size_t n_bytes, rsift_error *err)
{
    if (!stream->small) stream->small = libdeflate_alloc_decompressor();
    uint8_t *out = rs_io_stream_room(&stream->out, &stream->cap_out, n_bytes);
    if (!stream->small || !out) return rs_err_nomem(err, "a decompressor");
    size_t n_out = 0;
    enum libdeflate_result result =
        libdeflate_deflate_decompress(stream->small, packed, n_packed, out, n_bytes, &n_out);
    if (result == LIBDEFLATE_INSUFFICIENT_SPACE || (result == LIBDEFLATE_SUCCESS && n_out != n_bytes))
        return rs_err_set(err, RSIFT_E_FORMAT,
                          "does not unpack to the %zu bytes that the archive promises", n_bytes);
    if (result != LIBDEFLATE_SUCCESS)
        return rs_err_set(err, RSIFT_E_FORMAT, "damaged compressed data");
    stream->memory = out;
    return RSIFT_OK;
}

/* Header and data with one read when the local extra field is as short as usual. */
static rsift_status start_small(rs_io_stream *stream, const rs_io_container *c,
                                const rs_io_entry *entry, size_t n_bytes, rsift_error *err)
{
    size_t n_packed = (size_t)entry->n_packed, got;
    size_t guess = local_bytes + stream->chain.len + guess_extra + n_packed;
    uint8_t *in = rs_io_stream_room(&stream->in, &stream->cap_in, guess);
    if (!in) return rs_err_nomem(err, "a stream");
    RS_TRY(rs_io_span_read(stream->tree, &c->span, entry->begin, in, guess, &got, err));
    if (got < local_bytes) return damaged(err, entry->begin, "ends early");
    int64_t n_header;
    RS_TRY(local_size(in, c, entry, &n_header, err));
    const uint8_t *packed = in + n_header;
    if ((size_t)n_header + n_packed > got) {
        in = rs_io_stream_room(&stream->in, &stream->cap_in, n_packed);
        if (!in) return rs_err_nomem(err, "a stream");
        RS_TRY(rs_io_span_need(stream->tree, &c->span, entry->begin + n_header, in, n_packed, err));
        packed = in;
    }
    stream->from = RS_IO_FROM_MEMORY;
    stream->memory = packed;
    stream->n_bytes = (int64_t)n_bytes;
    if (entry->method == 8) RS_TRY(inflate_small(stream, packed, n_packed, n_bytes, err));
    uint32_t crc = libdeflate_crc32(0, stream->memory, n_bytes);
    if (crc != entry->crc)
        return rs_err_set(err, RSIFT_E_FORMAT,
                          "checksum is %08" PRIx32 ", the archive promises %08" PRIx32, crc,
                          entry->crc);
    return RSIFT_OK;
}

static void *zlib_alloc(void *ctx, unsigned n, unsigned size)
{
    (void)ctx;
    return rs_calloc(n, size);
}

static void zlib_free(void *ctx, void *ptr)
{
    (void)ctx;
    rs_free(ptr);
}

static rsift_status start_large(rs_io_stream *stream, const rs_io_container *c,
                                const rs_io_entry *entry, int64_t n_bytes, rsift_error *err)
{
    uint8_t bytes[local_bytes];
    int64_t n_header;
    RS_TRY(rs_io_span_need(stream->tree, &c->span, entry->begin, bytes, local_bytes, err));
    RS_TRY(local_size(bytes, c, entry, &n_header, err));
    stream->span = &c->span;
    stream->begin = stream->at = entry->begin + n_header;
    stream->n_packed = entry->n_packed;
    stream->n_bytes = n_bytes;
    stream->has_crc = true;
    stream->want_crc = entry->crc;
    rs_io_span_advise(stream->tree, stream->span, stream->at, entry->n_packed);
    stream->from = RS_IO_FROM_SPAN;
    if (entry->method == 0) return RSIFT_OK;
    stream->from = RS_IO_FROM_DEFLATE;
    if (!rs_io_stream_room(&stream->in, &stream->cap_in, inflate_window))
        return rs_err_nomem(err, "a stream");
    stream->z.zalloc = zlib_alloc;
    stream->z.zfree = zlib_free;
    stream->z.avail_in = 0;
    stream->z.next_in = stream->in;
    int result = stream->z_made ? inflateReset(&stream->z) : inflateInit2(&stream->z, -15);
    if (result != Z_OK) return rs_err_nomem(err, "a decompressor");
    stream->z_made = true;
    return RSIFT_OK;
}

rsift_status rs_io_zip_start(rs_io_stream *stream, const rs_io_container *container,
                             const rs_io_entry *entry, int64_t n_bytes, rsift_error *err)
{
    const char *trouble = obstacle(entry->flags, entry->method);
    if (trouble) return rs_err_set(err, RSIFT_E_UNSUPPORTED, "%s", trouble);
    if (entry->method == 0 && entry->n_packed != n_bytes)
        return rs_err_set(err, RSIFT_E_FORMAT, "stored with %" PRId64 " bytes, promised %" PRId64,
                          entry->n_packed, n_bytes);
    if ((uint64_t)n_bytes > most_decoded(stream->tree, entry->n_packed))
        return rs_err_set(err, RSIFT_E_LIMIT,
                          "%" PRId64 " bytes promise to unpack to %" PRId64
                          ": more than max_ratio = %" PRIu32,
                          entry->n_packed, n_bytes, stream->tree->limits.max_ratio);
    if (entry->n_packed <= small_packed && n_bytes <= small_bytes)
        return start_small(stream, container, entry, (size_t)n_bytes, err);
    return start_large(stream, container, entry, n_bytes, err);
}

/* More compressed bytes for zlib; none are left at the member's end. */
static rsift_status refill(rs_io_stream *stream, rsift_error *err)
{
    int64_t left = stream->n_packed - (stream->at - stream->begin);
    size_t n = left < inflate_window ? (size_t)left : inflate_window;
    RS_TRY(rs_io_span_need(stream->tree, stream->span, stream->at, stream->in, n, err));
    stream->z.next_in = stream->in;
    stream->z.avail_in = (unsigned)n;
    stream->at += (int64_t)n;
    return RSIFT_OK;
}

rsift_status rs_io_zip_inflate(rs_io_stream *stream, void *dst, size_t n, size_t *got,
                               rsift_error *err)
{
    z_stream *z = &stream->z;
    if (n > 1 << 30) n = 1 << 30;
    z->next_out = dst;
    z->avail_out = (unsigned)n;
    while (z->avail_out == n && !stream->z_done) {
        if (z->avail_in == 0) RS_TRY(refill(stream, err));
        int result = inflate(z, Z_NO_FLUSH); /* Z_BUF_ERROR when there is nothing to go on */
        if (result == Z_MEM_ERROR) return rs_err_nomem(err, "a decompressor");
        if (result == Z_STREAM_END) stream->z_done = true;
        else if (result != Z_OK) return rs_err_set(err, RSIFT_E_FORMAT, "damaged compressed data");
    }
    *got = n - z->avail_out;
    if (*got == 0)
        return rs_err_set(err, RSIFT_E_FORMAT,
                          "does not unpack to the %" PRId64 " bytes that the archive promises",
                          stream->n_bytes);
    return RSIFT_OK;
}
