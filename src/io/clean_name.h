/* Names from outside as logical paths (rs_io_clean_name in io.h). */
#ifndef RS_IO_CLEAN_NAME_H
#define RS_IO_CLEAN_NAME_H

#include "base/str.h"

/* Whether rs_io_clean_name would leave the name as it is. */
bool rs_io_name_is_clean(rs_str name);

#endif
