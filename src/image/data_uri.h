/* A picture inside a page: "data:image/jpeg;base64,...". */
#ifndef RS_IMAGE_DATA_URI_H
#define RS_IMAGE_DATA_URI_H

#include "base/buf.h"

/* Appends the URI of a coded JPEG. It holds letters, digits and "+/=:;,": nothing to escape. */
void rs_image_put_jpeg_uri(rs_buf *out, rs_str jpeg);

#endif
