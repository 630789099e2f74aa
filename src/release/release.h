/* What a release is once it has been matched with its catalogue record or, for one's own data, with
 * the command line: the types that the files of this room share. A plan is made by plan.h and is
 * immutable from then on; threads may share it. */
#ifndef RS_RELEASE_RELEASE_H
#define RS_RELEASE_RELEASE_H

#include "catalog/catalog.h"
#include "readers/reader.h"
#include "release/pictures.h"
#include "release/refused.h"
#include "release/splits.h"

/* The choices that made a plan; kept as JSON in release.config so that it can be made again. */
typedef struct rs_plan_choice {
    rs_str path, dataset, release, reader, name, images, licence, role, split, encoding;
    rs_str classes; /* "old=new|..": names that classes of one's own shall have; empty = as read */
    rs_str bands;   /* "4,3,2": of pictures with more than three; empty = by their headers */
    const rs_str *params; /* "key=value" */
    size_t n_params;
} rs_plan_choice;

typedef struct rs_plan_source {
    const rs_reader *reader;
    rs_source source;
    rs_str id;                        /* safe in file names, unique in the release */
    rs_str fingerprint;               /* 16 hex digits, see rs_plan_fingerprint */
    rs_str role;                      /* train or eval */
    const rs_word_map *role_by_split; /* split name -> role; overrides role */
    size_t n_roles;
    bool eval_by_name; /* of one's own data: splits called test, val, ... are not for training */
    const rs_str *image_extensions; /* tried when the named picture is not there */
    size_t n_image_extensions;
    /* Folders of label files that name their pictures by their own names; one's own data. */
    const rs_str *label_folders;
    size_t n_label_folders;
    bool truth; /* false: answers are withheld in this source */
} rs_plan_source;

typedef struct rs_plan_file_missing {
    rs_str source, pattern;
} rs_plan_file_missing;

typedef struct rs_plan {
    rs_arena arena;
    const rsift_limits *limits; /* the session's, which outlives the plan */
    rs_plan_choice choice;
    rs_io_tree *trees[2]; /* [0] the release, [1] separate pictures */
    rs_str roots[2];      /* absolute paths */
    size_t n_trees;
    const rs_catalog_dataset *dataset; /* NULL = own data */
    const rs_catalog_release *release;
    rs_str dataset_id, release_id, name;
    rs_str root_split; /* of one's own data: what the folder is called that was named; "" = none */
    rs_str licence_annotations, licence_imagery, licence_class, redistribution, origin, role;
    rs_plan_source *sources;
    size_t n_sources;
    rs_media_names media;
    rs_split_lists *splits; /* may be NULL */
    rs_refused *refused;    /* files of one's own data that are not read */
    size_t n_refused;
    rs_plan_file_missing *missing; /* sources of the record that are not here */
    size_t n_missing;
    const rs_catalog_candidate
        *pictures_fit; /* record whose pictures alone are here; NULL = none */
    bool chosen;       /* the reader of one's own data was found by its files, */
    int sure;          /* with this score, 0..100 */
    rs_str config;     /* JSON of choice */
} rs_plan;

#endif
