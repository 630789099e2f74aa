/* Pixels to coded pictures (png.c, jpeg.c). */
#ifndef RS_IMAGE_ENCODE_H
#define RS_IMAGE_ENCODE_H

#include "base/buf.h"
#include "image/pixels.h"

/* Appends a coded picture. quality 1..100 (above 90 without colour subsampling). */
rsift_status rs_image_encode_png(const rs_pixels *pixels, rs_buf *out, rsift_error *err);
rsift_status rs_image_encode_jpeg(const rs_pixels *pixels, int quality, rs_buf *out,
                                  rsift_error *err);

#endif
