/* Pictures that were replaced after they were hashed: what is hashed is not read again, so that
 * nobody else would notice. */
#ifndef RS_INDEX_HASH_CHANGED_H
#define RS_INDEX_HASH_CHANGED_H

#include "index/hash_list.h"

/* The part of the marks; rs_index_publish takes it out. */
#define RS_INDEX_CHANGED_PART "changed-pictures"

/* Tells each picture of the release that has a hash and other bytes than at the index to
 * of->wrong, counts them, and marks their hashes: picture_hash shows them as failed, "changed",
 * until they are indexed again or have their bytes again when this is asked again. Errors: the
 * workspace, memory, a cancel. */
rsift_status rs_index_hash_find_changed(const rs_index_hash_question *of, int64_t *n_changed,
                                        rsift_error *err);

#endif
