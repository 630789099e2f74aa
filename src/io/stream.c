/* Streams: taken from the tree's idle ones and given back, read through their source's function.
 * Checksums and the declared size are checked here for all sources. */
#include "io/stream.h"

#include "io/decoder.h"

#include "base/alloc.h"

#include <inttypes.h>
#include <libdeflate.h>

enum { most_idle = 64, keep_buffer = 4 << 20 };

/* Taking and giving back ---- */

rs_io_stream *rs_io_stream_new(const rs_io_tree *tree, rs_str chain)
{
    /* an idle stream, with its buffers, is used again */
    rs_io_shared *shared = tree->shared;
    pthread_mutex_lock(&shared->lock);
    rs_io_stream *stream = shared->idle;
    if (stream) {
        shared->idle = stream->next_idle;
        shared->n_idle--;
    }
    pthread_mutex_unlock(&shared->lock);
    if (!stream) stream = rs_calloc(1, sizeof *stream);
    if (!stream) return NULL;
    stream->tree = tree;
    stream->chain = chain;
    stream->read = NULL;
    stream->close = NULL;
    stream->n_given = 0;
    stream->n_bytes = -1;
    stream->open_ended = false;
    stream->decoder = NULL;
    stream->ahead = NULL;
    stream->has_crc = false;
    stream->crc = 0;
    stream->z_done = false;
    stream->next_idle = NULL;
    return stream;
}

static void stream_free(rs_io_stream *stream)
{
    if (stream->small) libdeflate_free_decompressor(stream->small);
    if (stream->z_made) inflateEnd(&stream->z);
    rs_free(stream->in);
    rs_free(stream->out);
    rs_free(stream);
}

void rs_io_streams_free(rs_io_stream *idle)
{
    for (rs_io_stream *next; idle; idle = next) {
        next = idle->next_idle;
        stream_free(idle);
    }
}

static void drop_large(uint8_t **buffer, size_t *cap)
{
    if (*cap <= keep_buffer) return;
    rs_free(*buffer);
    *buffer = NULL;
    *cap = 0;
}

void rs_io_close(rs_io_stream *stream)
{
    if (!stream) return;
    rs_io_shared *shared = stream->tree->shared;
    rs_io_decoder_close(stream->decoder);
    stream->decoder = NULL;
    if (stream->close) stream->close(stream);
    drop_large(&stream->in, &stream->cap_in);
    drop_large(&stream->out, &stream->cap_out);
    pthread_mutex_lock(&shared->lock);
    /* a burst of streams does not hold its memory for ever */
    bool keep = shared->n_idle < most_idle;
    if (keep) {
        stream->next_idle = shared->idle;
        shared->idle = stream;
        shared->n_idle++;
    }
    pthread_mutex_unlock(&shared->lock);
    if (!keep) stream_free(stream);
}

uint8_t *rs_io_stream_buffer(uint8_t **buffer, size_t *cap, size_t n)
{
    if (n <= *cap && *buffer) return *buffer;
    /* no smaller than 64 KiB: it will be used again */
    size_t want = n < 64 * 1024 ? 64 * 1024 : n;
    uint8_t *bigger = rs_alloc(want);
    if (!bigger) return NULL;
    rs_free(*buffer);
    *buffer = bigger;
    *cap = want;
    return bigger;
}

rsift_status rs_io_stream_error(const rs_io_stream *stream, rsift_status status, rsift_error *err)
{
    if (status == RSIFT_OK || !err) return status;
    if (!err->where[0] && stream->n_given > 0)
        rs_err_within(err, status, "byte %" PRId64, stream->n_given);
    return rs_err_within(err, status, "%.*s", RS_STR_ARG(stream->chain));
}

/* Reading ---- */

rsift_status rs_io_stream_from_memory(rs_io_stream *stream, void *dst, size_t n, size_t *got,
                                      rsift_error *err)
{
    (void)err;
    memcpy(dst, stream->memory + stream->n_given, n);
    *got = n;
    return RSIFT_OK;
}

static rsift_status check_end(rs_io_stream *stream, rsift_error *err)
{
    if (!stream->has_crc || stream->crc == stream->want_crc) return RSIFT_OK;
    return rs_err_set(err, RSIFT_E_FORMAT,
                      "checksum is %08" PRIx32 ", the archive promises %08" PRIx32, stream->crc,
                      stream->want_crc);
}

/* An entry longer or shorter than its archive declares is found by reading it to its end. */
static rsift_status check_size(rs_io_stream *stream, size_t got, rsift_error *err)
{
    if (stream->n_bytes < 0) return RSIFT_OK;
    int64_t n = stream->n_given + (int64_t)got;
    if (n > stream->n_bytes || (got == 0 && n < stream->n_bytes))
        return rs_err_set(err, RSIFT_E_FORMAT, "the archive promises %" PRId64 " bytes, it has %s",
                          stream->n_bytes, got ? "more" : "fewer");
    return RSIFT_OK;
}

static rsift_status stream_read(rs_io_stream *stream, void *dst, size_t n, size_t *got,
                                rsift_error *err)
{
    if (!stream->open_ended) {
        /* the size is known: never past it */
        if (stream->n_given >= stream->n_bytes) return RSIFT_OK;
        if ((uint64_t)n > (uint64_t)(stream->n_bytes - stream->n_given))
            n = (size_t)(stream->n_bytes - stream->n_given);
    }
    RS_TRY(stream->read(stream, dst, n, got, err));
    if (stream->open_ended) RS_TRY(check_size(stream, *got, err));
    if (stream->has_crc) stream->crc = libdeflate_crc32(stream->crc, dst, *got);
    stream->n_given += (int64_t)*got;
    return !stream->open_ended && stream->n_given == stream->n_bytes ? check_end(stream, err)
                                                                     : RSIFT_OK;
}

static rsift_status read_encoded(void *ctx, void *dst, size_t n, size_t *got, rsift_error *err)
{
    *got = 0;
    return stream_read(ctx, dst, n, got, err);
}

rsift_status rs_io_stream_decode(rs_io_stream *stream, size_t member, rsift_error *err)
{
    const rs_io_tree *tree = stream->tree;
    const uint32_t c = tree->entries[member].container;
    if (!tree->encoding.len || !rs_io_is_decoded(tree, member)) return RSIFT_OK;
    if (c != RS_IO_LOOSE && tree->containers[c]->kind == RS_IO_ROWS) return RSIFT_OK;
    return rs_io_decoder_open(stream->tree->encoding, &stream->decoder, err);
}

rsift_status rs_io_read(rs_io_stream *stream, void *dst, size_t n, size_t *got, rsift_error *err)
{
    *got = 0;
    if (n == 0) return RSIFT_OK;
    rsift_status status =
        stream->decoder
            ? rs_io_decoder_read(stream->decoder, (rs_byte_source){read_encoded, stream}, dst, n,
                                 got, err)
            : stream_read(stream, dst, n, got, err);
    if (status == RSIFT_OK) return RSIFT_OK;
    *got = 0;
    return rs_io_stream_error(stream, status, err);
}

rsift_status rs_io_read_all(rs_io_stream *stream, int64_t stated, uint64_t most, rs_buf *out,
                            rsift_error *err)
{
    const size_t before = out->len;
    /* A whole picture is read without a copy; beyond 1 GiB a wrong size would take too much. */
    if (stated > 0 && (uint64_t)stated <= most && stated < (int64_t)1 << 30)
        rs_buf_reserve(out, (size_t)stated + 1);
    for (size_t got = 1; got > 0; out->len += got) {
        if (out->len - before > most)
            return rs_err_set(err, RSIFT_E_LIMIT,
                              "a file of more than %llu MiB, which --max-image-mb allows",
                              (unsigned long long)(most >> 20));
        if (!rs_buf_reserve(out, 1 << 16)) return rs_err_nomem(err, "a picture");
        RS_TRY(rs_io_read(stream, out->ptr + out->len, out->cap - out->len, &got, err));
    }
    return RSIFT_OK;
}

static rsift_status read_source(void *ctx, void *dst, size_t n, size_t *got, rsift_error *err)
{
    return rs_io_read(ctx, dst, n, got, err);
}

rs_byte_source rs_io_source(rs_io_stream *stream)
{
    return (rs_byte_source){read_source, stream};
}
