/* manifest.json (rsift.manifest/1): what was asked for and every file of the output with its size
 * and hash. It is written last: a folder without it is not finished. */
#ifndef RS_EMIT_MANIFEST_H
#define RS_EMIT_MANIFEST_H

#include "emit/job.h"

/* Puts the report's files in the order of their names. */
rsift_status rs_emit_write_manifest(rs_emit_job *job, rsift_error *err);

#endif
