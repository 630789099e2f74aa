/* Splits of one's own Parquet shards, as the hub names them: by the file's name
 * ("train-00000-of-00003.parquet", "test.parquet") or by a folder ("validation/0000.parquet").
 *   source  huggingface.co/docs/hub/datasets-file-names-and-splits */
#ifndef RS_RELEASE_OWN_SPLITS_H
#define RS_RELEASE_OWN_SPLITS_H

#include "release/release.h"

/* The split that a shard's logical name tells, as it is written there; "" = none. */
rs_str rs_own_split_of(rs_str path);
/* Notes the split of each shard of the source. Where some are for training, those of the others are
 * eval, unless the user names a role. */
rsift_status rs_own_splits(rs_plan *plan, rs_plan_source *to, rsift_error *err);

#endif
