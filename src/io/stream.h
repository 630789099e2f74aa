/* Inside of a stream: a source {read, close}, and what checks its bytes. Streams keep their buffers
 * and decompressors when they are closed and are used again, so that small members cost no
 * allocation. The sources are where the bytes are: open.c (files), disk.c (spans), zip_read.c,
 * archive.c. */
#ifndef RS_IO_STREAM_H
#define RS_IO_STREAM_H

#include "io/list.h"

#include <zlib.h>

struct libdeflate_decompressor;
struct rs_io_pass;
struct rs_io_decoder;
typedef struct rs_io_ahead rs_io_ahead; /* zip_read.h */

/* The next bytes of the source; *got is 0 before the call. Sources of a known size are asked for
 * 1 <= n <= what is left of it, and give at least one byte or an error. */
typedef rsift_status rs_io_stream_read_fn(rs_io_stream *stream, void *dst, size_t n, size_t *got,
                                          rsift_error *err);

struct rs_io_stream {
    const rs_io_tree *tree;
    rs_str chain;
    rs_io_stream_read_fn *read;
    void (*close)(rs_io_stream *stream); /* gives back what the source holds; NULL = nothing */
    int64_t n_given;                     /* decoded bytes handed out so far */
    int64_t n_bytes;                     /* decoded bytes in all; -1 = not known */
    bool open_ended;                     /* the source's end is known once it is reached */
    struct rs_io_decoder *decoder;       /* of text in another encoding; NULL = bytes as they are */
    bool has_crc;
    uint32_t crc, want_crc;
    /* of the sources: */
    int fd;
    const rs_io_span *span;
    int64_t begin, at; /* first byte and next byte in the span */
    int64_t n_packed;  /* compressed bytes in all */
    const uint8_t *memory;
    const rs_io_ahead *ahead; /* what may hold the member already; NULL = nothing does */
    struct rs_io_pass *pass;
    struct rs_io_row_text *rows;
    struct rs_io_row_pass *cells;
    /* kept between uses: */
    uint8_t *in, *out;
    size_t cap_in, cap_out;
    struct libdeflate_decompressor *small;
    z_stream z;
    bool z_made, z_done;
    rs_io_stream *next_idle;
};

/* A stream without a source yet; NULL = out of memory. Ends with rs_io_close. */
rs_io_stream *rs_io_stream_new(const rs_io_tree *tree, rs_str chain);
void rs_io_streams_free(rs_io_stream *idle);
/* As rs_io_open; `ahead` outlives the stream. */
rsift_status rs_io_open_ahead(const rs_io_tree *tree, size_t member, const rs_io_ahead *ahead,
                              rs_io_stream **out, rsift_error *err);
/* At least n bytes in one of the stream's buffers; NULL = out of memory. */
uint8_t *rs_io_stream_buffer(uint8_t **buffer, size_t *cap, size_t n);
/* From here on the stream gives its tree's encoding as UTF-8, where `member` is text. */
rsift_status rs_io_stream_decode(rs_io_stream *stream, size_t member, rsift_error *err);
/* The source over stream->memory. */
rs_io_stream_read_fn rs_io_stream_from_memory;
/* Adds the stream's chain and byte to an error. */
rsift_status rs_io_stream_error(const rs_io_stream *stream, rsift_status status, rsift_error *err);

#endif
