/* The questions of look.sql that both the comparing (src/overlap) and the telling (leaks) begin
 * with: which pictures are in which set, and by their hashes, whether a comparison still holds. */
#ifndef RS_DECIDE_LOOK_H
#define RS_DECIDE_LOOK_H

#include "store/store.h"

enum { RS_LOOK_RADIUS = 31 }; /* bits, of leaks */

/* Sets the variables of look.sql: `kind` and `radius` of the looks that are asked for; makes the
 * temporary table orientation_name(orientation, name). */
rsift_status rs_look_set_variables(rs_store *store, const char *kind, unsigned radius,
                                   rsift_error *err);
/* In: near_side(side, name, content_hash). Makes near_set, near_hash, near_mark. Works on a store
 * that only reads. */
rsift_status rs_look_make_marks(rs_store *store, const char *kind, unsigned radius,
                                rsift_error *err);

#endif
