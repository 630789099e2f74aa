/* What one picture is, read from its bytes without decoding it: header, size on disk, hash, and
 * whether its bytes are all there. Knows nothing of parts, blocks or workspaces (index/media.h). */
#ifndef RS_INDEX_PICTURE_H
#define RS_INDEX_PICTURE_H

#include "image/probe.h"
#include "io/io.h"

typedef struct rs_index_picture {
    rs_image_info info; /* what the header tells, also when a later byte cannot be read */
    rs_id hash;         /* of all bytes, when has_hash */
    bool has_hash;
    int64_t n_bytes; /* -1 = not known */
    rs_image_extent extent;
    rsift_status status; /* of reading or probing */
    rsift_error err;
} rs_index_picture;

typedef enum rs_index_reading {
    RS_INDEX_ALL_BYTES, /* header, hash and end mark */
    RS_INDEX_HEADER,    /* the header; the end mark too where it can be read in place */
    RS_INDEX_SIZE,      /* the header only */
} rs_index_reading;

/* Bytes of the buffer that the calls below use: headers of up to 4 MiB are read in one go. */
enum { RS_INDEX_PICTURE_BUFFER = 4 << 20 };

/* Measures the picture whose bytes `source` gives; `tree` and `member` tell the stated size and are
 * used for headers that stand behind the first 4 MiB. Never fails: out->status says what happened.
 * Width and height are the same in all three modes. */
void rs_index_picture_read(const rs_io_tree *tree, size_t member, rs_byte_source source,
                           rs_index_reading mode, char *buf, rs_index_picture *out);
/* The same for an open stream of the member. */
void rs_index_picture_stream(const rs_io_tree *tree, size_t member, rs_io_stream *stream,
                             rs_index_reading mode, char *buf, rs_index_picture *out);
/* The same for a member that can be opened by itself. */
void rs_index_picture_open(const rs_io_tree *tree, size_t member, rs_index_reading mode, char *buf,
                           rs_index_picture *out);
/* Trouble of the disk or the machine, as opposed to a bad picture, which is a finding. */
bool rs_index_stops_the_run(rsift_status status);

#endif
