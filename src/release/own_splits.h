/* Splits of one's own files by the folder that they lie in ("images/val/1.txt", "test/a.json"), and
 * of Parquet shards, as the hub names them, by the file's name too
 * ("train-00000-of-00003.parquet", "test.parquet").
 *   source  huggingface.co/docs/hub/datasets-file-names-and-splits */
#ifndef RS_RELEASE_OWN_SPLITS_H
#define RS_RELEASE_OWN_SPLITS_H

#include "release/release.h"

/* The split that a file's logical name tells, as it is written there; "" = none. Where the folder
 * of a picture is its class, those above it are asked. */
rs_str rs_own_split_of(rs_str path, bool is_class_folder);
/* Notes the split of each file of the source. Where some are for training, those of the others are
 * eval, unless the user names a role. */
rsift_status rs_own_splits(rs_plan *plan, rs_plan_source *to, rsift_error *err);

#endif
