/* By what names another dataset may hold a picture: the catalogue's images_from templates, filled
 * with what the source's own media template says about the picture's path. Pure; no workspace. */
#ifndef RS_INDEX_LINK_NAMES_H
#define RS_INDEX_LINK_NAMES_H

#include "catalog/catalog.h"
#include "release/pictures.h"

/* Stands in a name for one folder that is any class of the other dataset. */
#define RS_INDEX_ANY_CLASS "{class}"

/* Names of picture `path` of `dataset` (NULL = not in the catalogue) in dataset `other`; just
 * `path` itself when no template applies. In `arena`. RSIFT_E_NOMEM. */
rsift_status rs_index_link_names(rs_arena *arena, const rs_catalog_dataset *dataset, rs_str other,
                                 rs_str path, rs_texts *out, rsift_error *err);

/* What the missing picture `path` is looked for by in a folder of pictures. by_label: a label file
 * of one's own calls it so by its own place, "train/labels/1" (index/batch.c). */
rs_picture_name rs_index_link_name(rs_str path, bool by_label);
/* Resolves a missing picture by both names that its annotation has: two that mean two pictures are
 * ambiguous, as at index. other_name: empty = there is none. */
rs_resolved rs_index_link_resolve(const rs_pictures *pictures, const rs_picture_name *name,
                                  rs_str other_name, size_t *out);

#endif
