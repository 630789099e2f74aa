/* Splits of one's own files by the folders that they lie in ("images/val/1.txt", "test/a.json"), of
 * which the last may be the one that was named ("rsift index robo/test"), and of files of many
 * records by their own names too ("train-00000-of-00003.parquet", "instances_val2017.json").
 *   source  huggingface.co/docs/hub/datasets-file-names-and-splits */
#ifndef RS_RELEASE_OWN_SPLITS_H
#define RS_RELEASE_OWN_SPLITS_H

#include "release/release.h"

/* What the names of a reader's files may tell. */
typedef enum rs_own_naming {
    RS_OWN_LABEL_FILES,   /* one file a picture, called as it is: folders tell */
    RS_OWN_MANY_RECORDS,  /* one file a split: its own name tells before them */
    RS_OWN_CLASS_FOLDERS, /* the folder of a picture is its class: those above it tell */
} rs_own_naming;

/* The split that a file's logical name tells, as it is written there; "" = none. */
rs_str rs_own_split_of(rs_str path, rs_own_naming naming);
/* The split that the name of a folder or archive tells, or that of the folder of a file. Above
 * folders called by what lies in them ("test/labels") the next one's name does; "" = none. */
rs_str rs_own_split_of_root(rs_str root, bool is_file);
/* Is a split of this name one for tests or validation? */
bool rs_own_is_kept_out(rs_str split);
/* Notes the split of each file of the source. Splits for tests or validation are eval, unless the
 * user names a role. */
rsift_status rs_own_splits(rs_plan *plan, rs_plan_source *to, rsift_error *err);

#endif
