/* Rendering: a picture that not every trainer opens as it is becomes an 8-bit PNG by a stated
 * rule. */
#ifndef RS_EMIT_PICTURE_RENDER_H
#define RS_EMIT_PICTURE_RENDER_H

#include "emit/pictures.h"

/* Decodes the picture's bytes in `buf` and puts the PNG in their place; the rule by which it was
 * rendered is appended to `rule` in words, nothing when there was nothing to choose. */
rsift_status rs_emit_render_picture(const rs_emit_picture *picture, const rs_image_view *asked,
                                    const rsift_limits *limits, rs_buf *buf, rs_buf *rule,
                                    rsift_error *err);
/* Counts a picture under the words of its rule; no words are not counted. */
rsift_status rs_emit_count_rule(rs_emit_pictures *pictures, rs_str rule, rsift_error *err);
/* Appends, as a Markdown list, by which rules pictures of many bands or of more than 8 bits were
 * rendered; nothing when there are none. */
void rs_emit_pictures_put_rules(const rs_emit_pictures *pictures, rs_buf *out);

#endif
