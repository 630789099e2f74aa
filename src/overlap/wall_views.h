/* What a wall shows of pictures: whole or a piece, laid in one of the 8 orientations, shrunk and
 * coded as JPEG. Each is asked for by number before any picture is read; then every picture is read
 * and decoded once, whatever is shown of it. */
#ifndef RS_OVERLAP_WALL_VIEWS_H
#define RS_OVERLAP_WALL_VIEWS_H

#include "base/map.h"
#include "session/session.h"

enum { RS_WALL_SIDE = 256 /* pixels, of the longer side */ };

typedef struct rs_wall_view {
    rs_id picture; /* content hash */
    unsigned orientation;
    double cut[4]; /* x, y, width, height as shares of the laid picture; all of it: 0 0 1 1 */
    rs_buf jpeg;   /* empty = it cannot be shown: */
    rs_str why;    /* for people; in the arena of the views */
} rs_wall_view;

/* {0} before; one thread. */
typedef struct rs_wall_views {
    rs_arena arena;
    rs_idmap ids;
    rs_wall_view *items; /* by number in ids */
    size_t cap;
} rs_wall_views;

void rs_wall_views_fini(rs_wall_views *views);
/* The number of a view, which is added when it is new. `cut` is brought into the picture. */
rsift_status rs_wall_views_add(rs_wall_views *views, const rs_wall_view *view, size_t *out,
                               rsift_error *err);
/* Reads the pictures and codes what is shown of them. A picture that cannot be read or decoded is
 * told in `why`. Errors: the workspace, memory, a cancel. */
rsift_status rs_wall_views_make(rs_wall_views *views, rs_session *session, rs_store *store,
                                rsift_error *err);

#endif
