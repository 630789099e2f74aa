/* Pictures and videos by their file names. What the bytes are is probe.h. */
#ifndef RS_IMAGE_NAME_H
#define RS_IMAGE_NAME_H

#include "base/str.h"

#include <stdbool.h>

/* Is the extension that of a picture or a video? Case does not matter. */
bool rs_image_is_name(rs_str path);
bool rs_image_is_video_name(rs_str path);

#endif
