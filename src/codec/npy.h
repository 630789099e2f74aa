/* The header of a NumPy array file (.npy, versions 1 to 3), read as data: the Python literal in it
 * is a map of three known keys, and nothing else of Python. Arrays of one or two dimensions of
 * little-endian floats of 2, 4 or 8 bytes, row by row; object arrays (pickles) are refused. Source:
 * numpy/lib/format.py. */
#ifndef RS_CODEC_NPY_H
#define RS_CODEC_NPY_H

#include "base/err.h"
#include "base/str.h"

enum { RS_NPY_HEADER_MAX = 64 << 10 }; /* bytes that a header may have */

typedef struct rs_npy {
    uint32_t item_bytes;  /* 2, 4, 8 */
    uint64_t rows, width; /* width 1 for one dimension */
    uint64_t offset;      /* of the first number in the file */
} rs_npy;

/* `head`: the file's first bytes, RS_NPY_HEADER_MAX of them or all; `file_bytes`: its size.
 * RSIFT_E_FORMAT with what was expected, also when the file ends before its last row;
 * RSIFT_E_UNSUPPORTED for arrays of other types, orders and dimensions. */
rsift_status rs_npy_parse(rs_str head, uint64_t file_bytes, rs_npy *out, rsift_error *err);
/* n numbers of `item_bytes` as floats; those of 2 bytes are IEEE half precision. */
void rs_npy_floats(const void *bytes, uint32_t item_bytes, size_t n, float *out);

#endif
