/* Rows of pictures in a part: the picture, its lineage keys, what is wrong with its bytes. */
#ifndef RS_INDEX_ASSET_ROWS_H
#define RS_INDEX_ASSET_ROWS_H

#include "index/finding.h"
#include "index/picture.h"
#include "release/plan.h"

/* A picture that is here. `evidence` says why, when the release itself does not hold it ("linked");
 * ptr NULL = it does. */
void rs_index_put_picture(rs_part *part, const rs_plan *plan, const rs_pictures *pictures,
                          const rs_picture *picture, rs_str evidence,
                          const rs_index_picture *found);
/* Are three bands of the picture shown, or not known which? */
bool rs_index_has_bands(const rs_image_info *info);
/* What is to be said of the bands of a picture with more than three: which are shown, or that
 * nothing tells which. `base` has the finding's place. */
void rs_index_put_bands_finding(rs_part *part, rs_index_cap *cap, const rs_plan *plan,
                                const rs_index_finding *base, const rs_image_info *info);
/* A picture that is not here: state 'unresolved'. other_name: by which its annotation calls it,
 * too; ptr NULL = by none. */
void rs_index_put_unresolved(rs_part *part, const rs_plan *plan, rs_id asset_id, rs_str path,
                             rs_str other_name);

#endif
