/* Pictures of a dataset that are not here, and what a run of `link` does about them. */
#ifndef RS_INDEX_LINKS_H
#define RS_INDEX_LINKS_H

#include "index/units.h"
#include "session/session.h"

typedef struct rs_index_missing {
    rs_str path;       /* as the annotations name it */
    rs_str other_name; /* by which they call it too; empty = by none */
    rs_str release_id;
    bool linked; /* found, by this unit or for another one */
} rs_index_missing;

/* One run of `link`. */
typedef struct rs_index_links {
    rs_session *session;
    rs_store *reading, *writing; /* writing: mode PARTS */
    rs_arena arena;
    rs_str dataset;
    rs_index_missing *items; /* by release, then by path */
    size_t n, cap;
    rs_index_unit unit;
    int64_t n_linked;      /* by this unit */
    int64_t n_other_units; /* found, and left to the other units */
    int64_t n_ambiguous;
} rs_index_links;

/* Lists the unresolved pictures of links->dataset. */
rsift_status rs_index_links_load(rs_index_links *links, rsift_error *err);
void rs_index_links_fini(rs_index_links *links);
/* Is the missing picture of that name linked by this unit? It does not depend on which pictures are
 * missing: units that come one after another divide them as those that run at once. */
bool rs_index_links_is_mine(const rs_index_links *links, rs_str path);
/* Where the release of missing picture `begin` ends in the list. */
size_t rs_index_release_end(const rs_index_links *links, size_t begin);

#endif
