/* What the two halves of own_scan.c share: folders, groups, pictures. */
#ifndef RS_RELEASE_OWN_SCAN_PARTS_H
#define RS_RELEASE_OWN_SCAN_PARTS_H

#include "release/own_scan.h"

/* Is the folder `in` another one, or below it? "" is the root. */
bool rs_own_is_in(rs_str in, rs_str folder);
/* The folder that can be named on a command line: an archive counts as one. */
rs_str rs_own_folder_of(const rs_io_tree *tree, const rs_io_member *member);
/* A copy of `group`; *out is good until the next. */
rsift_status rs_own_add_group(rs_own_scan *scan, rs_arena *arena, const rs_own_group *group,
                              rs_own_group **out, rsift_error *err);

/* The folder of the pictures that annotation in `near` may be about: of the nearest folder above it
 * that has some, the deepest that holds nearly all of them. false = there is none, or no better one
 * than the whole of a path with data of several kinds. */
bool rs_own_picture_folder(const rs_own_scan *scan, rs_str near, rs_str *out);
/* Does any picture lie in the folder or below it, whoever's it is? */
bool rs_own_has_picture_below(const rs_own_scan *scan, rs_str folder);
/* Pictures alone: two folders of equal names are before and after, or masks and their pictures,
 * else folders are classes. Adds their group when it is `least` sure. */
rsift_status rs_own_add_pictures(rs_own_scan *scan, rs_str folder, int least, rs_arena *arena,
                                 rsift_error *err);
/* Such sets in folders below `folder` that no annotation lies in, above or points to. */
rsift_status rs_own_add_picture_sets(rs_own_scan *scan, rs_str folder, rs_arena *arena,
                                     rsift_error *err);

#endif
