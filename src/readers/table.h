/* Which readers there are. A new family is one file and one line in table.c. */
#ifndef RS_READERS_TABLE_H
#define RS_READERS_TABLE_H

#include "readers/reader.h"

extern const rs_reader *const rs_readers[];   /* NULL-terminated, alphabetical */
const rs_reader *rs_reader_find(rs_str name); /* NULL = none of this name */

#endif
