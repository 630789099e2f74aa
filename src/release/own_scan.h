/* Files that belong to no release of the catalogue: which reader would take them, and the line that
 * indexes them. Decided from names and first bytes. */
#ifndef RS_RELEASE_OWN_SCAN_H
#define RS_RELEASE_OWN_SCAN_H

#include "release/own_groups.h"

/* Fills the groups, in the arena, in the order of their first files. */
rsift_status rs_own_scan_run(rs_own_scan *scan, rs_arena *arena, rsift_error *err);
/* An id of what a path is called: a-z, 0-9, '-', '_' and '.', a letter or digit first, and no id of
 * the catalogue (NULL = none). ptr NULL = out of memory. */
rs_str rs_own_name(rs_arena *arena, rs_str path, const rs_catalog *catalog);

#endif
