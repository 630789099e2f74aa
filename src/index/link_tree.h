/* Linking to pictures in a folder or an archive. */
#ifndef RS_INDEX_LINK_TREE_H
#define RS_INDEX_LINK_TREE_H

#include "index/links.h"

/* Resolves the missing pictures by name among those under `path`; the ones that are found are read
 * and get their rows. RSIFT_E_IO when there is no such path. */
rsift_status rs_index_link_tree(rs_index_links *links, rs_str path, rsift_error *err);

#endif
