/* pictures.jsonl: every picture of an output and how it can be known again, a line each:
 * {"name","how","bytes","xxh3_128","asset_id"}; of a rendered one also "source_xxh3_128". */
#ifndef RS_EMIT_PICTURE_LIST_H
#define RS_EMIT_PICTURE_LIST_H

#include "emit/job.h"

/* Writes and notes the file, in the order of names; pictures must have been written. A hash that is
 * not known (the index was made without) is null. */
rsift_status rs_emit_write_picture_list(rs_emit_job *job, rsift_error *err);

#endif
