/* Pictures of one's own, by the names of their folders. */
#ifndef RS_RELEASE_OWN_SCAN_PICTURES_H
#define RS_RELEASE_OWN_SCAN_PICTURES_H

#include "release/own_groups.h"

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
