/* Inside of a stream: where its bytes come from. Streams keep their buffers and decompressors
 * when they are closed and are used again, so that small members cost no allocation. */
#ifndef RS_IO_STREAM_H
#define RS_IO_STREAM_H

#include "io/archive.h"
#include "io/disk.h"
#include "io/tree.h"

#include <zlib.h>

struct libdeflate_decompressor;

typedef enum rs_io_from {
    RS_IO_FROM_FILE,    /* a loose file's own descriptor */
    RS_IO_FROM_SPAN,    /* bytes as they stand in a span */
    RS_IO_FROM_MEMORY,  /* decoded when it was opened */
    RS_IO_FROM_DEFLATE, /* decoded while it is read */
    RS_IO_FROM_PASS     /* the current entry of a sequential archive */
} rs_io_from;

struct rs_io_stream {
    const rs_io_tree *tree;
    rs_io_from from;
    rs_str chain;
    int64_t n_given; /* decoded bytes handed out so far */
    int64_t n_bytes; /* decoded bytes in all; -1 = not known */
    int fd;
    const rs_io_span *span;
    int64_t begin, at; /* first byte and next byte in the span */
    int64_t n_packed;  /* FROM_DEFLATE: compressed bytes in all */
    bool has_crc;
    uint32_t crc, want_crc;
    const uint8_t *memory;
    rs_io_pass *pass;
    bool owns_pass;
    /* kept between uses */
    uint8_t *in, *out;
    size_t cap_in, cap_out;
    struct libdeflate_decompressor *small;
    z_stream z;
    bool z_made, z_done;
    rs_io_stream *next_idle;
};

/* A stream with nothing in it; NULL = out of memory. Ends with rs_io_close. */
rs_io_stream *rs_io_stream_take(const rs_io_tree *tree);
void rs_io_streams_free(rs_io_stream *idle);
/* Room for n bytes in one of the stream's buffers; NULL = out of memory. */
uint8_t *rs_io_stream_room(uint8_t **buffer, size_t *cap, size_t n);
/* Prepares `stream` for one member of a container that can be sought in. */
rsift_status rs_io_stream_start(rs_io_stream *stream, const rs_io_container *container,
                                const rs_io_entry *entry, rs_str chain, int64_t n_bytes,
                                rsift_error *err);
/* Adds the stream's chain and byte to an error. */
rsift_status rs_io_stream_blame(const rs_io_stream *stream, rsift_status status, rsift_error *err);

#endif
