/* What the readers of VOC XML share: one file as a tree, its objects wherever they lie, an object
 * as a region, a sample of the file's picture. */
#ifndef RS_READERS_VOC_FILE_H
#define RS_READERS_VOC_FILE_H

#include "codec/xml.h"
#include "readers/parse.h"

enum { RS_VOC_FILES, RS_VOC_OBJECTS }; /* passes */

/* How objects are read: the parameters `box`, `box_convention` and `class_names`. Immutable once
 * open; lives as long as its arena. */
typedef struct rs_voc_format {
    bool oriented;
    const rs_convention *const *conventions;
    size_t n_conventions;
    const rs_convention *usual[4];
    rs_words class_names;
} rs_voc_format;
rsift_status rs_voc_format_open(rs_voc_format *format, const rs_source *source, rs_arena *arena,
                                rsift_error *err);

/* One file that is being read. */
typedef struct rs_voc_file {
    rs_parse *p;
    const rs_voc_format *format;
    const rs_xml *root;
    rs_str stem, name; /* of the file; of the picture */
} rs_voc_file;

/* The raw record as a tree whose root is <annotation>; file->root NULL = it is none, after a
 * finding. Sets p, root, stem and name, which is the stem. */
rsift_status rs_voc_open(rs_parse *p, const rs_voc_format *format, rs_voc_file *file);
/* The picture that <filename> names; may be empty. */
rs_str rs_voc_stated_name(const rs_voc_file *file);

typedef rsift_status rs_voc_object_fn(void *ctx, const rs_xml *object, size_t i);
typedef struct rs_voc_walk {
    rs_voc_object_fn *fn;
    void *ctx;
    size_t n_objects;
    const rs_xml *unknown; /* out: an element that speaks of a place outside every object */
} rs_voc_walk;
/* Visits the objects below the root in document order, those inside of an object behind it. */
rsift_status rs_voc_each_object(rs_voc_walk *walk, const rs_xml *root);
/* A finding when the file speaks of objects that the walk did not meet. */
rsift_status rs_voc_check_unknown(const rs_voc_file *file, const rs_voc_walk *walk);

/* One object element -> a region of the list, counted in RS_VOC_OBJECTS as seen, and as set aside
 * where *region is NULL, after a finding. */
rsift_status rs_voc_region(const rs_voc_file *file, const rs_xml *object, rs_str where,
                           rs_region_list *list, rs_region **region);
/* A sample of the picture, with the size that the file states. */
rsift_status rs_voc_sample(const rs_voc_file *file, rs_sample **out);

/* 0..100: is it XML of this family? */
int rs_voc_probe(const rs_probe_input *input);

#endif
