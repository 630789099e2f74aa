/* Direct jumps: the bytes of one record at a known offset of its file, without reading what
 * stands before them. Bytes that stand in a file as they are (plain files, tar and stored zip
 * members) are read where they stand; a deflated member is inflated up to the offset and stays
 * open for records behind it, or is unpacked once when records before it are asked for again and
 * again. Archives that are read from the start (tar.gz, 7z, rar) cannot be jumped into. Nothing
 * here knows a layout; who jumps proves the bytes by the record's hash. One thread. */
#ifndef RS_READERS_JUMP_H
#define RS_READERS_JUMP_H

#include "readers/reader.h"

/* {0} is closed. Keeps the file of the last jump open. */
typedef struct rs_jump {
    const rs_source *source;
    const rs_source_files *files;
    bool is_open;
    size_t file;          /* the open one */
    rs_io_random *random; /* of a file whose bytes can be read anywhere, or */
    rs_io_stream *stream; /* of a member that is unpacked while it is read */
    int64_t next;         /* next byte of the stream */
    int n_rewinds;        /* how often the stream was begun anew */
    char *skipped;        /* room for bytes that are passed over */
} rs_jump;

typedef struct rs_jump_to {
    const rs_source *source;
    const rs_source_files *files; /* of the use that the record's file belongs to */
    const rs_record_ref *ref;
    bool keyed; /* the record may stand behind a JSON key, which then becomes raw->key */
} rs_jump_to;

/* Adds the record's bytes to the chunk as one raw record; *out may be NULL.
 *   errors  RSIFT_E_UNSUPPORTED when it cannot be jumped to (no offset, a solid archive, a key that
 *           is too far away); RSIFT_E_FORMAT when the file ends before it */
rsift_status rs_jump_record(rs_jump *jump, const rs_jump_to *to, rs_chunk *chunk, rs_raw **out,
                            rsift_error *err);
void rs_jump_close(rs_jump *jump);

#endif
