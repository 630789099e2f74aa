/* The images and categories of COCO's truth. */
#ifndef RS_SCORE_COCO_LISTED_H
#define RS_SCORE_COCO_LISTED_H

#include "score/coco_files.h"

/* Reads both lists of the file at `path`: numbers their ids, keeps sizes and names. Errors:
 * RSIFT_E_IO, RSIFT_E_FORMAT (a list that is absent or empty, an entry without id), RSIFT_E_LIMIT
 * (a side of 65536 pixels or more), RSIFT_E_NOMEM. */
rsift_status rs_coco_read_listed(rs_coco_files *files, const char *path, rsift_error *err);

#endif
