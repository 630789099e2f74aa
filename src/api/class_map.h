/* The file of --classes: a YAML map of class names to the names that they shall have. */
#ifndef RS_API_CLASS_MAP_H
#define RS_API_CLASS_MAP_H

#include "base/arena.h"
#include "base/err.h"
#include "rsift/rsift.h"

/* Reads the file into "old=new|..", in the arena. RSIFT_E_FORMAT with file, line and column for
 * what is no map of texts, and for a name with '|' or '=' in it. */
rsift_status rs_api_class_map(rs_arena *arena, rs_str path, rs_str *out, rsift_error *err);

#endif
