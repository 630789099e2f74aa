/* Splits that data.yaml of YOLO names: `train: images/train`, or `train: train.txt`, a list.
 *   source  docs.ultralytics.com/datasets/detect, "Dataset YAML format" */
#ifndef RS_RELEASE_OWN_NAMES_SPLITS_H
#define RS_RELEASE_OWN_NAMES_SPLITS_H

#include "release/release.h"

/* Notes the split of each label file whose folder or picture the file of class names gives one, for
 * readers that have such a file; rs_own_splits leaves those as they are. What is for training and
 * for another split has none. */
rsift_status rs_own_names_splits(rs_plan *plan, rs_plan_source *to, rsift_error *err);

#endif
