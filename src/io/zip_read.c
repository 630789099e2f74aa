/* Reading members of a zip. Small ones take one read and one call of libdeflate; large ones are
 * decoded by zlib while they are read. Of the local header only the length is used. */
#include "io/zip_read.h"

#include "base/alloc.h"
#include "base/cur.h"
#include "io/disk.h"
#include "io/stream.h"

#include <inttypes.h>
#include <libdeflate.h>

enum { sig_local = 0x04034b50, local_bytes = 30 };
enum {
    small_packed = 1 << 20,
    small_bytes = 4 << 20,
    guess_extra = 64,
    most_ahead = 256 * 1024,
    most_gap = 16 * 1024,
    inflate_window = 256 * 1024
};

const char *rs_io_zip_obstacle(uint16_t flags, uint16_t method)
{
    if (flags & 1) return "encrypted: unpack it with its password and index the folder";
    switch (method) {
    case 0:
    case 8: return NULL;
    case 9:
        return "packed with Deflate64, which rsift does not read: unpack it with 7z and index the "
               "folder";
    default:
        return "packed with a method that rsift does not read: unpack it with 7z and index the "
               "folder";
    }
}

/* Bytes of the local header with its name and extra field, from its first 30 bytes. */
static rsift_status local_size(const uint8_t *bytes, const rs_io_container *c,
                               const rs_io_entry *entry, int64_t *n, rsift_error *err)
{
    rs_cur cur = rs_cur_of(bytes, local_bytes);
    if (rs_cur_u32le(&cur) != sig_local)
        return rs_io_damaged(err, entry->begin, "no member begins where the directory says");
    (void)rs_cur_take(&cur, 4);
    if (rs_cur_u16le(&cur) != entry->method)
        return rs_io_damaged(err, entry->begin, "the member's header contradicts the directory");
    (void)rs_cur_take(&cur, 16);
    *n = local_bytes + rs_cur_u16le(&cur);
    *n += rs_cur_u16le(&cur);
    if (*n > c->span.n_bytes - entry->begin ||
        entry->n_packed > c->span.n_bytes - entry->begin - *n)
        return rs_io_damaged(err, entry->begin, "the member reaches beyond the archive");
    return RSIFT_OK;
}

rsift_status rs_io_zip_place(const rs_io_tree *tree, const rs_io_container *container,
                             const rs_io_entry *entry, int64_t n_bytes, int64_t *begin,
                             rsift_error *err)
{
    uint8_t bytes[local_bytes];
    int64_t n;
    *begin = -1;
    RS_TRY(rs_io_span_need(tree, &container->span, entry->begin, bytes, local_bytes, err));
    RS_TRY(local_size(bytes, container, entry, &n, err));
    const bool stored = entry->method == 0 && !(entry->flags & 1) && entry->n_packed == n_bytes;
    if (stored) *begin = entry->begin + n;
    return RSIFT_OK;
}

/* Decodes a small deflated member in one go. */
static rsift_status inflate_small(rs_io_stream *stream, const uint8_t *packed, size_t n_packed,
                                  size_t n_bytes, rsift_error *err)
{
    if (!stream->small) stream->small = libdeflate_alloc_decompressor();
    uint8_t *out = rs_io_stream_buffer(&stream->out, &stream->cap_out, n_bytes);
    if (!stream->small || !out) return rs_err_nomem(err, "a decompressor");
    size_t n_out = 0;
    enum libdeflate_result result =
        libdeflate_deflate_decompress(stream->small, packed, n_packed, out, n_bytes, &n_out);
    /* one byte more or less than promised is damage */
    if (result == LIBDEFLATE_INSUFFICIENT_SPACE ||
        (result == LIBDEFLATE_SUCCESS && n_out != n_bytes))
        return rs_err_set(err, RSIFT_E_FORMAT,
                          "does not unpack to the %zu bytes that the archive promises", n_bytes);
    if (result != LIBDEFLATE_SUCCESS)
        return rs_err_set(err, RSIFT_E_FORMAT, "damaged compressed data");
    stream->memory = out;
    return RSIFT_OK;
}

/* Bytes of a small member with its header, when the local extra field is as short as usual. */
static size_t guess_size(rs_str chain, const rs_io_entry *entry)
{
    return local_bytes + chain.len + guess_extra + (size_t)entry->n_packed;
}

static bool is_small(const rs_io_entry *entry, int64_t n_bytes)
{
    return entry->n_packed <= small_packed && n_bytes <= small_bytes;
}

void rs_io_zip_ahead(const rs_io_tree *tree, const size_t *members, size_t n, rs_io_ahead *ahead)
{
    const rs_io_entry *first = &tree->entries[members[0]];
    const rs_io_span *span = &tree->containers[first->container]->span;
    size_t n_small = 0;
    int64_t end = first->begin;
    for (; n_small < n; n_small++) {
        const rs_io_member *m = &tree->members[members[n_small]];
        const rs_io_entry *e = &tree->entries[members[n_small]];
        if (e->container != first->container || !is_small(e, m->n_bytes) ||
            e->begin < first->begin || e->begin > end + most_gap)
            break;
        const int64_t its_end = e->begin + (int64_t)guess_size(m->chain, e);
        if (its_end - first->begin > most_ahead) break;
        if (its_end > end) end = its_end;
    }
    if (end > span->n_bytes) end = span->n_bytes;
    ahead->n = 0;
    ahead->span = span;
    ahead->begin = first->begin;
    if (n_small < 2 || end <= first->begin) return;
    const size_t want = (size_t)(end - first->begin);
    uint8_t *bytes = rs_io_stream_buffer(&ahead->bytes, &ahead->cap, want);
    size_t got;
    if (bytes && rs_io_span_read(tree, span, first->begin, bytes, want, &got, NULL) == RSIFT_OK)
        ahead->n = got;
}

/* Offset of [begin, begin + n) in the range; RS_NPOS = it is not all there. */
static size_t offset_ahead(const rs_io_ahead *ahead, const rs_io_span *span, int64_t begin,
                           size_t n)
{
    if (!ahead || ahead->span != span || begin < ahead->begin) return RS_NPOS;
    const uint64_t at = (uint64_t)(begin - ahead->begin);
    return at <= ahead->n && n <= ahead->n - at ? (size_t)at : RS_NPOS;
}

bool rs_io_is_ahead(const rs_io_tree *tree, size_t member, const rs_io_ahead *ahead)
{
    const rs_io_entry *e = &tree->entries[member];
    const rs_io_span *span = &tree->containers[e->container]->span;
    return offset_ahead(ahead, span, e->begin, local_bytes) != RS_NPOS;
}

/* Reads up to *n bytes of the member into the stream's own buffer. */
static rsift_status read_alone(rs_io_stream *stream, const rs_io_span *span, int64_t begin,
                               const uint8_t **in, size_t *n, rsift_error *err)
{
    uint8_t *buffer = rs_io_stream_buffer(&stream->in, &stream->cap_in, *n);
    if (!buffer) return rs_err_nomem(err, "a stream");
    *in = buffer;
    return rs_io_span_read(stream->tree, span, begin, buffer, *n, n, err);
}

/* Header and data with one read, if not read ahead. */
static rsift_status start_small(rs_io_stream *stream, const rs_io_container *c,
                                const rs_io_entry *entry, size_t n_bytes, rsift_error *err)
{
    const size_t n_packed = (size_t)entry->n_packed;
    size_t got = guess_size(stream->chain, entry);
    const int64_t left = c->span.n_bytes - entry->begin;
    if ((int64_t)got > left && left > 0) got = (size_t)left;
    const size_t at = offset_ahead(stream->ahead, &c->span, entry->begin, got);
    const uint8_t *in = NULL;
    if (at != RS_NPOS) in = stream->ahead->bytes + at;
    else RS_TRY(read_alone(stream, &c->span, entry->begin, &in, &got, err));
    if (got < local_bytes) return rs_io_damaged(err, entry->begin, "ends early");
    int64_t n_header;
    RS_TRY(local_size(in, c, entry, &n_header, err));
    const uint8_t *packed = in + n_header;
    /* a long extra field: the data are read again, alone */
    if ((size_t)n_header + n_packed > got) {
        got = n_packed;
        RS_TRY(read_alone(stream, &c->span, entry->begin + n_header, &packed, &got, err));
        if (got < n_packed)
            return rs_io_damaged(err, entry->begin, "the member reaches beyond the archive");
    }
    stream->read = rs_io_stream_from_memory;
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

/* The next decoded bytes of a large deflated member; 1 <= n <= bytes that are left. */
static rsift_status inflate_some(rs_io_stream *stream, void *dst, size_t n, size_t *got,
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
    /* ended before the promised size */
    if (*got == 0)
        return rs_err_set(err, RSIFT_E_FORMAT,
                          "does not unpack to the %" PRId64 " bytes that the archive promises",
                          stream->n_bytes);
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

/* Starts a member that is read in pieces: as it lies when stored, else through the inflater. */
static rsift_status start_large(rs_io_stream *stream, const rs_io_container *c,
                                const rs_io_entry *entry, int64_t n_bytes, rsift_error *err)
{
    uint8_t bytes[local_bytes];
    int64_t n_header;
    RS_TRY(rs_io_span_need(stream->tree, &c->span, entry->begin, bytes, local_bytes, err));
    RS_TRY(local_size(bytes, c, entry, &n_header, err));
    rs_io_stream_over_span(stream, &c->span, entry->begin + n_header, n_bytes);
    stream->n_packed = entry->n_packed;
    stream->has_crc = true;
    stream->want_crc = entry->crc;
    rs_io_span_advise(stream->tree, stream->span, stream->at, entry->n_packed);
    if (entry->method == 0) return RSIFT_OK;
    stream->read = inflate_some;
    if (!rs_io_stream_buffer(&stream->in, &stream->cap_in, inflate_window))
        return rs_err_nomem(err, "a stream");
    stream->z.zalloc = zlib_alloc;
    stream->z.zfree = zlib_free;
    stream->z.avail_in = 0;
    stream->z.next_in = stream->in;
    /* a kept decompressor is reset, not made again */
    int result = stream->z_made ? inflateReset(&stream->z) : inflateInit2(&stream->z, -15);
    if (result != Z_OK) return rs_err_nomem(err, "a decompressor");
    stream->z_made = true;
    return RSIFT_OK;
}

rsift_status rs_io_zip_start(rs_io_stream *stream, const rs_io_container *container,
                             const rs_io_entry *entry, int64_t n_bytes, rsift_error *err)
{
    const char *trouble = rs_io_zip_obstacle(entry->flags, entry->method);
    if (trouble) return rs_err_set(err, RSIFT_E_UNSUPPORTED, "%s", trouble);
    if (entry->method == 0 && entry->n_packed != n_bytes)
        return rs_err_set(err, RSIFT_E_FORMAT, "stored with %" PRId64 " bytes, promised %" PRId64,
                          entry->n_packed, n_bytes);
    RS_TRY(rs_io_check_ratio(stream->tree, entry->n_packed, n_bytes, err));
    if (is_small(entry, n_bytes))
        return start_small(stream, container, entry, (size_t)n_bytes, err);
    return start_large(stream, container, entry, n_bytes, err);
}
