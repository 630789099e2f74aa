/* Inside readers/coco: where the rows of one file stand (32 bytes a row), and what they say of the
 * file as a whole.
 *
 * A picture's list of objects is whole when the file has a list of annotations, every row of it was
 * read and belongs to a picture, and every object has a place and a name (the last two are told
 * where objects are parsed). A row whose picture cannot be told may be of any of them: then no list
 * of the file is whole. */
#ifndef RS_READERS_COCO_TABLE_H
#define RS_READERS_COCO_TABLE_H

#include "readers/coco_annotation.h"
#include "readers/rows.h"

/* How the files of a source are read. */
typedef struct rs_coco_rules {
    const rs_source *source;
    const rs_source_files *files;
    rs_str box_field;
    bool keeps_orphans_apart;
    bool expressions; /* an image row is an expression: rows of one picture are no parted objects */
    bool plain;       /* annotations may be read from their text */
    bool surveyed;    /* of objects their boxes alone are wanted, as four numbers mean them */
} rs_coco_rules;

typedef struct rs_coco_table {
    bool loaded;
    bool partial;  /* it has no annotations, or rows whose picture cannot be told */
    bool orphans;  /* objects of pictures that the file does not list */
    bool captions; /* its annotations are captions, and hold no box and no outline */
    rs_rows images, annotations;
    rs_coco_box *boxes; /* of the annotations, in a survey; NULL = not kept */
    size_t cap_boxes;
    rs_chunk told; /* findings and counts of this reading */
} rs_coco_table;

/* Reads file `file` through. table->told.max_findings is the caller's. */
rsift_status rs_coco_table_load(rs_coco_table *table, const rs_coco_rules *rules, size_t file,
                                rsift_error *err);
void rs_coco_table_close(rs_coco_table *table);

#endif
