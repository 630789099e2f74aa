/* The output folder: what emit may write into, and how it is marked as ours. */
#ifndef RS_EMIT_OUTPUT_H
#define RS_EMIT_OUTPUT_H

#include "base/err.h"
#include "base/str.h"

/* Makes the folder ready: it may be absent, empty, or an output of rsift emit, which is known by
 * its file .rsift-output (or, from an older rsift, by its manifest.json). The marker is written
 * first, so that a killed emit can be repeated; the old manifest goes away, because a folder
 * without one is not finished. Errors: RSIFT_E_ARG when the folder holds anything else, and then
 * nothing is changed. */
rsift_status rs_emit_output_begin(rs_str folder, rsift_error *err);

#endif
