/* What a run-length mask is, and appending runs so that it comes out canonical. The builder is used
 * by the rle_*.c files only. */
#ifndef RS_GEOM_RLE_BUILD_H
#define RS_GEOM_RLE_BUILD_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Runs of 0 and 1 in turn, column by column; see rle.h. */
typedef struct rs_rle {
    uint32_t height, width; /* height * width < 2^32 */
    size_t n;
    uint32_t *runs; /* heap */
} rs_rle;

typedef struct rs_rle_build {
    uint32_t height, width;
    uint32_t *runs;
    size_t n, cap;
    uint64_t total; /* pixels so far */
    bool failed;    /* out of memory */
    bool overfull;  /* more pixels than the picture has */
} rs_rle_build;

/* Sets *out to {0}; RSIFT_E_LIMIT when the picture is too large. */
rsift_status rs_geom_rle_start(rs_rle_build *b, uint32_t height, uint32_t width, rs_rle *out,
                               rsift_error *err);
/* Joins a run to the one before it when the value is the same; an empty run adds nothing. */
void rs_geom_rle_add(rs_rle_build *b, bool value, uint64_t length);
/* Hands the runs to *out, or frees them and reports what is wrong. */
rsift_status rs_geom_rle_finish(rs_rle_build *b, rs_rle *out, rsift_error *err);

#endif
