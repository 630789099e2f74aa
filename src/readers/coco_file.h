/* Inside readers/coco: one file at a time. A first pass notes where each row of `images` and
 * `annotations` stands (32 bytes a row); then the images come in file order, each with its
 * annotations.
 *
 * A picture's list of objects is whole when the file has a list of annotations, every row of it was
 * read and belongs to a picture, and every object has a place and a name (the last two are told
 * where objects are parsed). A row whose picture cannot be told may be of any of them: then no list
 * of the file is whole. */
#ifndef RS_READERS_COCO_FILE_H
#define RS_READERS_COCO_FILE_H

#include "readers/rows.h"

typedef struct rs_coco_file {
    const rs_source *source;
    const rs_source_files *files;
    size_t file;   /* the one being read; files->n = all done */
    bool opened;   /* its rows are loaded */
    bool partial;  /* it has no annotations, or rows whose picture cannot be told */
    bool orphans;  /* objects of pictures that the file does not list */
    bool captions; /* its annotations are captions, and hold no box and no outline */
    bool keeps_orphans_apart;
    bool expressions; /* an image row is an expression: rows of one picture are no parted objects */
    rs_str box_field;
    int64_t n_told; /* rows set aside that leave no other picture in doubt */
    /* annotations of the file with a box or an outline; a caption; that cannot be read */
    size_t n_outlined, n_captions, n_unread;
    rs_rows images, annotations;
    size_t next;     /* image row */
    int64_t ordinal; /* of the next record, over all files */
    rs_arena scratch;
} rs_coco_file;

/* The key of the raw records of a file of captions; others have none. */
#define RS_COCO_CAPTIONS RS_STR("captions")

/* One step: the first pass over a file, one of its images as a raw record (its annotations are
 * `extra`, a JSON array), or the end of the file. state->file == files->n at the end. */
rsift_status rs_coco_file_step(rs_coco_file *state, rs_chunk *chunk, rsift_error *err);
void rs_coco_file_close(rs_coco_file *state);

#endif
