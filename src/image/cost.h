/* How much memory a picture takes to decode, told from its header before anything of its size is
 * allocated, and whether that is allowed. */
#ifndef RS_IMAGE_COST_H
#define RS_IMAGE_COST_H

#include "base/str.h"
#include "image/info.h"

typedef enum rs_image_use {
    RS_IMAGE_AS_PIXELS, /* rs_image_decode */
    RS_IMAGE_AS_LABELS, /* rs_image_labels */
    RS_IMAGE_AS_HASHES, /* rs_image_hash_bytes: rows, where the picture is read by rows */
} rs_image_use;

/* Bytes that are held at once while the picture is decoded, the result included. */
uint64_t rs_image_cost(const rs_image_info *info, rs_image_use use);
/* The same of a picture in memory. Errors: those of rs_image_probe. */
rsift_status rs_image_cost_of(rs_str bytes, rs_image_use use, uint64_t *cost, rsift_error *err);

/* Is it within max_pixels, within max_ratio of its `n_bytes` (above 1 GiB decoded), and within
 * max_image? RSIFT_E_LIMIT names the limit; limits NULL = defaults. */
rsift_status rs_image_check_size(const rs_image_info *info, int64_t n_bytes,
                                 const rsift_limits *limits, rsift_error *err);
rsift_status rs_image_check_cost(const rs_image_info *info, rs_image_use use,
                                 const rsift_limits *limits, rsift_error *err);

#endif
