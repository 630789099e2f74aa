/* Inside readers/coco: the files of a source, one at a time. A first pass notes where the rows of a
 * file stand (coco_table); then its images come in file order, each with its annotations. */
#ifndef RS_READERS_COCO_FILE_H
#define RS_READERS_COCO_FILE_H

#include "readers/coco_table.h"

typedef struct rs_coco_file {
    rs_coco_rules rules;
    rs_coco_table *tables; /* [files->n] */
    size_t file;           /* the one being read; files->n = all done */
    bool begun;            /* its rows are loaded, and its findings told */
    size_t next;           /* image row */
    size_t n_kept;         /* rows of tables that a further pass will find loaded */
    int64_t ordinal;       /* of the next record, over all files */
} rs_coco_file;

/* The key of the raw records of a file of captions; others have none. */
#define RS_COCO_CAPTIONS RS_STR("captions")
/* The key of those in a survey, whose `extra` are boxes, RS_COCO_BOX_SIZE bytes each. */
#define RS_COCO_BOXES RS_STR("boxes")
enum { RS_COCO_BOX_SIZE = 4 * sizeof(double) };

/* Files and limits of `rules` are set; the tables are made. */
rsift_status rs_coco_file_open(rs_coco_file *state, rsift_error *err);
/* Begins anew, with what is known of the files' rows. */
void rs_coco_file_again(rs_coco_file *state);
/* One step: the first pass over a file, one of its images as a raw record (its annotations are
 * `extra`, a JSON array), or the end of the file. state->file == files->n at the end. */
rsift_status rs_coco_file_step(rs_coco_file *state, rs_chunk *chunk, rsift_error *err);
void rs_coco_file_close(rs_coco_file *state);

#endif
