/* Inside readers/coco: the categories of all files of a source, and the class of one object. */
#ifndef RS_READERS_COCO_CLASSES_H
#define RS_READERS_COCO_CLASSES_H

#include "base/map.h"
#include "readers/parse.h"

typedef struct rs_coco_classes {
    rs_map64 numbers; /* (file, id) -> index in names; complete after open, since parse reads it */
    rs_str *names;
    size_t n, cap;
    size_t *ends;     /* [files] how many names there are with those of the file; 0 = it has none */
    rs_words renamed; /* spelling in the file -> class */
    rs_arena arena;
} rs_coco_classes;

/* Reads the categories of all files, in a pass of its own, so that the names stand still while
 * chunks are parsed. Its counts and findings go to `first`. */
rsift_status rs_coco_classes_load(rs_coco_classes *classes, const rs_source *source,
                                  rs_chunk *first, rsift_error *err);
void rs_coco_classes_fini(rs_coco_classes *classes);
/* The names that a file lists, in its order; borrowed. */
size_t rs_coco_classes_of(const rs_coco_classes *classes, size_t file, const rs_str **names);
/* The name of an annotation's category, in the batch; "" and a finding when no list names it: an id
 * is no name. `where` is the place of its category_id. */
rsift_status rs_coco_class_of(rs_parse *p, const rs_coco_classes *classes,
                              const rs_json *annotation, rs_str where, rs_str *out);
/* The same of a category_id that is a whole number. */
rsift_status rs_coco_class_of_id(rs_parse *p, const rs_coco_classes *classes, int64_t id,
                                 rs_str where, rs_str *out);

#endif
