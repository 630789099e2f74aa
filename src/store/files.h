/* The workspace's own files: paths, folders, durable writes. Nothing here knows DuckDB. */
#ifndef RS_STORE_FILES_H
#define RS_STORE_FILES_H

#include "base/err.h"
#include "base/str.h"

#include <stdbool.h>

#define RS_PATH_SIZE 4096
typedef struct rs_path {
    char text[RS_PATH_SIZE]; /* NUL-terminated */
} rs_path;

/* Formats a path; RSIFT_E_LIMIT when it is too long. */
rsift_status rs_path_set(rs_path *path, rsift_error *err, const char *fmt, ...) RS_PRINTF(3, 4);

/* A name that may become one folder below the workspace: no '/', no control characters, no quotes
 * or glob characters, not starting with '.' or '_' (those are ours), at most 200 bytes. */
rsift_status rs_store_check_name(const char *what, rs_str name, rsift_error *err);

rsift_status rs_store_mkdirs(const char *path,
                             rsift_error *err); /* with parents; existing is fine */
/* Removes a file or a folder with all below it, following no links. Absent is fine. */
rsift_status rs_store_remove_tree(const char *path, rsift_error *err);
/* Moves a folder to `gone`, so that it disappears at once; where the disk moves none (an overlay,
 * from a lower layer: EXDEV) it is removed. */
rsift_status rs_store_take_away(const char *path, const char *gone, rsift_error *err);
rsift_status rs_store_sync(const char *path, rsift_error *err); /* fsync of a file or folder */
/* Writes a file next to `path`, then renames it there: complete or not at all, also after a
 * crash. */
rsift_status rs_store_write_file(const char *path, rs_str bytes, rsift_error *err);
bool rs_store_exists(const char *path);
/* RSIFT_E_FORMAT when the path names something else than a folder (a link to one is not one);
 * absent is fine. */
rsift_status rs_store_check_folder(const char *path, rsift_error *err);
/* The same for a file that is read: a FIFO or device would be waited for. */
rsift_status rs_store_check_file(const char *path, rsift_error *err);
/* Copies a file that nobody changes meanwhile; shares its blocks where the file system can. */
rsift_status rs_store_copy_file(const char *from, const char *to, rsift_error *err);

/* Which file a path names right now; all 0 = none. A file that was replaced has another mark. */
typedef struct rs_file_mark {
    uint64_t device, inode, size;
    int64_t seconds, nanoseconds; /* of the last change */
} rs_file_mark;
rs_file_mark rs_store_file_mark(const char *path);
bool rs_file_mark_eq(const rs_file_mark *a, const rs_file_mark *b);

#endif
