/* By what names another dataset may hold a picture: the catalogue's images_from templates, filled
 * with what the source's own media template says about the picture's path. Pure; no workspace. */
#ifndef RS_INDEX_LINK_NAMES_H
#define RS_INDEX_LINK_NAMES_H

#include "base/arena.h"
#include "catalog/catalog.h"

/* Stands in a name for one folder that is any class of the other dataset. */
#define RS_INDEX_ANY_CLASS "{class}"

/* Names of picture `path` of `dataset` (NULL = not in the catalogue) in dataset `other`; just
 * `path` itself when no template applies. In `arena`. RSIFT_E_NOMEM. */
rsift_status rs_index_link_names(rs_arena *arena, const rs_catalog_dataset *dataset, rs_str other,
                                 rs_str path, rs_str **names, size_t *n, rsift_error *err);

#endif
