/* Files that a verb writes beside its answer. */
#ifndef RS_API_FILE_H
#define RS_API_FILE_H

#include "base/buf.h"

/* In one step: a reader sees the old file or the new one, never half of it. */
rsift_status rs_api_write_file(const char *path, const rs_buf *text, rsift_error *err);

#endif
