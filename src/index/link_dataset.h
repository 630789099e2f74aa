/* Linking to the pictures of another dataset that is indexed in the same workspace. */
#ifndef RS_INDEX_LINK_DATASET_H
#define RS_INDEX_LINK_DATASET_H

#include "index/links.h"

/* Finds the missing pictures among those of dataset `other`, by the names of link_names.h, and
 * copies their rows. Nothing is read but the workspace. */
rsift_status rs_index_link_dataset(rs_index_links *links, rs_str other, rsift_error *err);

#endif
