/* leaks.html and duplicates.html: pairs of pictures side by side, laid on each other, with their
 * difference, what proves them and whose samples show them. One file that needs no network and no
 * server: pictures are shrunk and embedded. The same pairs give the same bytes. */
#ifndef RS_OVERLAP_WALL_H
#define RS_OVERLAP_WALL_H

#include "decide/walls.h"
#include "session/session.h"

enum { RS_WALL_PAIRS = 200, RS_WALL_MOST_PAIRS = 2000 };

typedef struct rs_wall_job {
    rs_session *session;
    rs_store *store; /* the connection in which rs_decide_leaks or rs_decide_duplicates ran */
    const rs_catalog *catalog;
    rs_wall_kind kind;
    rs_str file;
    int64_t n_pairs; /* at most; 0 = RS_WALL_PAIRS */
} rs_wall_job;

/* Writes the page; it gets its name when it is complete. A picture that cannot be shown is said so
 * at its pair. Errors: the workspace, the disk, memory, a cancel. */
rsift_status rs_overlap_wall(const rs_wall_job *job, rsift_error *err);

#endif
