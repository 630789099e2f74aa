/* Pieces of one file among the files of a folder. */
#ifndef RS_IO_JOINED_H
#define RS_IO_JOINED_H

#include "io/list.h"

/* A file or folder of one directory. */
typedef struct rs_io_dirent {
    rs_str path; /* below the root, as on disk, NUL-terminated */
    size_t name; /* where the last component begins in path */
    int64_t n_bytes, mtime_ns;
    bool is_folder;
    uint32_t next;  /* set by rs_io_joined_mark: next piece + 1, 0 = none */
    bool is_piece;  /* a later piece: comes with its first one */
    bool is_joined; /* the first piece of a joined file */
    bool volumes;
    rs_str joined_name; /* is_joined: name of the joined file, no folder */
} rs_io_dirent;

/* Links pieces of one file together: their first one gets is_joined. A gap in a sequence is noted
 * and its pieces stay single files. */
rsift_status rs_io_joined_mark(rs_io_tree *tree, rs_io_dirent *items, size_t n, rsift_error *err);

#endif
