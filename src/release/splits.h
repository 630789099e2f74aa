/* Membership lists of a release: which picture is in which split of which scheme. In memory: about
 * 100 bytes an entry. Immutable after loading; shared by threads. */
#ifndef RS_RELEASE_SPLITS_H
#define RS_RELEASE_SPLITS_H

#include "catalog/catalog.h"
#include "io/io.h"

typedef struct rs_split_lists rs_split_lists;

/* *out is NULL when the release has no lists or none of their files lie here. */
rsift_status rs_split_lists_load(const rs_io_tree *tree, const rs_catalog_release *release,
                                 rs_texts paths, const rsift_limits *limits, rs_split_lists **out,
                                 rsift_error *err);
void rs_split_lists_free(rs_split_lists *lists);

/* Appends the splits of `picture` (a logical path) to splits[*n], grown in the arena. */
rsift_status rs_split_lists_find(const rs_split_lists *lists, rs_arena *arena, rs_str picture,
                                 rs_split **splits, size_t *n, rsift_error *err);

#endif
