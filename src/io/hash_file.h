/* The hash of a whole file, by which others prove later that it is the same. */
#ifndef RS_IO_HASH_FILE_H
#define RS_IO_HASH_FILE_H

#include "base/err.h"
#include "base/hash.h"

/* XXH3-128 of the bytes of a file of any size, archives unopened. RSIFT_E_IO naming it when it
 * cannot be read; RSIFT_E_ARG for a folder. */
rsift_status rs_io_hash_file(rs_str path, rs_id *out, rsift_error *err);

#endif
