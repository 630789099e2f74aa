/* One picture's bytes, read and hashed within the memory for pictures. Knows nothing of parts,
 * lists or workspaces. */
#ifndef RS_INDEX_HASH_PICTURE_H
#define RS_INDEX_HASH_PICTURE_H

#include "image/hash.h"
#include "io/io.h"
#include "session/session.h"

typedef enum rs_index_hash_outcome {
    RS_INDEX_HASH_NONE, /* not looked at */
    RS_INDEX_HASHED,
    RS_INDEX_HASH_FAILED,  /* these bytes cannot be hashed: `failed` says by which finding */
    RS_INDEX_HASH_CHANGED, /* other bytes than at the index, or none */
} rs_index_hash_outcome;

typedef struct rs_index_hash_result {
    rs_index_hash_outcome outcome;
    rs_image_hash image;
    const char *failed; /* static */
    char why[256];      /* of FAILED and CHANGED */
} rs_index_hash_result;

/* What a member gave. {0} before; the owner frees `bytes`. */
typedef struct rs_index_member_bytes {
    rs_buf bytes;
    rs_id hash;
    bool good;      /* all bytes are there, and `hash` is theirs */
    bool too_large; /* the picture is a file of more than max_image: not read */
    char why[256];  /* when not good */
    uint64_t taken; /* of the memory for pictures: rs_index_hash_give */
} rs_index_member_bytes;

typedef struct rs_index_hash_options {
    bool no_exact;
    const rs_image_view *view;
    const char *damage; /* the finding's code that the index gave the picture; NULL = none */
} rs_index_hash_options;

/* Reads all bytes of a member, at most the n_bytes that the index counted (-1 = not known).
 *   stream  NULL: it could not be opened, `why` says why
 *   take    waits until the memory for pictures has room for its bytes and its pixels, which its
 *           header tells
 * What is wrong with the member stands in *out; errors: memory, a cancel. */
rsift_status rs_index_member_read(rs_session *session, rs_io_stream *stream, const rsift_error *why,
                                  int64_t n_bytes, bool take, rs_index_member_bytes *out,
                                  rsift_error *err);
/* Waits for room for the pixels alone, of bytes that were read without. */
rsift_status rs_index_member_take(rs_session *session, rs_index_member_bytes *read,
                                  rsift_error *err);
void rs_index_member_give(rs_session *session, rs_index_member_bytes *read);

/* Hashes the bytes when they are those of `content`. Errors: memory, a cancel. */
rsift_status rs_index_hash_judge(const rs_session *session, const rs_index_member_bytes *read,
                                 rs_id content, const rs_index_hash_options *options,
                                 rs_index_hash_result *out, rsift_error *err);

#endif
