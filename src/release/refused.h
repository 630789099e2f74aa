/* Files of a release that nothing is read from: those that a source's reader refuses, and those
 * that look like annotation and belong to no source. Each is told; none stops the others. */
#ifndef RS_RELEASE_REFUSED_H
#define RS_RELEASE_REFUSED_H

#include "release/kind.h"

/* A file that the reader refuses, and the sentence. */
typedef struct rs_refused {
    rs_str path, why;
} rs_refused;

/* Looks at the source's files, at most some tens of each use. RSIFT_E_FORMAT, with the first one's
 * reason, when the reader refuses every file of the source; else *out lists those that it refuses,
 * in the arena. */
rsift_status rs_refused_find(const rs_reader *reader, const rs_source *source, rs_arena *arena,
                             rs_refused **out, size_t *n, rsift_error *err);
/* Likewise for a source of the catalogue, whose files have the right names: are all of a use that
 * are looked at nothing that any reader opens (Git LFS pointers, saved web pages)? The sentence
 * about the first goes to `why`, which stays empty when all is well. */
void rs_refused_download(const rs_reader *reader, const rs_source *source, rs_buf *why);
/* Adds the files of the source's tree that look like annotation and are none of the source's. */
rsift_status rs_refused_add_unread(const rs_source *source, rs_arena *arena, rs_refused **refused,
                                   size_t *n, rsift_error *err);

#endif
